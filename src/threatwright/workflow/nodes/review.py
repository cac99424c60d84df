"""Waits for what a person makes of the draft."""

from __future__ import annotations

from langgraph.types import interrupt

from threatwright.workflow.state import State, Update


def review(state: State) -> Update:
    """Hand the draft out and take in a decision, a correction, or the end.

    Nothing else may stand here: when input comes, the node runs again from its first line.
    """
    return {"said": interrupt(state.drafted)}
