"""The 5 × 5 matrix: how many threats there are of each likelihood and impact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from threatwright.exchange.report.content import Content
from threatwright.exchange.report.tables import SCALE
from threatwright.model.terms import Level
from threatwright.model.threats import Threat


class Cell(NamedTuple):
    """One likelihood and one impact."""

    likelihood: int
    impact: int
    level: Level
    threats: tuple[Threat, ...]


class Matrix(NamedTuple):
    """The cells by rows, the highest likelihood first."""

    id: str
    title: str
    rows: tuple[tuple[Cell, ...], ...]


def matrices(content: Content) -> tuple[Matrix, Matrix]:
    """Before controls, and residual."""
    before = [(t.likelihood, t.impact, t) for t in content.standing]
    after = [(t.residual_likelihood, t.residual_impact, t) for t in content.standing]
    return (
        Matrix("inherent", "Before controls", _rows(content, before)),
        Matrix("residual", "Residual", _rows(content, after)),
    )


def _rows(
    content: Content, rated: Sequence[tuple[int, int, Threat]]
) -> tuple[tuple[Cell, ...], ...]:
    found: dict[tuple[int, int], list[Threat]] = {}
    for likelihood, impact, threat in rated:
        found.setdefault((likelihood, impact), []).append(threat)
    return tuple(
        tuple(
            Cell(row, column, content.level(row * column), tuple(found.get((row, column), ())))
            for column in SCALE
        )
        for row in reversed(SCALE)
    )
