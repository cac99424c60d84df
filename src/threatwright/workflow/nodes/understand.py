"""Takes in what was said: into the journal first, then into the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.said import Preview, Resume, Retry, SetDepth, Stop
from threatwright.workflow.events import Event, Previewed, Refused, Understood, Warned
from threatwright.workflow.replies import UNRECOGNISED, opening, reply
from threatwright.workflow.state import KEPT, Deps, Phase, Standing, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

NO_MODEL = "Name one with THREATWRIGHT_LLM_MODEL; `threatwright doctor` shows what is set."


async def understand(state: State, runtime: Runtime[Deps]) -> Update:
    """Record the input, work out what follows from it, and say what that was."""
    deps, say = runtime.context, runtime.stream_writer
    before = await deps.standing(state.journal)
    if state.said is None:
        return {"note": said_without_note(opening(before, deps), before, deps, say)}
    if isinstance(state.said, Retry):
        return retry(deps, say)
    question = state.asked.question if state.asked else None
    said = state.said.said if isinstance(state.said, Preview) else state.said
    try:
        entries = entries_for(said, question, before.model, deps.knowledge, deps.speaker())
    except InputError as error:
        say(Refused(problem=error.problem, fix=error.fix))
        return {"said": None}
    if isinstance(state.said, Preview):
        change = await deps.look_ahead(before, entries)
        say(Previewed(said=state.said.said, change=change))
        return {"said": None}
    if isinstance(said, SetDepth):
        deps.depth = said.depth
    journal = [*state.journal, *entries]
    # Worked out before it is recorded: what cannot be worked with must not be found there again.
    after = await deps.standing(journal)
    trouble = await deps.keep(entries)
    if trouble is not None:
        say(Warned(problem=trouble.problem, fix=f"{trouble.fix} {KEPT}"))
    note = said_without_note(reply(state, entries, before, after, deps), after, deps, say)
    return {"journal": journal, "said": None, "phase": phase_after(state, after), "note": note}


def retry(deps: Deps, say: Callable[[Event], None]) -> Update:
    """Have all be asked for again that is not at hand: what stands is not asked for twice."""
    if deps.llm is None:
        say(Refused(problem="No language model is used.", fix=NO_MODEL))
        return {"said": None}
    deps.not_heard.clear()
    return {"said": None, "drafted": None}


def said_without_note(
    events: Iterable[Event], now: Standing, deps: Deps, say: Callable[[Event], None]
) -> str:
    """Say the events; that nothing was recognised comes back, where a model is yet to read it."""
    note = ""
    for event in events:
        if isinstance(event, Understood) and event.note in UNRECOGNISED and deps.hears(now.model):
            note = event.note
            say(event.model_copy(update={"note": ""}))
        else:
            say(event)
    return note


def phase_after(state: State, after: Standing) -> Phase:
    """Which wait a session goes to after an input."""
    match state.said:
        case Stop():
            return Phase.DONE if state.phase is Phase.REVIEWING else Phase.REVIEWING
        case Resume():
            return Phase.ASKING
        case SetDepth() if after.question is not None:
            return Phase.ASKING
        case _:
            return state.phase
