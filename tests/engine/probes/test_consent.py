from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

import threatwright
from tests.engine.probes.bot import model, payloads, scope, selection
from tests.engine.probes.runs import ORIGIN, target
from tests.engine.small import component, said, system
from threatwright.engine.probes.consent import consent
from threatwright.engine.probes.plan import plan
from threatwright.errors import InputError, TargetError
from threatwright.model.findings import Consent
from threatwright.model.probe_plan import ProbePlan
from threatwright.model.probe_scope import ProbeScope, ProbeTarget

NOW = datetime(2026, 11, 15, tzinfo=UTC)
FAR = "https://staging.example.com:443"


def planned(of: ProbeTarget, allowed: ProbeScope) -> ProbePlan:
    return plan(model(), allowed, "s" * 64, of, selection(of), {"override": payloads(2)})


def given(of: ProbeTarget | None = None, typed: str = "", now: datetime = NOW) -> Consent:
    wanted = of or target()
    allowed = scope(wanted)
    return consent(planned(wanted, allowed), allowed, model(), now, typed)


def test_consent_is_to_this_plan_and_ends_with_the_window() -> None:
    found = given()
    assert found.plan == planned(target(), scope()).hash
    assert (found.origin, found.is_typed) == (ORIGIN, False)
    assert found.until == scope().window.ends
    assert found.authorised_by == "Ana Lopes, Head of support"


def test_an_origin_elsewhere_has_to_be_typed_exactly() -> None:
    far = target(origin=FAR)
    with pytest.raises(InputError, match="not on this machine: say that you are authorised"):
        given(far)
    with pytest.raises(InputError, match="is not the origin"):
        given(far, typed="https://staging.example.com")
    assert given(far, typed=FAR).is_typed


def test_production_is_called_by_its_name() -> None:
    with pytest.raises(InputError, match="and in production"):
        given(target(origin=FAR, environment="production"))


@pytest.mark.parametrize(
    "now", [datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)]
)
def test_nothing_is_consented_to_outside_of_the_window(now: datetime) -> None:
    with pytest.raises(TargetError, match="The scope allow"):
        given(now=now)


def test_a_target_that_the_scope_does_not_name_is_refused() -> None:
    other = target(origin="http://127.0.0.1:8999")
    with pytest.raises(TargetError, match="is no target of the scope"):
        consent(planned(other, scope(other)), scope(), model(), NOW)


def test_a_target_that_the_model_does_not_have_is_refused() -> None:
    one = planned(target(), scope())
    gone = model().model_copy(update={"system": system((component("web", "web-app"),))})
    with pytest.raises(TargetError, match="the model has no such component"):
        consent(one, scope(), gone, NOW)


def test_an_endpoint_answers_for_nothing_that_the_model_does_not_have() -> None:
    with pytest.raises(TargetError, match="names website, and the model has no such component"):
        given(target(answers_for=["website"]))


def test_a_scope_of_another_model_is_refused() -> None:
    other = scope(model="another")
    with pytest.raises(TargetError, match="made for another threat model"):
        consent(planned(target(), other), other, model(), NOW)


def test_a_model_that_says_no_is_stronger_than_a_scope() -> None:
    no = system((component("llm", "llm", may_be_probed=said("no")),))
    with pytest.raises(TargetError, match="may not be probed"):
        consent(planned(target(), scope()), scope(), model().model_copy(update={"system": no}), NOW)


def test_an_empty_plan_cannot_be_consented_to() -> None:
    empty = planned(target(), scope()).model_copy(update={"probes": ()})
    with pytest.raises(TargetError, match="nothing in the plan"):
        consent(empty, scope(), model(), NOW)


def test_no_other_code_makes_a_consent() -> None:
    root = Path(threatwright.__file__).parent
    made = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _makes_consent(node.func)
    }
    assert made == {"engine/probes/consent.py"}


def _makes_consent(called: ast.expr) -> bool:
    """Whether a call is `Consent(…)`, or one of the class's own ways to make one."""
    names = [node.id for node in ast.walk(called) if isinstance(node, ast.Name)]
    attributes = [node.attr for node in ast.walk(called) if isinstance(node, ast.Attribute)]
    return "Consent" in (*names, *attributes)
