"""Two small fraud models of our own, on made-up transactions: one that learned, one by heart.

Both are linear in their features; the second has more random features than it has rows to learn
from, and labels of which a fifth are wrong, so it fits each row that it saw and no other.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
"""Rows × features."""
Labels = NDArray[np.int64]
"""0 honest, 1 fraud."""


class Feature(NamedTuple):
    """What a transaction has, and between which values."""

    name: str
    low: float
    high: float
    is_whole: bool
    weight: float
    """What it truly does to the odds of fraud, from `low` to `high`."""


FEATURES: tuple[Feature, ...] = (
    Feature("amount", 1, 2000, False, 3.0),
    Feature("hour", 0, 23, True, -1.0),
    Feature("distance_km", 0, 500, False, 2.5),
    Feature("account_age_days", 0, 3000, True, -3.5),
    Feature("tries_last_hour", 0, 20, True, 3.0),
    Feature("merchant_risk", 0, 1, False, 2.0),
    Feature("device_trust", 0, 1, False, -2.5),
    Feature("is_abroad", 0, 1, True, 1.0),
)
LOW = np.array([feature.low for feature in FEATURES])
HIGH = np.array([feature.high for feature in FEATURES])
_WEIGHTS = np.array([feature.weight for feature in FEATURES])
_WRONG = 0.2
"""Share of the labels that are wrong, as chargebacks are."""
_RANDOM_FEATURES = 600


class Transactions(NamedTuple):
    """Labelled transactions."""

    rows: Rows
    labels: Labels


class Model(Protocol):
    """Scores transactions."""

    def scores(self, rows: Rows) -> Rows:
        """Rows × (honest, fraud), each from 0 to 1."""
        ...


def transactions(count: int, seed: int) -> Transactions:
    """So many made-up transactions; the same ones for a seed."""
    random = np.random.default_rng(seed)
    unit = random.uniform(size=(count, len(FEATURES)))
    rows = np.round(LOW + unit * (HIGH - LOW), 3)
    for at, feature in enumerate(FEATURES):
        if feature.is_whole:
            rows[:, at] = np.rint(rows[:, at])
    odds = (_unit(rows) - 0.5) @ _WEIGHTS
    labels = (odds > 0).astype(np.int64)
    is_wrong = random.uniform(size=count) < _WRONG
    return Transactions(rows, np.where(is_wrong, 1 - labels, labels))


class Learned:
    """Logistic regression that weighs what it saw: nothing much hangs on one row."""

    def __init__(self, known: Transactions) -> None:
        self._weights = _fitted(_with_one(_unit(known.rows)), known.labels)

    def scores(self, rows: Rows) -> Rows:
        """Rows × (honest, fraud)."""
        return _both(_with_one(_unit(rows)) @ self._weights)


class ByHeart:
    """A model with room for every row that it saw, wrong labels included."""

    def __init__(self, known: Transactions, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self._mix = random.normal(scale=3.0, size=(len(FEATURES), _RANDOM_FEATURES))
        self._shift = random.uniform(0, 2 * np.pi, size=_RANDOM_FEATURES)
        wanted = np.where(known.labels == 1, 4.0, -4.0)
        self._weights = np.linalg.lstsq(self._features(known.rows), wanted, rcond=None)[0]

    def scores(self, rows: Rows) -> Rows:
        """Rows × (honest, fraud)."""
        return _both(self._features(rows) @ self._weights)

    def _features(self, rows: Rows) -> Rows:
        unit = _unit(rows)
        return np.hstack([_with_one(unit) * 4, np.cos(unit @ self._mix + self._shift)])


def _fitted(features: Rows, labels: Labels, ridge: float = 1.0, steps: int = 12) -> Rows:
    """The weights of a logistic regression, by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(steps):
        scores = _sigmoid(features @ weights)
        slope = features.T @ (scores - labels) + ridge * weights
        curve = (features * (scores * (1 - scores))[:, None]).T @ features
        weights -= np.linalg.solve(curve + ridge * np.eye(len(weights)), slope)
    return weights


def _unit(rows: Rows) -> Rows:
    return np.asarray((rows - LOW) / (HIGH - LOW))


def _with_one(features: Rows) -> Rows:
    return np.hstack([features, np.ones((len(features), 1))])


def _both(odds: Rows) -> Rows:
    fraud = _sigmoid(odds)
    return np.column_stack([1 - fraud, fraud])


def _sigmoid(odds: Rows) -> Rows:
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
