"""The one published table of how risk is reckoned."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from threatwright.model.actors import ActorProfile
from threatwright.model.base import Value
from threatwright.model.organisation import Published
from threatwright.model.terms import (
    Access,
    Coverage,
    Dimension,
    Effect,
    Effort,
    Level,
    Sensitivity,
    TrustLevel,
)


class Reduction(Value):
    """What one class of effect takes off at a coverage."""

    likelihood: int = 0
    impact: int = 0


class RiskTable(Published):
    """The one published table of how risk is reckoned."""

    effort: dict[Effort, int]
    """Base likelihood by effort."""
    access: dict[Access, int]
    """What the needed access adds to it."""
    sensitivity: dict[Sensitivity, int]
    """Confidentiality rating of an asset by its sensitivity."""
    effects: dict[Effect, dict[Coverage, Reduction]]
    exposure: dict[TrustLevel, int] = Field(default_factory=dict)
    """What it adds to likelihood where content comes from, for who attacks over the flows: out of
    an untrusted or a semi-trusted zone, or only out of our own (`trusted`)."""
    actors: tuple[ActorProfile, ...] = ()
    """Of those whom a threat suits as well, the first counts."""
    levels: dict[Level, int]
    """The least risk (likelihood × impact) of each level."""
    appetite: dict[Dimension | Literal["any"], Level] = Field(default_factory=dict)
    """The highest level of residual risk that needs nobody's decision, by what is harmed."""

    def level(self, risk: int) -> Level:
        """The level that a risk of 1 to 25 falls in."""
        return max(
            (level for level, least in self.levels.items() if risk >= least),
            key=lambda level: self.levels[level],
        )
