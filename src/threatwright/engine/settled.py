"""Whether a reviewer's decision settles a threat, so that no gate need stop at it."""

from __future__ import annotations

from threatwright.model.terms import Status
from threatwright.model.threats import Threat


def unsettled(threat: Threat) -> str:
    """Why no decision settles a threat: "nobody decided"; empty if one does."""
    if threat.status is Status.PROPOSED:
        return "nobody decided"
    if not threat.reason.strip():
        return f"it was {threat.status} without a reason"
    return ""


def settled(threat: Threat) -> str:
    """The decision that settles a threat, in words; empty if none does."""
    if unsettled(threat):
        return ""
    owner = f", owner {threat.owner}" if threat.owner else ""
    return f"{threat.status}{owner}: {threat.reason}"
