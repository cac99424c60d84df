"""Has a language model draft, where there is one and something changed that it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.workflow.drafting import drafted_with
from threatwright.workflow.events import Drafting, Event, Warned
from threatwright.workflow.state import KEPT, Deps, Standing, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime


async def propose(state: State, runtime: Runtime[Deps]) -> Update:
    """Put what the model contributes into the journal."""
    deps, say = runtime.context, runtime.stream_writer
    now = await deps.standing(state.journal)
    if deps.llm is None or not is_due(state, now, deps):
        return {}
    deps.drafted_for, deps.is_incomplete = now.model.derived.system, False

    def hear(event: Event) -> None:
        deps.is_incomplete |= isinstance(event, Warned) and event.of_model
        say(event)

    say(Drafting(done=0, of=0, usage=deps.llm.usage))
    entries = await drafted_with(
        now.model,
        deps.llm,
        deps.knowledge,
        deps.index,
        say=hear,
        stop=deps.halt,
        personal=deps.personal,
        clock=deps.clock,
    )
    deps.is_incomplete |= deps.halt.is_set()
    trouble = await deps.keep(entries)
    if trouble is not None:
        say(Warned(problem=trouble.problem, fix=f"{trouble.fix} {KEPT}"))
    return {"journal": [*state.journal, *entries]}


def is_due(state: State, now: Standing, deps: Deps) -> bool:
    """Whether the questions were just left, or the system is another than at the last draft.

    What failed or was stopped is not asked for again by each decision of a reviewer.
    """
    return state.drafted is None or deps.drafted_for != now.model.derived.system
