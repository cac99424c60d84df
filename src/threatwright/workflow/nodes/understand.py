"""Takes in what was said: into the journal first, then into the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from threatwright.engine.answers import CONFIRMED, entries_for, taken
from threatwright.errors import InputError
from threatwright.model.journal import Answered, Decided, JournalEntry, Retracted, Skipped, Unknown
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Answer, Resume, Stop
from threatwright.model.system import SystemModel
from threatwright.workflow.events import Event, Refused, Reviewed, Understood, Undone, Warned
from threatwright.workflow.state import Deps, Phase, Standing, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime


async def understand(state: State, runtime: Runtime[Deps]) -> Update:
    """Record the input, work out what follows from it, and say what that was."""
    deps, say = runtime.context, runtime.stream_writer
    before = await deps.standing(state.journal)
    if state.said is None:
        for opened in opening(before, deps.knowledge):
            say(opened)
        return {}
    question = state.asked.question if state.asked else None
    try:
        entries = entries_for(state.said, question, before.model, deps.knowledge, deps.speaker())
    except InputError as error:
        say(Refused(problem=error.problem, fix=error.fix))
        return {"said": None}
    journal = [*state.journal, *entries]
    # Worked out before it is recorded: what cannot be worked with must not be found there again.
    after = await deps.standing(journal)
    trouble = await deps.keep(entries)
    if trouble is not None:
        say(Warned(problem=trouble.problem, fix=f"{trouble.fix} {KEPT}"))
    for event in reply(state, entries, before, after, deps.knowledge):
        say(event)
    return {"journal": journal, "said": None, "phase": phase_after(state)}


KEPT = "Until then the answers are kept in memory alone."


def phase_after(state: State) -> Phase:
    """Which wait a session goes to after an input."""
    match state.said:
        case Stop():
            return Phase.DONE if state.phase is Phase.REVIEWING else Phase.REVIEWING
        case Resume():
            return Phase.ASKING
        case _:
            return state.phase


def opening(now: Standing, knowledge: Knowledge) -> Iterator[Event]:
    """What was taken from the sources of a model that nothing was answered about yet."""
    if now.model.journal:
        return
    empty = now.model.model_copy(update={"system": SystemModel(name=now.model.name)})
    found = taken(empty, now.model, knowledge)
    note = "" if found else "Nothing was recognised in the description; the questions will fill it."
    yield Understood(taken=found, note=note)


def reply(
    state: State,
    entries: Sequence[JournalEntry],
    before: Standing,
    after: Standing,
    knowledge: Knowledge,
) -> Iterator[Event]:
    """What came of an input."""
    undone = tuple(entry.entry for entry in entries if isinstance(entry, Retracted))
    decided = next((entry for entry in entries if isinstance(entry, Decided)), None)
    if undone:
        yield Undone(entries=undone, note=_taken_back(undone, before))
    elif decided is not None:
        yield Reviewed(threat=decided.threat, status=decided.status)
    elif isinstance(state.said, Resume) and after.question is None:
        yield Understood(note="No question is worth asking any more.")
    elif not isinstance(state.said, Stop | Resume):
        found = taken(before.model, after.model, knowledge)
        asked = state.asked.question.id if state.asked else None
        still = {question.id for question in after.open}
        yield Understood(
            taken=found,
            retired=tuple(q.id for q in before.open if q.id not in still and q.id != asked),
            note=_note(state, entries, bool(found), before, after),
        )


def _note(
    state: State,
    entries: Sequence[JournalEntry],
    is_taken: bool,
    before: Standing,
    after: Standing,
) -> str:
    conflicts = _conflicts(after) - _conflicts(before)
    if conflicts:
        return f"This differs from what was said before: {', '.join(sorted(conflicts))}."
    match tuple(entries):
        case () if state.asked and state.asked.question.id == CONFIRMED:
            return "Say what is different, or remove, rename or add an element."
        case (Unknown(),):
            return "Noted as not known; it counts as an open assumption."
        case (Skipped(),):
            return "Put off."
        case (Answered(value=None),) if not is_taken:
            return "Noted word for word; nothing in it was recognised as an answer."
        case _ if not is_taken and not isinstance(state.said, Answer):
            return "Noted; nothing new was recognised in it."
    return ""


def _conflicts(now: Standing) -> set[str]:
    system = now.model.system
    facts = [("", key, fact) for key, fact in system.facts.items()]
    facts += [
        (element.id, key, fact)
        for element in system.elements.values()
        for key, fact in element.facts.items()
    ]
    return {f"{id_ or 'system'}.{key}" for id_, key, fact in facts if fact.is_conflict}


def _taken_back(undone: Sequence[int], before: Standing) -> str:
    entries = {entry.n: entry for entry in before.model.journal}
    return f"Taken back: {'; '.join(_described(entries[n]) for n in undone)}."


def _described(entry: JournalEntry) -> str:
    match entry:
        case Answered():
            return f"{entry.question}: {entry.value or entry.text}"
        case Unknown() | Skipped():
            return f"{entry.question}: {entry.type}"
        case Decided():
            return f"{entry.threat}: {entry.status}"
        case _:
            return f"entry {entry.n} ({entry.type})"
