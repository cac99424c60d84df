"""Whether a reviewer's decision settles a threat, so that no gate need stop at it."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from threatwright.model.terms import Status
from threatwright.model.threats import Threat


def unsettled(threat: Threat, today: date, there: Container[str]) -> str:
    """Why no decision settles a threat: "nobody decided"; empty if one does.

    `there` holds the ids of all threats: a duplicate is settled only while the other is there.
    """
    if threat.status is Status.PROPOSED:
        return "nobody decided"
    if not threat.reason.strip():
        return f"it was {threat.status} without a reason"
    if is_expired(threat, today):
        return f"its acceptance ended on {threat.until}"
    if (
        threat.status is Status.REJECTED
        and threat.duplicate_of
        and threat.duplicate_of not in there
    ):
        return f"it was rejected as a duplicate of {threat.duplicate_of}, which is not there"
    return ""


def is_expired(threat: Threat, today: date) -> bool:
    """Whether the acceptance of a threat has come to its end: its last day is over."""
    return threat.status is Status.ACCEPTED and threat.until is not None and threat.until < today


def settled(threat: Threat, today: date, there: Container[str]) -> str:
    """The decision that settles a threat, in words; empty if none does."""
    return "" if unsettled(threat, today, there) else decision(threat)


def decision(threat: Threat) -> str:
    """What was decided about a threat, in words: "accepted until 2027-06-30, owner Ana: …"."""
    until = f" until {threat.until}" if threat.until else ""
    owner = f", owner {threat.owner}" if threat.owner else ""
    due = f", due {threat.due}" if threat.due else ""
    because = f": {threat.reason}" if threat.reason.strip() else ""
    return f"{threat.status}{until}{owner}{due}{because}"
