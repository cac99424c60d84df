"""Has a language model sum the draft up, where there is one and the draft is whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threatwright.errors import LanguageModelError
from threatwright.workflow.events import Summed, Summing, Warned
from threatwright.workflow.patience import Halted, unless
from threatwright.workflow.state import KEPT, Deps, State, Update
from threatwright.workflow.summing_up import asked_of, summed_up

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

WITHOUT = "The draft stands without a summary; it is asked for again with the next draft."


async def sum_up(state: State, runtime: Runtime[Deps]) -> Update:
    """Put a summary into the journal, once for each draft; decisions alone call for none."""
    deps, say = runtime.context, runtime.stream_writer
    now = await deps.standing(state.journal)
    system = now.model.derived.system
    is_done = state.drafted is not None and deps.summed_for == system
    if deps.llm is None or deps.is_incomplete or is_done:
        return {}
    deps.summed_for = system
    draft = await asyncio.to_thread(
        asked_of, now.model, deps.llm.model, deps.knowledge, deps.personal
    )
    if draft is None:
        return {}
    say(Summing(usage=deps.llm.usage))
    try:
        entries = await unless(deps.halt, summed_up(now.model, draft, deps.llm, deps.clock))
    except Halted:
        return {}
    except LanguageModelError as error:
        say(Warned(problem=error.problem, fix=f"{error.fix} {WITHOUT}", of_model=True))
        return {}
    trouble = await deps.keep(entries)
    if trouble is not None:
        say(Warned(problem=trouble.problem, fix=f"{trouble.fix} {KEPT}"))
    summary, _ = entries
    say(Summed(model=summary.model, text=summary.text))
    return {"journal": [*state.journal, *entries]}
