"""The 5 × 5 matrix: how many threats there are of each likelihood and impact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from threatwright.exchange.report.content import Content
from threatwright.exchange.report.risk import NAMES, states
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
    counts: str
    """With which controls it counts."""
    rows: tuple[tuple[Cell, ...], ...]


SIDES = (
    ("inherent", "with no controls"),
    ("residual", "after the controls stated to be in place"),
    ("target", "once what is planned is in place, too"),
)


def matrices(content: Content) -> tuple[Matrix, ...]:
    """Before controls, residual and target."""
    all_ = [(threat, states(content, threat)) for threat in content.standing]
    return tuple(
        Matrix(
            id_,
            NAMES[at],
            with_what,
            _rows(content, [(s[at].likelihood, s[at].impact, threat) for threat, s in all_]),
        )
        for at, (id_, with_what) in enumerate(SIDES)
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
