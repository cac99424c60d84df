"""The gate asks whether accepted risk still is so, who signed off, and what the appetite is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.engine.decisions.test_stale import (
    ACCEPT,
    FIXED,
    KNOWLEDGE,
    OVERLOAD,
    REJECT,
    after,
    scored,
)
from threatwright.engine.decisions.appetite import Appetite
from threatwright.engine.review.case import Case
from threatwright.engine.review.checks import objections
from threatwright.engine.review.signing import current, open_items, version_of
from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.objections import Demands, Objection
from threatwright.model.said import Answer, Rescope, Revise, SignOff, Undo
from threatwright.model.terms import Dimension, Level, Status
from threatwright.model.threats import Threat

THEN = datetime(2027, 6, 30, 12, tzinfo=UTC)
LATER = datetime(2027, 7, 1, tzinfo=UTC)
GUARDED = Answer(question="endpoint.rate_limit", value="all")
UNGUARDED = Revise(question="endpoint.rate_limit", value="none")


def found(
    model: ThreatModel, now: datetime = THEN, base: Knowledge = KNOWLEDGE, **demands: Any
) -> list[Objection]:
    return list(objections(Case(model, base, Demands(**demands), now)))


def rules(model: ThreatModel, now: datetime = THEN, **demands: Any) -> list[str]:
    return [objection.rule for objection in found(model, now, **demands)]


# --- acceptances ------------------------------------------------------------------------------


def test_an_acceptance_fails_from_the_day_after_its_last() -> None:
    accepted = after(scored(), ACCEPT)
    assert rules(accepted) == []
    (objection,) = found(accepted, LATER)
    assert (objection.rule, objection.subject) == ("acceptance-expired", OVERLOAD)
    assert objection.text.endswith("its acceptance ended on 2027-06-30, owner Bo")
    assert objection.stops


def test_an_acceptance_whose_grounds_are_gone_fails_until_it_is_put_away() -> None:
    gone = after(scored(), ACCEPT, FIXED)
    (objection,) = [o for o in found(gone) if o.rule == "acceptance-stale"]
    assert objection.subject == OVERLOAD
    assert "accepted, and no threat any more: Variable cost of Endpoint" in objection.text
    reopened = ACCEPT.model_copy(update={"status": Status.PROPOSED, "due": None, "until": None})
    assert "acceptance-stale" not in rules(after(gone, reopened))


def test_an_acceptance_fails_where_more_risk_is_left_than_was_accepted() -> None:
    accepted = after(scored(), GUARDED, ACCEPT)
    assert "acceptance-stale" not in rules(accepted)
    (objection,) = [o for o in found(after(accepted, UNGUARDED)) if o.rule == "acceptance-stale"]
    assert objection.subject == OVERLOAD
    assert "was accepted, and" in objection.text


def test_less_risk_than_was_accepted_is_no_objection() -> None:
    assert "acceptance-stale" not in rules(after(scored(), ACCEPT, GUARDED))


def test_a_rejection_whose_threat_is_gone_is_no_objection() -> None:
    assert "acceptance-stale" not in rules(after(scored(), REJECT, FIXED))


def test_only_the_threats_that_were_asked_for_are_looked_at() -> None:
    expired, gone = after(scored(), ACCEPT), after(scored(), ACCEPT, FIXED)
    assert rules(expired, LATER, only=("T-other@*",)) == []
    assert "acceptance-stale" not in rules(gone, only=("T-other@*",))


# --- sign-off ---------------------------------------------------------------------------------


def test_a_sign_off_holds_who_the_version_and_what_was_open() -> None:
    before = scored()
    signed = after(before, SignOff())
    (one,) = signed.scope.sign_off
    assert (one.who, one.role, one.at) == ("Kim", "ml-engineering", "2026-11-27T09:00:00+00:00")
    assert one.version == version_of(before) == version_of(signed)
    assert one.open == open_items(before, KNOWLEDGE)
    assert any("undecided threat" in item for item in one.open)


@pytest.mark.parametrize(
    "said", [GUARDED, ACCEPT, FIXED, Rescope(objectives=("no false alarm",))], ids=lambda s: s.type
)
def test_whatever_changes_makes_a_sign_off_outdated(said: Any) -> None:
    signed = after(scored(), SignOff())
    assert len(current(signed)) == 1
    changed = after(signed, said)
    assert current(changed) == ()
    (objection,) = [o for o in found(changed, signed_off=True) if o.rule == "not-signed-off"]
    assert "Kim (ml-engineering) signed off version" in objection.text
    again = after(changed, SignOff())
    assert current(again) == again.scope.sign_off[1:]


def test_a_change_that_is_taken_back_makes_the_sign_off_current_again() -> None:
    signed = after(scored(), SignOff())
    assert len(current(after(signed, GUARDED, Undo()))) == 1


def test_a_second_signature_leaves_the_first_current() -> None:
    assert len(current(after(scored(), SignOff(), SignOff()))) == 2


def test_a_sign_off_that_is_taken_back_is_none() -> None:
    assert after(scored(), SignOff(), Undo()).scope.sign_off == ()


def test_the_gate_asks_for_a_sign_off_only_where_it_is_told_to() -> None:
    assert rules(scored()) == []
    (objection,) = found(scored(), signed_off=True)
    assert objection.text.startswith("nobody signed off the model, version ")
    assert rules(after(scored(), SignOff()), signed_off=True) == []


def test_nobody_signs_without_a_name_and_a_role() -> None:
    with pytest.raises(InputError, match="does not say who signs it"):
        entries_for(SignOff(), None, scored(), KNOWLEDGE)


# --- appetite ---------------------------------------------------------------------------------


def eager(appetite: dict[Any, Level]) -> Knowledge:
    update = {"appetite": appetite, "publisher": "Acme"}
    return KNOWLEDGE.model_copy(update={"risk": KNOWLEDGE.risk.model_copy(update=update)})


def test_the_gate_goes_by_the_appetite_where_no_limit_is_asked_for() -> None:
    model = scored()
    assert "max-residual" not in rules(model)
    objected = [o for o in found(model, base=eager({"any": Level.LOW})) if o.rule == "max-residual"]
    assert objected
    assert all("at most low is within the appetite of Acme" in o.text for o in objected)
    asked = found(model, base=eager({"any": Level.LOW}), max_residual=Level.CRITICAL)
    assert [o for o in asked if o.rule == "max-residual"] == []


def rated(**fields: Any) -> Threat:
    threat = scored().threats[0]
    return threat.model_copy(update=fields)


def test_each_dimension_has_an_appetite_of_its_own() -> None:
    table = KNOWLEDGE.risk
    threat = rated(
        likelihood=4,
        impact=4,
        residual_likelihood=4,
        residual_impact=3,
        residual=12,
        impacts={Dimension.INTEGRITY: 4, Dimension.SAFETY: 3},
    )
    only_safety = Appetite({"any": Level.HIGH, Dimension.SAFETY: Level.LOW})
    above = only_safety.above(threat, table)
    assert above is not None
    assert (above.dimension, above.risk, above.limit) == (Dimension.SAFETY, 8, Level.LOW)
    assert Appetite({Dimension.MONEY: Level.LOW}).above(threat, table) is None
    assert Appetite({"any": Level.HIGH}).above(threat, table) is None
    assert str(only_safety) == "high, but low for safety"
