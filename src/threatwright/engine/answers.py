"""What a person says, checked against the model and made into entries of its journal. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.facts import NO, YES, Fact, Provenance
from threatwright.model.interview import Question
from threatwright.model.journal import (
    Added,
    Answered,
    Confirmed,
    Decided,
    JournalEntry,
    Removed,
    Renamed,
    Retracted,
    Skipped,
    Told,
    Unknown,
    standing,
)
from threatwright.model.knowledge import Choice, FactEntry, Knowledge
from threatwright.model.said import Answer, Correct, Decide, DontKnow, Said, Skip, Taken, Tell, Undo
from threatwright.model.system import (
    SYSTEM,
    Asset,
    Boundary,
    Component,
    Element,
    Flow,
    SystemModel,
)
from threatwright.model.terms import ComponentKind, Role

MAX_TEXT = 100_000
"""Characters of one answer."""

CONFIRMED = f"{SYSTEM}.confirmed"
"""The question whether the system is drawn right."""
CHANGE = "change"
"""Its answer that something is not."""

_YES = frozenset({"yes", "y", "yeah", "yep", "yup", "sure", "correct", "true"})
_NO = frozenset({"no", "n", "nope", "none", "false"})
_DONT_KNOW = re.compile(
    r"\?+|unknown|dunno|no idea|not sure|(i )?(really )?(don['’]?t|do not) know( yet)?"
)


@dataclass(frozen=True)
class Speaker:
    """Who says something, and when."""

    by: str = ""
    role: str = ""
    at: str = ""
    """ISO 8601, UTC; empty where no time is kept."""


NOBODY = Speaker()


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
    each input undone; going on, stopping, and wanting the drawing changed make none. Raises
    InputError for whatever cannot be taken down as it is.
    """
    head = _head(model, speaker)
    match said:
        case Answer():
            return _answer(said, question, model, knowledge, head)
        case DontKnow():
            id_ = _asked(said.question, question, model, knowledge)
            entry = Skipped if id_ == CONFIRMED else Unknown
            return (entry(**head, question=id_, also=_also(id_, question)),)
        case Skip():
            id_ = _asked(said.question, question, model, knowledge)
            return (Skipped(**head, question=id_, also=_also(id_, question)),)
        case Tell():
            return (Told(**head, text=_spoken(said.text)),)
        case Correct():
            return (_correction(said, model.system, knowledge, head),)
        case Decide():
            return (_decision(said, model, head),)
        case Undo():
            return _undoing(said.steps, model, speaker)
        case _:
            return ()


def _also(id_: str, question: Question | None) -> tuple[str, ...]:
    """What was asked in the same breath as the question that is answered."""
    if question is None or question.id != id_:
        return ()
    return tuple(also.id for also in question.also)


class _Head(TypedDict):
    n: int
    by: str
    role: str
    at: str


def _head(model: ThreatModel, speaker: Speaker, further: int = 0) -> _Head:
    last = model.journal[-1].n if model.journal else 0
    return {"n": last + 1 + further, "by": speaker.by, "role": speaker.role, "at": speaker.at}


def _spoken(text: str) -> str:
    """The text without characters that no person types. Raises InputError if nothing is left."""
    kept = _plain(text)
    if not kept:
        raise InputError(
            "The answer is empty.", "Choose an answer, write one, or skip the question."
        )
    if len(kept) > MAX_TEXT:
        raise InputError(
            f"The answer has {len(kept):,} characters; {MAX_TEXT:,} is the most.",
            "Say it shorter, or begin a model from the document itself.",
        )
    return kept


def _plain(text: str) -> str:
    """The text without control characters and halves of characters, trimmed."""
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
    ).strip()


def fact_of(id_: str, model: ThreatModel, knowledge: Knowledge) -> FactEntry:
    """The fact that a question `ELEMENT.KEY` is about. Raises InputError if there is none."""
    element, _, key = id_.rpartition(".")
    found = model.system.elements.get(element)
    if element != SYSTEM and found is None:
        raise InputError(
            f"There is no element “{element or id_}” in the model.",
            f"Name a question as ELEMENT.FACT; the elements are "
            f"{_some([SYSTEM, *model.system.elements])}.",
        )
    facts = _facts_of(found, knowledge)
    entry = next((fact for fact in facts if fact.key == key), None)
    if entry is None:
        raise InputError(
            f"There is no question “{id_}”.",
            f"About {model.system.name_of(element)} the facts are {_some([f.key for f in facts])}.",
        )
    return entry


