from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.fraud_target import Case, run_on
from threatwright.engine.probes.predictive import MARGIN, findings, verdict_of
from threatwright.model.findings import Measured, Tried
from threatwright.model.predict_run import FamilyMeasured
from threatwright.model.probes import Family


def figure(low: float, high: float, reference: float = 0.5) -> Measured:
    return Measured(
        name="AUC",
        value=(low + high) / 2,
        low=low,
        high=high,
        reference=reference,
        reference_name="chance",
        n=100,
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.51, 0.60, Tried.CONFIRMED),
        (0.45, 0.55, Tried.NOT_OBSERVED),
        (0.20, 0.30, Tried.NOT_OBSERVED),
        (0.40, 0.5 + MARGIN, Tried.INCONCLUSIVE),
        (0.50, 0.90, Tried.INCONCLUSIVE),
    ],
)
def test_a_figure_is_judged_by_its_interval_beside_the_reference(
    low: float, high: float, verdict: Tried
) -> None:
    assert verdict_of(figure(low, high)) is verdict


def test_a_part_of_a_run_can_confirm_and_cannot_clear() -> None:
    assert verdict_of(figure(0.6, 0.7), is_complete=False) is Tried.CONFIRMED
    assert verdict_of(figure(0.45, 0.55), is_complete=False) is Tried.INCONCLUSIVE


def test_each_threat_gets_a_finding_with_its_figures(tmp_path: Path) -> None:
    plan = run_on("http://127.0.0.1:1", tmp_path, Case()).plan
    told = [
        FamilyMeasured(family=Family.MEMBERSHIP, measured=(figure(0.6, 0.7),), is_complete=True),
        FamilyMeasured(
            family=Family.EXTRACTION, is_complete=False, because="the budget of rows is spent"
        ),
    ]
    found = {finding.threat: finding for finding in findings(plan, told)}
    assert [f.verdict for f in found.values()] == [
        Tried.CONFIRMED,
        Tried.INCONCLUSIVE,
        Tried.INCONCLUSIVE,
    ]
    assert found["T-membership@x"].measured[0].reference_name == "chance"
    assert "beside 0.50 for chance" in found["T-membership@x"].because
    assert "budget of rows" in found["T-extraction@x"].because
    assert "was not run" in found["T-evasion@x"].because
