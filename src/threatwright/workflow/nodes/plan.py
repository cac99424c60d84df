"""Chooses the next question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.workflow.events import Asked
from threatwright.workflow.state import Deps, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime


async def plan(state: State, runtime: Runtime[Deps]) -> Update:
    """Put the question that would change the model most in line, if one is worth asking."""
    now = await runtime.context.standing(state.journal)
    asked = Asked(question=now.question, progress=now.progress) if now.question else None
    return {"asked": asked, "drafted": None}