def _facts_of(element: Element | None, knowledge: Knowledge) -> tuple[FactEntry, ...]:
    if isinstance(element, Component):
        return knowledge.facts_of(element.kind)
    on = "system" if element is None else "flow"
    return tuple(fact for fact in knowledge.facts if fact.on == on)


def _some(words: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


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
        if words in (choice.value.casefold(), choice.label.casefold()):
            return choice
    if words.isdecimal() and 1 <= int(words) <= len(choices):
        return choices[int(words) - 1]
    meant = YES if words in _YES else NO if words in _NO else None
    return next((choice for choice in choices if choice.value == meant), None)


def _answer(
    said: Answer,
    question: Question | None,
    model: ThreatModel,
    knowledge: Knowledge,
    head: _Head,
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
                f"“{_spoken(said.value)}” is not one of the choices.",
                f"Answer with {_options(choices)}, or in free text.",
            )
        text = _spoken(said.text) if said.text.strip() else ""
        return (Answered(**head, question=id_, value=choice.value, text=text),)
    text = _spoken(said.text)
    choice = choice_of(text, choices)
    if choice is not None:
        return (Answered(**head, question=id_, value=choice.value),)
    if _DONT_KNOW.fullmatch(text.rstrip(".!").lower()):
        return (Unknown(**head, question=id_, also=_also(id_, question)),)
    return (Answered(**head, question=id_, text=text, also=_also(id_, question)),)


def _options(choices: Sequence[Choice]) -> str:
    return " / ".join(choice.value for choice in choices)


def _correction(
    said: Correct, system: SystemModel, knowledge: Knowledge, head: _Head
) -> JournalEntry:
    wanted = [said.remove is not None, said.rename is not None, said.add is not None]
    if sum(wanted) != 1:
        raise InputError(
            "A correction removes, renames or adds one element.", "Say one of the three at a time."
        )
    if said.remove is not None:
        _need(said.remove, [*system.elements, *(a.id for a in system.assets)])
        return Removed(**head, element=said.remove)
    name = " ".join(_spoken(said.name).split())
    if said.rename is not None:
        _need(said.rename, [c.id for c in system.components])
        return Renamed(**head, element=said.rename, name=name)
    assert said.add is not None
    boundary = said.boundary or _usual_zone(said.add, system, knowledge)
    _need(boundary, list(system.zones), "zone")
    return Added(**head, id=_new_id(name, system), name=name, kind=said.add, boundary=boundary)


def _need(id_: str, known: Sequence[str], what: str = "element") -> None:
    if id_ not in known:
        raise InputError(
            f"There is no {what} “{id_}” in the model.", f"Name one of {_some(known) or 'none'}."
        )


def _usual_zone(kind: ComponentKind, system: SystemModel, knowledge: Knowledge) -> str:
    entry = knowledge.kind_entries.get(kind)
    usual = [zone.id for zone in system.boundaries if entry and zone.trust == entry.zone]
    return next(iter([*usual, *system.zones]), "")


def _new_id(name: str, system: SystemModel) -> str:
    """A readable id that nothing in the system has."""
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:60] or "element"
    groups = (system.boundaries, system.components, system.flows, system.assets, system.endpoints)
    taken_ids = {SYSTEM, *(member.id for group in groups for member in group)}
    number, found = 2, slug
    while found in taken_ids:
        number, found = number + 1, f"{slug}-{number}"
    return found


def _decision(said: Decide, model: ThreatModel, head: _Head) -> Decided:
    _need(said.threat, [threat.id for threat in model.threats], "threat")
    return Decided(
        **head,
        threat=said.threat,
        status=said.status,
        reason=_plain(said.reason),
        owner=_plain(said.owner),
    )


def _undoing(steps: int, model: ThreatModel, speaker: Speaker) -> tuple[JournalEntry, ...]:
    """Retractions of the last inputs that still count and that the system still rests on."""
    ground = max((source.after for source in model.sources), default=0)
    held = [e for e in standing(model.journal) if e.n > ground or isinstance(e, Decided)]
    if not held:
        raise InputError("There is nothing to take back.", "Answer the question that stands.")
    gone = held[-steps:][::-1]
    return tuple(
        Retracted(**_head(model, speaker, index), entry=entry.n) for index, entry in enumerate(gone)
    )


# --- the drawing ------------------------------------------------------------------------------


