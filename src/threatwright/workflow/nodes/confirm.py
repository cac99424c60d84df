"""Asks whether the system is drawn right, once nothing else is worth asking.

Where the drawing came first, it asks for what answers have brought in since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.workflow.events import Asked
from threatwright.workflow.state import Deps, State, Update

if TYPE_CHECKING:
    from langgraph.runtime import Runtime


async def confirm(state: State, runtime: Runtime[Deps]) -> Update:
    """Put the question about the drawing in line, if a part of it was only assumed."""
    now = await runtime.context.standing(state.journal)
    question = now.confirmation
    return {"asked": Asked(question=question, progress=now.progress) if question else None}
