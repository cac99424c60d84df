"""Which decisions settle a threat: with a reason, not expired, the other of a duplicate there."""

from __future__ import annotations

from datetime import date, timedelta

from tests.engine.decisions.test_stale import ACCEPT, OVERLOAD, REJECT, after, scored
from threatwright.engine.decisions.settled import is_expired, settled, unsettled
from threatwright.model.said import Decide
from threatwright.model.terms import Status
from threatwright.model.threats import Threat

UNTIL = date(2027, 6, 30)
THERE = frozenset({OVERLOAD, "T-evade@endpoint"})


def decided(said: Decide) -> Threat:
    return next(t for t in after(scored(), said).threats if t.id == OVERLOAD)


def test_an_acceptance_settles_until_its_last_day_and_not_after() -> None:
    threat = decided(ACCEPT)
    assert settled(threat, UNTIL, THERE) == (
        "accepted until 2027-06-30, owner Bo, due 2026-12-24: we pay"
    )
    assert not is_expired(threat, UNTIL)
    later = UNTIL + timedelta(days=1)
    assert is_expired(threat, later)
    assert settled(threat, later, THERE) == ""
    assert unsettled(threat, later, THERE) == "its acceptance ended on 2027-06-30"


def test_a_decision_without_a_reason_settles_nothing() -> None:
    bare = decided(Decide(threat=OVERLOAD, status=Status.ACCEPTED, reason="  "))
    assert unsettled(bare, UNTIL, THERE) == "it was accepted without a reason"


def test_a_duplicate_is_settled_only_while_the_other_is_there() -> None:
    threat = decided(REJECT.model_copy(update={"duplicate_of": "T-evade@endpoint"}))
    assert unsettled(threat, UNTIL, THERE) == ""
    assert "which is not there" in unsettled(threat, UNTIL, frozenset({OVERLOAD}))
