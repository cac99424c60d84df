"""What a person says, checked against the model and made into entries of its journal. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from threatwright.engine.decisions.deciding import decision, taken_down
from threatwright.engine.decisions.mitigating import mitigation
from threatwright.engine.decisions.rewording import edit, parts, statement
from threatwright.engine.interview.confirming import CHANGE, unconfirmed
from threatwright.engine.probes.entries import entry_of
from threatwright.engine.record.corrections import corrected
from threatwright.engine.record.read_only import refuse_inherited
from threatwright.engine.record.scoping import rescoped
from threatwright.engine.record.speaker import NOBODY, Speaker, head_of
from threatwright.engine.review.signing import signed
from threatwright.engine.said.undoing import undoing
from threatwright.engine.text.doubt import without_doubt
from threatwright.engine.text.spoken import Head, some, spoken
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.facts import NO, YES
from threatwright.model.interview import CONFIRMED, Question
from threatwright.model.journal import (
    Answered,
    Confirmed,
    JournalEntry,
    Skipped,
    Told,
    Unknown,
    standing,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import (
    Agree,
    Answer,
    Change,
    Connect,
    Correct,
    Decide,
    DontKnow,
    Edit,
    Find,
    Mitigate,
    Rescope,
    Revise,
    RuleOn,
    Said,
    SignOff,
    Skip,
    Split,
    State,
    Tell,
    Together,
    Undo,
)
from threatwright.model.system import (
    SYSTEM,
    Component,
    Element,
)
from threatwright.model.vocabulary import Choice, FactEntry

_YES = frozenset({"yes", "y", "yeah", "yep", "yup", "sure", "correct", "true"})
_NO = frozenset({"no", "n", "nope", "none", "false"})
_DONT_KNOW = re.compile(
    r"\?+|unknown|dunno|no idea|not sure|(i |we )?(really )?(don['’]?t|do not) know( yet)?"
)
_NOTHING_MORE = r"(?:(?! (?:but|because|since|and|though) )[^,.;:!?\n])*"
"""The rest of a sentence in which nothing else is said."""
_DONT_KNOW_WHAT = re.compile(
    r"(?:(?:i|we|they) )?(?:really |honestly )?"
    r"(?:dunno|(?:have )?no idea|not sure|(?:don['’]?t|do not|can['’]?t|cannot) (?:know|say|tell))"
    r"(?: yet)? (?:that|this|it|the answer|about|which|whom?|what|how|if|whether|where|when|why)\b"
    rf"{_NOTHING_MORE}"
    r"|(?:(?:i|we|you)(?:['’]d| would)? )?(?:have|need) to ask "
    rf"{_NOTHING_MORE}"
)
"""The same in a whole sentence, in which nothing is said that is known."""


# --- in ---------------------------------------------------------------------------------------


def entries_for(
    said: Said,
    question: Question | None,
    model: ThreatModel,
    knowledge: Knowledge,
    speaker: Speaker = NOBODY,
) -> tuple[JournalEntry, ...]:
    """The journal entries that record what was said, numbered on from the journal's last.

    `question` is the one that stands, if any. Most input makes one entry; undoing makes one for
    each input undone; going on, stopping, and wanting the drawing changed make none. An answer to
    an earlier question counts in the place of what the same person answered then. Raises InputError
    for whatever cannot be taken down as it is.
    """
    refuse_inherited(said, model)
    head = head_of(model, speaker)
    match said:
        case Answer():
            entries = _answer(said, question, model, knowledge, head)
            return entries if _stands(said, question) else _instead(entries, model)
        case DontKnow():
            entries = _not_known(said, question, model, knowledge, head)
            return entries if _stands(said, question) else _instead(entries, model)
        case Revise():
            anew = _anew(said)
            if isinstance(anew, Answer):
                return _instead(_answer(anew, None, model, knowledge, head), model)
            return _instead(_not_known(anew, None, model, knowledge, head), model)
        case Skip():
            id_ = _asked(said.question, question, model, knowledge)
            return (Skipped(**head, question=id_, also=_also(id_, question)),)
        case Tell():
            return (Told(**head, text=spoken(said.text)),)
        case Correct() | Connect() | Change():
            return (corrected(said, model.system, knowledge, head),)
        case Decide() | State() | Edit() | Split() | Mitigate() | Rescope() | SignOff():
            return _reviewed(said, model, knowledge, head)
        case Agree() | Find() | RuleOn():
            return (entry_of(said, model, head),)
        case Together():
            return _together(said, model, knowledge, speaker)
        case Undo():
            return undoing(said, model, speaker)
        case _:
            return ()


def _reviewed(
    said: Decide | State | Edit | Split | Mitigate | Rescope | SignOff,
    model: ThreatModel,
    knowledge: Knowledge,
    head: Head,
) -> tuple[JournalEntry, ...]:
    match said:
        case Decide():
            return (decision(said, model, head),)
        case State():
            return (statement(said, model, knowledge, head),)
        case Edit():
            return (edit(said, model, head),)
        case Split():
            return parts(said, model, head)
        case Rescope():
            return (rescoped(said, model, knowledge, head),)
        case SignOff():
            return (signed(model, knowledge, head),)
        case Mitigate():
            return (mitigation(said, model, head),)


def _together(
    said: Together, model: ThreatModel, knowledge: Knowledge, speaker: Speaker
) -> tuple[JournalEntry, ...]:
    decided = [one for one in said.said if isinstance(one, Decide)]
    if len(decided) == len(said.said):
        return taken_down(decided, model, head_of(model, speaker))
    return at_once(said.said, model, knowledge, speaker)


def at_once(
    said: Sequence[Said], model: ThreatModel, knowledge: Knowledge, speaker: Speaker
) -> tuple[JournalEntry, ...]:
    """The entries of what is said in one breath, and is taken back in one.

    Each is held against the model as it stands before all of them. Raises InputError if one of
    them cannot be taken down; then none is.
    """
    found: list[JournalEntry] = []
    for one in said:
        so_far = model.model_copy(update={"journal": (*model.journal, *found)})
        found += entries_for(one, None, so_far, knowledge, speaker)
    first = found[0].n if found else None
    return (*found[:1], *(e.model_copy(update={"first": first}) for e in found[1:]))


def _also(id_: str, question: Question | None) -> tuple[str, ...]:
    """What was asked in the same breath as the question that is answered."""
    if question is None or question.id != id_:
        return ()
    return tuple(also.id for also in question.also)


def _stands(said: Answer | DontKnow, question: Question | None) -> bool:
    """Whether it is said to the question that stands."""
    return said.question is None or (question is not None and said.question == question.id)


def _anew(said: Revise) -> Answer | DontKnow:
    """What is said in the place of the earlier answer."""
    if said.unknown:
        return DontKnow(question=said.question)
    return Answer(question=said.question, value=said.value, text=said.text, default=said.default)


def _instead(entries: tuple[JournalEntry, ...], model: ThreatModel) -> tuple[JournalEntry, ...]:
    """The entries, in the place of what the same person said to the same question.

    What others said stays, and may differ.
    """
    return tuple(
        entry.model_copy(update={"instead": _earlier(entry, model)})
        if isinstance(entry, Answered | Unknown)
        else entry
        for entry in entries
    )


def _earlier(entry: Answered | Unknown, model: ThreatModel) -> tuple[int, ...]:
    """What the same person said to the question, and what that had replaced already."""
    same = (
        e
        for e in standing(model.journal)
        if isinstance(e, Answered | Unknown | Skipped)
        and e.question == entry.question
        and e.by == entry.by
    )
    return tuple(n for e in same for n in (*(() if isinstance(e, Skipped) else e.instead), e.n))


def fact_of(id_: str, model: ThreatModel, knowledge: Knowledge) -> FactEntry:
    """The fact that a question `ELEMENT.KEY` is about. Raises InputError if there is none."""
    element, _, key = id_.rpartition(".")
    found = model.system.elements.get(element)
    if element != SYSTEM and found is None:
        raise InputError(
            f"There is no element “{element or id_}” in the model.",
            f"Name a question as ELEMENT.FACT; the elements are "
            f"{some([SYSTEM, *model.system.elements])}.",
        )
    facts = facts_about(found, knowledge)
    entry = next((fact for fact in facts if fact.key == key), None)
    if entry is None:
        raise InputError(
            f"There is no question “{id_}”.",
            f"About {model.system.name_of(element)} the facts are {some([f.key for f in facts])}.",
        )
    return entry


def facts_about(element: Element | None, knowledge: Knowledge) -> tuple[FactEntry, ...]:
    """The facts that an element may have; those of the whole system where it is None."""
    if isinstance(element, Component):
        return knowledge.facts_of(element.kind)
    on = "system" if element is None else "flow"
    return tuple(fact for fact in knowledge.facts if fact.on == on)


def _asked(
    named: str | None, question: Question | None, model: ThreatModel, knowledge: Knowledge
) -> str:
    """The id of the question that is meant: one that was named, or the one that stands."""
    if named is None:
        if question is None:
            raise InputError(
                "No question stands.", "Name the question, or go back to the questions first."
            )
        return question.id
    if question is None or named != question.id:
        fact_of(named, model, knowledge)
    return named


def choice_of(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that a short answer names: by value, label, number, or a word for yes or no."""
    words = text.strip().rstrip(".!").casefold()
    for choice in choices:
        value = choice.value.casefold()
        if words in (value, value.replace("-", " ").replace("_", " "), choice.label.casefold()):
            return choice
    if words.isdecimal() and 1 <= int(words) <= len(choices):
        return choices[int(words) - 1]
    meant = YES if words in _YES else NO if words in _NO else None
    return next((choice for choice in choices if choice.value == meant), None)


