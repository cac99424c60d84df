"""Figures, their intervals and their baselines."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.figures import Better, fallen, keep_baseline, mean, read_baseline, share, text_of


def test_a_share_counts_what_all_cases_have_together() -> None:
    figure = share([(1, 2), (3, 6), (0, 0)])
    assert figure.value == 0.5
    assert figure.n == 2
    assert figure.low <= figure.value <= figure.high


def test_a_share_of_nothing_has_no_cases() -> None:
    assert share([(0, 0)]).n == 0
    assert share([]).n == 0


def test_more_cases_make_the_interval_narrower() -> None:
    few, many = mean([0, 1] * 5), mean([0, 1] * 500)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(
    ("better", "now", "is_worse"),
    [
        (Better.MORE, 0.1, True),
        (Better.MORE, 0.9, False),
        (Better.LESS, 0.9, True),
        (Better.LESS, 0.1, False),
        (Better.NEITHER, 0.9, False),
    ],
)
def test_a_figure_is_worse_beyond_the_bad_end_of_its_baseline(
    better: Better, now: float, is_worse: bool
) -> None:
    before = mean([0, 1] * 50, better)
    assert mean([now] * 100, better).is_worse_than(before) is is_worse


def test_a_baseline_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    table = {"drafts": {"R@10": mean([0.2, 0.4]), "threats": mean([30, 50], Better.NEITHER)}}
    keep_baseline("some", table, tmp_path)
    assert read_baseline("some", tmp_path) == table
    assert fallen(table, read_baseline("some", tmp_path)) == []


def test_a_figure_that_is_no_longer_measured_is_told() -> None:
    before = {"drafts": {"R@10": mean([0.2, 0.4])}}
    assert fallen({"drafts": {}}, before) == ["drafts, R@10: is no longer measured"]


def test_a_table_shows_each_figure_with_its_interval() -> None:
    table = {"drafts": {"R@10": mean([0.5, 0.5])}, "other": {"R@20": mean([1, 1, 1])}}
    head, first, second = text_of(table).splitlines()
    assert head.split() == ["R@10", "R@20"]
    assert first.split() == ["drafts", "2", "0.500", "(0.500–0.500)"]
    assert second.split() == ["other", "3", "1.000", "(1.000–1.000)"]