def unconfirmed(model: ThreatModel) -> tuple[str, ...]:
    """Ids of what was drawn without anybody having said it, and not been confirmed yet."""
    seen = {
        id_
        for entry in standing(model.journal)
        if isinstance(entry, Confirmed)
        for id_ in entry.elements
    }
    system = model.system
    drawn: tuple[Boundary | Component | Flow | Asset, ...] = (
        *system.boundaries,
        *system.components,
        *system.flows,
        *system.assets,
    )
    return tuple(e.id for e in drawn if not e.provenance.is_stated and e.id not in seen)


def confirmation(model: ThreatModel) -> Question | None:
    """The question whether the system is drawn right, or None if it need not be asked."""
    put_off = any(
        isinstance(e, Skipped) and e.question == CONFIRMED for e in standing(model.journal)
    )
    count = len(unconfirmed(model))
    if put_off or not count:
        return None
    parts = "1 part was" if count == 1 else f"{count} parts were"
    return Question(
        id=CONFIRMED,
        element=SYSTEM,
        element_name=model.system.name_of(SYSTEM),
        fact="confirmed",
        text=f"Is the system drawn as it is? {parts} assumed rather than said.",
        why="Threats are drafted for what is drawn: what does not exist has none, what is missing "
        "has them too.",
        choices=(
            Choice(value=YES, label="Yes, as drawn"),
            Choice(value=CHANGE, label="No, something is different"),
        ),
        role=Role.PRODUCT,
        value=0.0,
    )


def _confirmation(
    said: Answer, question: Question, model: ThreatModel, head: _Head
) -> tuple[JournalEntry, ...]:
    words = said.value if said.value is not None else said.text
    choice = choice_of(words, question.choices)
    if choice is None and words.strip().rstrip(".!").casefold() in _NO:
        return ()
    if choice is None:
        return (Told(**head, text=_spoken(words)),)
    if choice.value == CHANGE:
        return ()
    return (Confirmed(**head, elements=unconfirmed(model)),)


# --- out --------------------------------------------------------------------------------------


def taken(before: ThreatModel, after: ThreatModel, knowledge: Knowledge) -> tuple[Taken, ...]:
    """What is new in a model, in words: components, flows and facts that somebody stated, losses.

    Assumed facts are left out: they come back as questions.
    """
    old, new = before.system, after.system
    return (*_new_elements(old, new, knowledge), *_new_facts(old, new, knowledge), *_gone(old, new))


def _new_elements(old: SystemModel, new: SystemModel, knowledge: Knowledge) -> Iterator[Taken]:
    for component in new.components:
        kind = knowledge.kind_entries.get(component.kind)
        what = f"{kind.name if kind else component.kind} “{component.name}”"
        known = old.elements.get(component.id)
        if known is None:
            yield _taken(what, component.provenance)
        elif isinstance(known, Component) and known.name != component.name:
            yield _taken(f"{what}, until now “{known.name}”", component.provenance)
    for flow in new.flows:
        if flow.id not in old.elements and flow.provenance.is_stated:
            yield _taken(f"{new.name_of(flow.id)}: {flow.carries}", flow.provenance)


def _new_facts(old: SystemModel, new: SystemModel, knowledge: Knowledge) -> Iterator[Taken]:
    for element in (SYSTEM, *new.elements):
        facts = new.facts if element == SYSTEM else new.elements[element].facts
        for key, fact in facts.items():
            known = old.fact(element, key)
            is_same = known is not None and (known.value, known.against) == (
                fact.value,
                fact.against,
            )
            if is_same or not fact.provenance.is_stated or fact.value is None:
                continue
            entry = knowledge.fact_entries.get(key)
            name = entry.name if entry else key
            where = f"{name} of {new.name_of(element)}" if element != SYSTEM else name
            yield _taken(f"{where}: {_in_words(fact, entry)}", fact.provenance)


def _in_words(fact: Fact, entry: FactEntry | None) -> str:
    values = [fact.value or "", *(claim.value for claim in fact.against)]
    words = [
        choice.label if entry and (choice := entry.choice(value)) else value for value in values
    ]
    return words[0] if len(words) == 1 else f"{words[0]}, but others say {', '.join(words[1:])}"


def _gone(old: SystemModel, new: SystemModel) -> Iterator[Taken]:
    for component in old.components:
        if component.id not in new.elements:
            yield _taken(f"Left out: “{component.name}”", component.provenance)


def _taken(what: str, provenance: Provenance) -> Taken:
    return Taken(what=what, quote=provenance.quote, source=provenance.source)
