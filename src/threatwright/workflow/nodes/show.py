"""Puts the drawing first, where whoever holds the session shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.workflow.events import Asked
from threatwright.workflow.state import Deps, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime


async def show(state: State, runtime: Runtime[Deps]) -> Update:
    """Put the question about the drawing in line, until it was looked at once."""
    deps = runtime.context
    now = await deps.standing(state.journal)
    first = deps.shows_drawing and not now.was_looked_at
    question = now.confirmation if first else None
    return {"asked": Asked(question=question, progress=now.progress) if question else None}
