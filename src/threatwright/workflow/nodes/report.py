"""Writes the model file and says so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threatwright.errors import ThreatwrightError
from threatwright.workflow.events import Finished, Warned
from threatwright.workflow.state import Deps, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime


async def report(state: State, runtime: Runtime[Deps]) -> Update:
    """Save the model. What keeps it from being saved is told, and then the session ends."""
    deps = runtime.context
    now = await deps.standing(state.journal)
    file = str(deps.path)
    try:
        await asyncio.to_thread(deps.store.save, now.model, deps.path)
    except ThreatwrightError as error:
        runtime.stream_writer(Warned(problem=error.problem, fix=error.fix))
        file = ""
    runtime.stream_writer(Finished(file=file))
    return {}
