from __future__ import annotations

import numpy as np
import pytest

from threatwright.adapters.probes.art_worker.figures import (
    auc,
    balanced,
    bootstrap,
    figure,
    hits_at,
    wilson,
)
from threatwright.engine.probes import intervals
from threatwright.model.findings import Measured


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (30, 100), (5, 5)])
def test_its_interval_is_the_one_of_the_other_probes(hits: int, n: int) -> None:
    assert wilson(hits, n) == pytest.approx(
        tuple(intervals.wilson(intervals.Rate(hits, n))), abs=1e-6
    )


def test_auc_is_how_often_a_member_scores_higher() -> None:
    is_member = np.array([True, True, False, False])
    assert auc(np.array([0.9, 0.8, 0.2, 0.1]), is_member) == 1
    assert auc(np.array([0.5, 0.5, 0.5, 0.5]), is_member) == 0.5
    assert auc(np.array([0.9, 0.1, 0.5, 0.2]), is_member) == 0.5
    assert np.isnan(auc(np.array([0.9]), np.array([True])))


def test_hits_are_counted_above_what_few_others_reach() -> None:
    scores = np.concatenate([np.full(50, 0.9), np.linspace(0, 0.8, 99), [0.95]])
    is_member = np.arange(150) < 50
    assert hits_at(scores, is_member, 0.01) == 50
    assert hits_at(scores, is_member, 0.0) == 0


def test_balanced_agreement_counts_each_class_the_same() -> None:
    truth = np.array([0] * 9 + [1])
    assert balanced(np.zeros(10, dtype=np.int64), truth) == 0.5
    assert balanced(truth, truth) == 1


def test_a_bootstrap_interval_holds_the_figure() -> None:
    values = np.random.default_rng(0).normal(size=200)
    low, high = bootstrap(200, lambda drawn: float(values[drawn].mean()), seed=1)
    assert low < values.mean() < high
    assert bootstrap(200, lambda drawn: float(values[drawn].mean()), seed=1) == (low, high)


def test_a_figure_is_one_that_findings_hold() -> None:
    made = figure("AUC", 0.7, (0.6, 0.8), (0.5, "chance"), 100)
    assert Measured.model_validate(made).reference_name == "chance"
