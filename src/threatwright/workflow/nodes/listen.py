"""Has a language model read what was said, beside what was understood without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.engine.reading.passages import unheard
from threatwright.workflow.events import Warned
from threatwright.workflow.hearings import heard
from threatwright.workflow.listening import listened
from threatwright.workflow.state import KEPT, Deps, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

GO_ON = "Until then what was read without it counts; it is asked again at the next text."


async def listen(state: State, runtime: Runtime[Deps]) -> Update:
    """Have the texts read that no model has read, record what it read, and say what that was.

    What it did not read is tried again when there is another text.
    """
    deps, say = runtime.context, runtime.stream_writer
    before = await deps.standing(state.journal)
    if deps.llm is None or not deps.hears(before.model):
        return {}
    entries, failure = await listened(
        before.model, deps.llm, deps.knowledge, deps.speaker().at, deps.personal, deps.halt, say
    )
    journal = [*state.journal, *entries]
    after = await deps.standing(journal)
    deps.not_heard = {passage.key for passage in unheard(after.model)}
    trouble = await deps.keep(entries)
    if trouble is not None:
        say(Warned(problem=trouble.problem, fix=f"{trouble.fix} {KEPT}"))
    if failure is not None:
        say(Warned(problem=failure.problem, fix=f"{failure.fix} {GO_ON}", of_model=True))
    for event in heard(state, entries, before, after, deps):
        say(event)
    return {"journal": journal, "note": ""}
