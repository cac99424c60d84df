"""What is left to do, in phases, and what it would make of the risk."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from threatwright.model.base import Value
from threatwright.model.terms import Effect, Effort, Level, MitigationStatus, Role, Stage


class PhaseName(StrEnum):
    """When something is to be done."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"


class Work(Value):
    """A mitigation that is not in place everywhere, as something to do."""

    mitigation: str
    title: str
    publisher: str = ""
    """The organisation whose entry it is; empty for ours."""
    status: MitigationStatus
    """The one of its statuses that has most left to do."""
    effort: Effort | None
    """None where the knowledge base does not know the mitigation any more, as for the stage."""
    stage: Stage | None
    effects: tuple[Effect, ...]
    at: tuple[str, ...]
    """Ids of the elements where something is left to do."""
    threats: tuple[str, ...]
    """Ids of those it stands against, the highest risk first."""
    takes_off: int
    """Residual risk that goes with it, after all that comes before it."""
    after: tuple[str, ...] = ()
    """Mitigations of the roadmap that come first."""
    needs: tuple[str, ...] = ()
    """Mitigations that it builds on and that are neither in place nor on the roadmap."""
    owners: tuple[str, ...] = ()
    """Who was named for it or, if nobody was, for the threats that it stands against."""
    due: date | None = None
    """The earliest day that was named with them."""
    role: Role | None = None
    """Who would know how far it is in place, where a fact states that."""


class Cell(Value):
    """A cell of the matrix with threats in it."""

    likelihood: int
    impact: int
    threats: int


class Matrix(Value):
    """How the threats stand in the matrix."""

    cells: tuple[Cell, ...]
    """Highest likelihood first, then highest impact."""
    levels: dict[Level, int]
    """Every level, worst first."""
    total: int
    """The sum of the risk of all threats."""


class Phase(Value):
    """What is to be done in a stretch of time, and what is left then."""

    name: PhaseName
    work: tuple[Work, ...]
    """In order."""
    takes_off: int
    after: Matrix


class Roadmap(Value):
    """The way from the residual risk of today to what is left when everything is in place."""

    today: Matrix
    phases: tuple[Phase, ...]
    """All three, also where one is empty. After the last, everything is in place."""
    not_doing: tuple[str, ...] = ()
    """Titles of mitigations that somebody decided against."""
    unheard: bool = False
    """Whether detection lowers nothing: nobody is said to respond, and nothing here mends that."""
