"""How much residual risk needs nobody's decision, and what is above that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from threatwright.engine.rules.likelihood import clamp
from threatwright.model.risk_table import RiskTable
from threatwright.model.terms import Dimension, Level
from threatwright.model.threats import Threat

_LEVELS = list(Level)


class Above(NamedTuple):
    """What of a threat is above the appetite."""

    risk: int
    level: Level
    limit: Level
    dimension: Dimension | None
    """The harm that is above it; None where the limit is on any."""


class Appetite(NamedTuple):
    """The highest level of residual risk that needs nobody's decision, by what is harmed."""

    levels: Mapping[Dimension | Literal["any"], Level]
    publisher: str = ""
    """Whose appetite it is; empty where it was asked for."""

    def above(self, threat: Threat, table: RiskTable) -> Above | None:
        """What of a threat is above it, the gravest; None where nothing is."""
        found = []
        if "any" in self.levels:
            found.append(self._above(threat.residual, None, self.levels["any"], table))
        # What controls take off the impact, they take off every dimension.
        off = threat.impact - threat.residual_impact
        for dimension, impact in threat.impacts.items():
            if dimension in self.levels:
                risk = threat.residual_likelihood * clamp(impact - off)
                found.append(self._above(risk, dimension, self.levels[dimension], table))
        return max(filter(None, found), key=lambda one: one.risk, default=None)

    @staticmethod
    def _above(
        risk: int, dimension: Dimension | None, limit: Level, table: RiskTable
    ) -> Above | None:
        level = table.level(risk)
        is_above = _LEVELS.index(level) > _LEVELS.index(limit)
        return Above(risk, level, limit, dimension) if is_above else None

    def __str__(self) -> str:
        """As “medium, but low for safety”."""
        parts = [f"{level} for {key}" for key, level in self.levels.items() if key != "any"]
        of_any = self.levels.get("any")
        return ", but ".join(filter(None, (of_any and str(of_any), ", ".join(parts))))


def appetite_of(table: RiskTable) -> Appetite | None:
    """The appetite that a risk table states; None where it states none."""
    return Appetite(table.appetite, table.publisher) if table.appetite else None
