"""What a session says to an input: what was understood, what that settled, what it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from threatwright.engine.changes.causes import altered, edited, of_the_whole
from threatwright.engine.interview.confirming import unconfirmed
from threatwright.engine.probes.found import told
from threatwright.engine.record.taken import question_name, taken
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.interview import CONFIRMED
from threatwright.model.journal import (
    Added,
    Answered,
    Changed,
    Connected,
    Decided,
    Edited,
    JournalEntry,
    Mitigated,
    Removed,
    Renamed,
    Rescoped,
    Retracted,
    SignedOff,
    Skipped,
    Stated,
    Told,
    Unknown,
)
from threatwright.model.said import Answer, Resume, SetDepth, Stop, Taken, Together
from threatwright.model.system import SystemModel
from threatwright.workflow.events import (
    DepthSet,
    Drawn,
    Event,
    Reviewed,
    Understood,
    Undone,
    Warned,
)
from threatwright.workflow.state import Deps, Standing, State

LEFT_OUT = "Say here what is missing, or hand the document in in another form."
NOTHING = "Nothing was recognised in the description; the questions will fill it."
NO_ANSWER = "Noted word for word; nothing in it was recognised as an answer."
NOTHING_NEW = "Noted; nothing new was recognised in it."
STANDS = "All of it stands so already."
MOST_TOLD = 3
UNRECOGNISED = frozenset({NOTHING, NO_ANSWER, NOTHING_NEW})
"""Notes that nothing was recognised, which a language model may recognise yet."""


def opening(now: Standing, deps: Deps) -> Iterator[Event]:
    """What was taken from the sources, while nothing was answered yet; and the drawing."""
    if not now.model.journal:
        for source in now.model.sources:
            if source.left_out:
                yield Warned(problem=f"{source.name}: {source.left_out}.", fix=LEFT_OUT)
        empty = now.model.model_copy(update={"system": SystemModel(name=now.model.name)})
        found = taken(empty, now.model, deps.knowledge)
        yield Understood(taken=found, note="" if found else NOTHING)
    if now.model.system.components:
        yield drawn(now.model, deps)


def drawn(model: ThreatModel, deps: Deps) -> Drawn:
    """The system as it is drawn."""
    system = model.system
    return Drawn(
        boundaries=system.boundaries,
        components=system.components,
        flows=system.flows,
        assumed=len(unconfirmed(model)),
        diagram=deps.draw(system),
    )


def reply(
    state: State, entries: Sequence[JournalEntry], before: Standing, after: Standing, deps: Deps
) -> Iterator[Event]:
    """What came of an input."""
    undone = tuple(entry.entry for entry in entries if isinstance(entry, Retracted))
    decided = [entry for entry in entries if isinstance(entry, Decided)]
    if undone:
        yield Undone(entries=undone, note=_taken_back(undone, before, deps))
    elif decided:
        yield from (Reviewed(threat=one.threat, status=one.status) for one in decided)
    elif isinstance(state.said, Together) and not entries:
        yield Understood(note=STANDS)
    elif isinstance(state.said, SetDepth):
        yield DepthSet(depth=state.said.depth, open=after.progress.open)
    elif isinstance(state.said, Resume) and after.question is None:
        yield Understood(note=_no_more(after))
    elif not isinstance(state.said, Stop | Resume):
        yield _understood(state, entries, before, after, deps)
    if is_corrected(state, before, after, deps):
        yield drawn(after.model, deps)


def _no_more(now: Standing) -> str:
    rest = now.agenda.rest(now.progress.depth)
    if rest.is_cut:
        return f"A {rest.depth} interview asks no more; a deeper one does."
    return "No question is worth asking any more."


def is_corrected(state: State, before: Standing, after: Standing, deps: Deps) -> bool:
    """Whether the person looks at the drawing, and it became another, not to be confirmed yet."""
    is_asked = state.asked is not None and state.asked.question.id == CONFIRMED
    is_new = before.model.system != after.model.system
    return deps.shows_drawing and is_asked and is_new and after.confirmation is not None


def _understood(
    state: State, entries: Sequence[JournalEntry], before: Standing, after: Standing, deps: Deps
) -> Understood:
    found = taken(before.model, after.model, deps.knowledge)
    question = state.asked.question if state.asked else None
    asked = {question.id, *(also.id for also in question.also)} if question else set()
    asked |= {e.question for e in entries if isinstance(e, Answered | Unknown | Skipped)}
    note = _note(state, entries, bool(found), before, after, deps)
    return understood(found, note, before, after, deps, asked)


def understood(
    found: tuple[Taken, ...],
    note: str,
    before: Standing,
    after: Standing,
    deps: Deps,
    asked: Collection[str] = (),
) -> Understood:
    """What was taken, and which questions that settled besides those asked."""
    retired = tuple(
        id_ for id_ in before.agenda.open if id_ not in after.agenda.open and id_ not in asked
    )
    names = (question_name(id_, before.model.system, deps.knowledge) for id_ in retired)
    return Understood(taken=found, retired=retired, retired_names=tuple(names), note=note)


def _note(
    state: State,
    entries: Sequence[JournalEntry],
    is_taken: bool,
    before: Standing,
    after: Standing,
    deps: Deps,
) -> str:
    new = new_conflicts(before, after, deps)
    if new:
        return f"This differs from what was said before: {'; '.join(new)}."
    match tuple(entries):
        case () if state.asked and state.asked.question.id == CONFIRMED:
            return "Say what is different, or remove, rename or add an element."
        case (Answered(instead=earlier) | Unknown(instead=earlier),) if earlier:
            return f"In the place of {_described(earlier, before, deps)}."
        case (Unknown(),):
            return "Noted as not known; it counts as an open assumption."
        case (Skipped(),):
            return "Put off."
        case (Consented() | Probed() | Ruled(), *_):
            return f"Noted: {_all_words(entries, after.model, deps)}."
        case (
            Stated() | Edited() | Mitigated() | Rescoped() | SignedOff() | Connected() | Changed(),
            *_,
        ):
            return f"Noted: {_all_words(entries, after.model, deps)}."
        case (Answered(value=None),) if not is_taken:
            return NO_ANSWER
        case _ if not is_taken and not isinstance(state.said, Answer):
            return NOTHING_NEW
    return ""


def new_conflicts(before: Standing, after: Standing, deps: Deps) -> list[str]:
    """What sources differ about now, and did not before, by name."""
    new = _conflicts(after) - _conflicts(before)
    return sorted(question_name(id_, after.model.system, deps.knowledge) for id_ in new)


def _conflicts(now: Standing) -> set[str]:
    system = now.model.system
    facts = [("system", key, fact) for key, fact in system.facts.items()]
    facts += [
        (element.id, key, fact)
        for element in system.elements.values()
        for key, fact in element.facts.items()
    ]
    return {f"{id_}.{key}" for id_, key, fact in facts if fact.is_conflict}


def _taken_back(undone: Sequence[int], before: Standing, deps: Deps) -> str:
    return f"Taken back: {_described(undone, before, deps)}."


def _described(numbers: Sequence[int], before: Standing, deps: Deps) -> str:
    entries = {entry.n: entry for entry in before.model.journal}
    return _all_words([entries[n] for n in numbers], before.model, deps)


def _all_words(entries: Sequence[JournalEntry], model: ThreatModel, deps: Deps) -> str:
    """The entries of one input in words; those beyond what anybody reads are counted."""
    statuses = {e.status for e in entries if isinstance(e, Decided)}
    if len(entries) > MOST_TOLD and all(isinstance(e, Decided) for e in entries):
        return f"{len(entries)} threats: {' or '.join(sorted(statuses))}"
    words = [_words(entry, model, deps) for entry in entries[:MOST_TOLD]]
    more = [f"and {len(entries) - MOST_TOLD} more"] if len(entries) > MOST_TOLD else []
    return "; ".join([*words, *more])


def _words(entry: JournalEntry, model: ThreatModel, deps: Deps) -> str:
    match entry:
        case Answered() | Unknown() | Skipped():
            name = question_name(entry.question, model.system, deps.knowledge)
            return f"{name}: {_answer(entry, deps)}"
        case Decided():
            return f"{entry.threat}: {entry.status}"
        case Told():
            return f"“{entry.text}”"
        case Removed():
            return f"{entry.element} does not exist"
        case Connected():
            return f"{entry.source} to {entry.target}, added"
        case Changed():
            return f"{entry.element}: {', '.join(altered(entry))}"
        case Stated():
            return f"“{entry.threat.title}”, stated"
        case Edited():
            return f"{entry.threat}: {', '.join(edited(entry))}"
        case Mitigated() | Rescoped() | SignedOff():
            return of_the_whole(entry)
        case Consented() | Probed() | Ruled():
            return told(entry)
        case Renamed() | Added():
            return f"{entry.name}, {entry.type}"
        case _:
            return "the drawing, confirmed"


def _answer(entry: Answered | Unknown | Skipped, deps: Deps) -> str:
    if not isinstance(entry, Answered):
        return "not known" if isinstance(entry, Unknown) else "put off"
    fact = deps.knowledge.fact_entries.get(entry.question.rpartition(".")[2])
    choice = fact.choice(entry.value) if fact else None
    return choice.label if choice else entry.value or f"“{entry.text}”"
