"""Intervals of rates, and whether one rate is higher than another: no figure is told without one.

Wilson's score interval holds its level for small n and for rates near 0 and 1, where probes are.
Newcombe's hybrid score interval of a difference is made of two of them (Statistics in Medicine 17,
1998, method 10).
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z = 1.959963984540054
"""Two-sided 95 %."""


class Interval(NamedTuple):
    """Where a rate lies, with 95 % confidence."""

    low: float
    high: float

    def __contains__(self, rate: object) -> bool:
        return isinstance(rate, int | float) and self.low <= rate <= self.high


class Rate(NamedTuple):
    """So many of so many. A payload that hit in one of three trials is a third of a hit."""

    hits: float
    n: int

    @property
    def value(self) -> float:
        """The rate itself; 0 of none."""
        return self.hits / self.n if self.n else 0.0


def wilson(rate: Rate) -> Interval:
    """The interval of a rate; all of 0 to 1 where nothing was tried.

    Raises ValueError if there are more hits than tries, or fewer than none.
    """
    hits, n = rate
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no rate")
    if n == 0:
        return Interval(0.0, 1.0)
    p, z2 = hits / n, Z * Z
    centre = p + z2 / (2 * n)
    spread = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    low = 0.0 if hits == 0 else max(0.0, (centre - spread) / scale)
    high = 1.0 if hits == n else min(1.0, (centre + spread) / scale)
    return Interval(low, high)


def newcombe(now: Rate, then: Rate) -> Interval:
    """The interval of the difference of two rates, from -1 to 1: above 0, the first is higher."""
    (low, high), (low_then, high_then) = wilson(now), wilson(then)
    p, q = now.value, then.value
    down = sqrt((p - low) ** 2 + (high_then - q) ** 2)
    up = sqrt((high - p) ** 2 + (q - low_then) ** 2)
    return Interval(max(-1.0, p - q - down), min(1.0, p - q + up))


def is_higher(now: Rate, then: Rate) -> bool:
    """Whether the first rate is higher by more than chance makes plausible."""
    return newcombe(now, then).low > 0
