"""What of NIST AI RMF a model covers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.paths import applied, threat
from tests.exchange import example
from threatwright.engine.review.nist_view import CATEGORIES, rmf_view
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.nist import Covering, RmfView, Subcategory
from threatwright.model.system import SystemModel
from threatwright.model.terms import Effect, MitigationStatus, Status

SIGNING, TRAINING = "AML.M0013", "AML.M0018"
"""Mitigations that serve MEASURE 2.7 and GOVERN 2.2."""


@pytest.fixture(scope="module")
def knowledge() -> Any:
    return load_knowledge()


def found(view: RmfView, id_: str) -> Subcategory:
    return next(
        one
        for function in view.functions
        for category in function.categories
        for one in category.subcategories
        if one.reference.id == id_
    )


def view_of(knowledge: Any, *statuses: MitigationStatus, id_: str = TRAINING) -> RmfView:
    some = [threat(n, [applied(id_, Effect.HINDERS, s)]) for n, s in enumerate(statuses)]
    return rmf_view(example.model(threats=tuple(some)), knowledge)


def test_the_view_holds_the_whole_framework_in_its_order(knowledge: Any) -> None:
    view = view_of(knowledge)
    assert [f.id for f in view.functions] == ["GOVERN", "MAP", "MEASURE", "MANAGE"]
    assert [c.id for f in view.functions for c in f.categories] == list(CATEGORIES)
    held = [s for f in view.functions for c in f.categories for s in c.subcategories]
    assert len(held) == 72
    assert all(s.reference.edition == view.edition == "1.0" for s in held)


@pytest.mark.parametrize(
    ("statuses", "covering"),
    [
        ((MitigationStatus.IN_PLACE,), Covering.COVERED),
        ((MitigationStatus.IN_PLACE, MitigationStatus.PROPOSED), Covering.PARTLY),
        ((MitigationStatus.PARTIAL,), Covering.PARTLY),
        ((MitigationStatus.PLANNED,), Covering.OPEN),
        ((MitigationStatus.PROPOSED,), Covering.OPEN),
        ((MitigationStatus.NOT_DOING,), Covering.NOT_COVERED),
        ((MitigationStatus.NOT_DOING, MitigationStatus.IN_PLACE), Covering.COVERED),
        ((), Covering.NOT_COVERED),
    ],
)
def test_a_subcategory_is_covered_as_far_as_its_mitigations_are_in_place(
    knowledge: Any, statuses: tuple[MitigationStatus, ...], covering: Covering
) -> None:
    one = found(view_of(knowledge, *statuses), "GOVERN 2.2")
    assert one.covering is covering
    ids = [m.mitigation for m in one.mitigations]
    assert ids == ([] if covering is Covering.NOT_COVERED else [TRAINING])


def test_the_model_itself_is_a_part_of_some(knowledge: Any) -> None:
    view = view_of(knowledge, MitigationStatus.PROPOSED)
    assert found(view, "MAP 5.1").evidence == (
        "1 threat rated by likelihood and impact, with reasons",
    )
    assert found(view, "MAP 1.1").covering is Covering.PARTLY
    assert found(view, "MANAGE 1.3").evidence == ()


def test_one_of_two_in_place_is_a_part(knowledge: Any) -> None:
    done = threat(1, [applied(SIGNING, status=MitigationStatus.IN_PLACE)])
    open_ = threat(2, [applied("AML.M0014", Effect.DETECTS)])
    view = rmf_view(example.model(threats=(done, open_)), knowledge)
    one = found(view, "MEASURE 2.7")
    assert one.covering is Covering.PARTLY
    assert [(m.mitigation, m.covering) for m in one.mitigations] == [
        (SIGNING, Covering.COVERED),
        ("AML.M0014", Covering.OPEN),
    ]


def test_a_review_is_a_response(knowledge: Any) -> None:
    decided = threat(1, []).model_copy(update={"status": Status.ACCEPTED, "reason": "a pilot"})
    view = rmf_view(example.model(threats=(decided,)), knowledge)
    assert found(view, "MANAGE 1.3").evidence == ("1 decided on in review, with reasons",)


def test_what_no_mitigation_serves_is_a_matter_of_the_organisation(knowledge: Any) -> None:
    view = view_of(knowledge, MitigationStatus.PROPOSED)
    assert found(view, "MEASURE 2.12").elsewhere
    assert not found(view, "GOVERN 2.2").elsewhere
    assert not found(view, "MAP 5.1").elsewhere


def test_nothing_covers_anything_in_an_empty_model(knowledge: Any) -> None:
    view = rmf_view(ThreatModel(id="x", name="", system=SystemModel(name="")), knowledge)
    held = [s for f in view.functions for c in f.categories for s in c.subcategories]
    assert {s.covering for s in held} == {Covering.NOT_COVERED}
