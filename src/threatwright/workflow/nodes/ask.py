"""Waits for an answer to the question that stands."""

from __future__ import annotations

from langgraph.types import interrupt

from threatwright.workflow.state import State, Update


def ask(state: State) -> Update:
    """Hand the question out and take the answer in.

    Nothing else may stand here: when the answer comes, the node runs again from its first line.
    """
    return {"said": interrupt(state.asked)}
