"""Evasion: how many rows are decided otherwise after a small change that somebody could make.

Every row that is asked is one that could be sent, so the best of those that flipped the decision is
the result, also where the budget of a sample is spent before the search is over.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from .endpoint import Answers, BudgetSpent, Endpoint, EndpointFailed, Rows
from .figures import figure, wilson
from .samples import Samples, Space

MOST_SAMPLES = 40
ROWS_EACH = 400
"""Rows that are asked for one sample at the most."""
FEWEST_EACH = 60
"""With fewer no attack gets anywhere: then rather fewer samples."""
NOISE = 10
"""Random changes of the same size for each sample: the reference."""
_NEAR = 1e-6
"""What rounding may add to a change."""
Told = Callable[[int, int], None]


class Tried:
    """One sample: what was asked of it, and the smallest change that flipped its decision."""

    def __init__(self, endpoint: Endpoint, space: Space, row: Rows, label: int, most: int) -> None:
        self.best = math.inf
        self._endpoint, self._space, self._row, self._label = endpoint, space, row, label
        self._most = endpoint.rows + most

    def __call__(self, unit: Any) -> Answers:
        """Answers to changed rows, given in units of their ranges and in any form."""
        flat = np.asarray(unit, dtype=float).reshape(len(unit), -1)[:, : self._space.size]
        rows = self._space.feasible(flat, self._row)
        if self._endpoint.rows + len(rows) > self._most:
            raise SampleSpent
        answers = self._endpoint.answers(rows)
        flipped = answers.argmax(axis=1) != self._label
        if flipped.any():
            self.best = min(self.best, self._space.distances(rows[flipped], self._row).min())
        return answers


class SampleSpent(Exception):
    """So many rows are enough for one sample."""


def measure(
    endpoint: Endpoint, request: dict[str, Any], samples: Samples, seed: int, tell: Told
) -> dict[str, Any]:
    """The flip rate beside that of random changes. What was done when the budget ended counts."""
    space, largest = Space(request["features"]), float(request["largest_change"])
    random = np.random.default_rng(seed)
    order = random.permutation(len(samples.rows))[:MOST_SAMPLES]
    attack = _square if request["gives"] == "scores" else _hop_skip_jump
    flipped: list[bool] = []
    by_chance: list[float] = []
    because = ""
    try:
        for done, at in enumerate(order):
            row = samples.rows[at : at + 1]
            label = int(endpoint.answers(row).argmax())
            by_chance.append(_share_by_chance(endpoint, space, row, label, largest, random))
            share = endpoint.rows_left // (len(order) - done)
            tried = Tried(endpoint, space, row, label, min(ROWS_EACH, max(FEWEST_EACH, share)))
            with suppress(SampleSpent):
                attack(tried, space.unit(row), label, request, seed + int(at))
            flipped.append(tried.best <= largest + _NEAR)
            tell(done + 1, len(order))
    except (BudgetSpent, EndpointFailed) as ended:
        because = str(ended)
    return _result(flipped, by_chance[: len(flipped)], because)


def _result(flipped: list[bool], by_chance: list[float], because: str) -> dict[str, Any]:
    n = len(flipped)
    if not n:
        return {"measured": [], "is_complete": False, "because": because or "there are no rows"}
    reference = (sum(by_chance) / n, "random changes of the same size")
    rate = figure("flip rate", sum(flipped) / n, wilson(sum(flipped), n), reference, n)
    return {"measured": [rate], "is_complete": not because, "because": because}


def _share_by_chance(
    endpoint: Endpoint, space: Space, row: Rows, label: int, largest: float, random: Any
) -> float:
    """The share of random changes that flip a decision."""
    changes = random.uniform(-largest, largest, size=(NOISE, space.size))
    rows = space.feasible(space.unit(row) + changes, row)
    return float((endpoint.answers(rows).argmax(axis=1) != label).mean())


def _hop_skip_jump(
    tried: Tried, unit: Rows, label: int, request: dict[str, Any], seed: int
) -> None:
    """For labels: walks along the border of a decision (Chen, Jordan and Wainwright 2020)."""
    from art.attacks.evasion import HopSkipJump
    from art.estimators.classification import BlackBoxClassifier

    np.random.seed(seed)  # the attack draws from the global generator
    classes = len(request["classes"])
    victim = BlackBoxClassifier(tried, (unit.shape[1],), classes, clip_values=(0.0, 1.0))
    attack = HopSkipJump(
        victim, norm=np.inf, max_iter=8, max_eval=60, init_eval=10, init_size=40, verbose=False
    )
    attack.generate(unit.astype(np.float32), y=np.eye(classes)[[label]])


def _square(tried: Tried, unit: Rows, label: int, request: dict[str, Any], seed: int) -> None:
    """For scores: changes squares of a picture (Andriushchenko et al. 2020); a row makes one."""
    from art.attacks.evasion import SquareAttack
    from art.estimators.classification import BlackBoxClassifierNeuralNetwork

    np.random.seed(seed)  # the attack draws from the global generator
    classes, size = len(request["classes"]), unit.shape[1]
    side = max(3, math.ceil(math.sqrt(size)))
    picture = np.zeros((1, 1, side, side), dtype=np.float32)
    picture.reshape(1, -1)[:, :size] = unit
    victim = BlackBoxClassifierNeuralNetwork(
        tried, (1, side, side), classes, channels_first=True, clip_values=(0.0, 1.0)
    )
    attack = SquareAttack(
        victim, norm=np.inf, eps=float(request["largest_change"]), max_iter=150, p_init=0.5,
        batch_size=1, verbose=False,
    )  # fmt: skip
    attack.generate(picture, y=np.eye(classes)[[label]])
