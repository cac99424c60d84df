"""Words and marks for the closed sets of the model: levels, outcomes, statuses, STRIDE."""

from __future__ import annotations

from threatwright.model.terms import Level, Outcome, Status, Stride

LEVELS = tuple(reversed(Level))
"""Worst first."""

OUTCOMES = {
    Outcome.APPLIES: "applies",
    Outcome.ASSUMED: "applies, as assumed",
    Outcome.NOT_ASSESSED: "not assessed",
    Outcome.NOT_APPLICABLE: "not applicable",
}

STATUS_MARKS = {
    Status.PROPOSED: "·",
    Status.ACCEPTED: "✓",
    Status.REJECTED: "✗",
    Status.TRANSFERRED: "→",
}


def letters(stride: tuple[Stride, ...]) -> str:
    """The letters of STRIDE categories, primary first."""
    return "".join(s.letter for s in stride)


def by_level(counts: dict[str, int]) -> str:
    """Figures as "2 critical, 9 high", worst first, without empty levels."""
    return ", ".join(f"{counts[level]} {level}" for level in LEVELS if counts.get(level))
