"""Figures beside their references, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .endpoint import Column, Indexes, Mask

_Z = 1.959964
RESAMPLES = 1000


def figure(
    name: str, value: float, interval: tuple[float, float], reference: tuple[float, str], n: int
) -> dict[str, Any]:
    """One figure, as the events carry it."""
    low, high = interval
    return {
        "name": name,
        "value": round(float(value), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "reference": round(float(reference[0]), 4),
        "reference_name": reference[1],
        "n": int(n),
    }


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The interval of a rate (Wilson 1927)."""
    if not n:
        return 0.0, 1.0
    rate, z2 = hits / n, _Z**2
    middle = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * np.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def bootstrap(n: int, figure_of: Callable[[Indexes], float], seed: int) -> tuple[float, float]:
    """The interval of a figure over n cases, which are drawn again and again."""
    random = np.random.default_rng(seed)
    drawn = [figure_of(random.integers(n, size=n)) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def auc(scores: Column, is_member: Mask) -> float:
    """How often a member has the higher score; ties count half. NaN without both kinds."""
    inside, outside = scores[is_member], np.sort(scores[~is_member])
    if not len(inside) or not len(outside):
        return float("nan")
    below = np.searchsorted(outside, inside, side="left")
    upto = np.searchsorted(outside, inside, side="right")
    return float(((below + upto) / 2).mean() / len(outside))


def hits_at(scores: Column, is_member: Mask, false_share: float) -> int:
    """Members above the score that at most this share of the others is above."""
    outside = np.sort(scores[~is_member])[::-1]
    threshold = outside[int(false_share * len(outside))]
    return int((scores[is_member] > threshold).sum())


def balanced(predicted: Indexes, truth: Indexes) -> float:
    """The share of agreement within each class of `truth`, averaged over the classes."""
    return float(np.mean([(predicted[truth == c] == c).mean() for c in np.unique(truth)]))