def _not_known(
    said: DontKnow,
    question: Question | None,
    model: ThreatModel,
    knowledge: Knowledge,
    head: Head,
) -> tuple[JournalEntry, ...]:
    id_ = _asked(said.question, question, model, knowledge)
    entry = Skipped if id_ == CONFIRMED else Unknown
    return (entry(**head, question=id_, also=_also(id_, question)),)


def _answer(
    said: Answer,
    question: Question | None,
    model: ThreatModel,
    knowledge: Knowledge,
    head: Head,
) -> tuple[JournalEntry, ...]:
    id_ = _asked(said.question, question, model, knowledge)
    stands = question if question is not None and question.id == id_ else None
    if stands is not None and id_ == CONFIRMED:
        return _confirmation(said, stands, model, head)
    fact = None if stands else fact_of(id_, model, knowledge)
    choices = stands.choices if stands else fact.choices if fact else ()
    proposed = stands.proposed if stands else fact.usual if fact else None
    if said.default:
        if proposed is None:
            raise InputError("No answer is proposed here.", f"Answer with {_options(choices)}.")
        return (Answered(**head, question=id_, value=proposed, default=True),)
    if said.value is not None:
        choice = choice_of(said.value, choices)
        if choice is None:
            raise InputError(
                f"“{spoken(said.value)}” is not one of the choices.",
                f"Answer with {_options(choices)}, or in free text.",
            )
        text = spoken(said.text) if said.text.strip() else ""
        return (Answered(**head, question=id_, value=choice.value, text=text),)
    text = spoken(said.text)
    choice = choice_of(text, choices)
    if choice is not None:
        return (Answered(**head, question=id_, value=choice.value),)
    words = " ".join(text.split()).rstrip(".!").lower()
    if _DONT_KNOW.fullmatch(words):
        return (Unknown(**head, question=id_, also=_also(id_, question)),)
    if _DONT_KNOW_WHAT.fullmatch(words):
        return (Unknown(**head, question=id_, also=_also(id_, question), text=text),)
    sure = without_doubt(text)
    choice = choice_of(sure, choices) if sure else None
    if choice is not None:
        return (Answered(**head, question=id_, value=choice.value, text=text, hedged=True),)
    return (Answered(**head, question=id_, text=text, also=_also(id_, question)),)


def _options(choices: Sequence[Choice]) -> str:
    return " / ".join(choice.value for choice in choices)


def _confirmation(
    said: Answer, question: Question, model: ThreatModel, head: Head
) -> tuple[JournalEntry, ...]:
    words = YES if said.default else said.value if said.value is not None else said.text
    choice = choice_of(words, question.choices)
    if choice is None and words.strip().rstrip(".!").casefold() in _NO:
        return ()
    if choice is None:
        return (Told(**head, text=spoken(words)),)
    if choice.value == CHANGE:
        return ()
    return (Confirmed(**head, elements=unconfirmed(model)),)
