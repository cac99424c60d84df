"""What a mitigation would still take off."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange import example
from threatwright.engine.derive import begin
from threatwright.engine.roadmap.gains import gains
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.journal import Source, SourceKind
from threatwright.model.terms import Coverage, Effect, MitigationStatus, Status
from threatwright.model.threats import AppliedMitigation


@pytest.fixture(scope="module")
def knowledge() -> Any:
    return load_knowledge()


def applied(effect: Effect = Effect.HINDERS, **more: Any) -> AppliedMitigation:
    given: dict[str, Any] = {
        "id": "limit-queries",
        "title": "Limit queries",
        "status": MitigationStatus.PROPOSED,
        "coverage": Coverage.NONE,
        **more,
    }
    return AppliedMitigation(effect=effect, **given)


def model_with(*mitigations: AppliedMitigation, **more: Any) -> ThreatModel:
    return example.model(threats=(example.threat(mitigations=mitigations, **more),))


def test_a_control_gains_what_it_takes_off_when_it_is_in_place(knowledge: Any) -> None:
    model = model_with(applied(), likelihood=4, impact=4)
    assert gains(model, knowledge) == {"limit-queries": 16 - 2 * 4}


def test_what_another_control_of_its_kind_takes_off_already_is_no_gain(knowledge: Any) -> None:
    other = applied(id="other", coverage=Coverage.FULL, status=MitigationStatus.IN_PLACE)
    assert gains(model_with(applied(), other), knowledge) == {"limit-queries": 0}


def test_detection_gains_nothing_where_nobody_answers_to_it(knowledge: Any) -> None:
    model = model_with(applied(Effect.DETECTS))
    assert gains(model, knowledge) == {"limit-queries": 0}
    facts = {"incident_response": Fact(value="tested", provenance=example.READ)}
    system = model.system.model_copy(update={"facts": facts})
    answered = model.model_copy(update={"system": system})
    assert gains(answered, knowledge) == {"limit-queries": 4}


def test_a_rejected_threat_and_what_is_not_to_be_done_gain_nothing(knowledge: Any) -> None:
    assert gains(model_with(applied(), status=Status.REJECTED), knowledge) == {}
    assert gains(model_with(applied(status=MitigationStatus.NOT_DOING)), knowledge) == {}


def test_a_residual_is_reckoned_as_it_was_drafted(knowledge: Any) -> None:
    text = "Customers call a public REST API. It scores payments with a model trained on S3 data."
    model = begin("x", [Source(kind=SourceKind.PROSE, name="d.md", text=text)], knowledge)
    drafted = {t.id: t.residual for t in model.threats}
    done = {
        t.id: t.model_copy(
            update={
                "mitigations": tuple(
                    m.model_copy(update={"id": f"{t.id}/{m.id}"}) for m in t.mitigations
                )
            }
        )
        for t in model.threats
    }
    alone = gains(model.model_copy(update={"threats": tuple(done.values())}), knowledge)
    assert alone
    assert all(0 <= gain < drafted[id_.split("/")[0]] for id_, gain in alone.items())
