"""The ways in to the element of a threat: the one it is told with, and one by each other door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.roadmap.path_steps import at, parts
from threatwright.engine.rules.assessment import level_of_entry, paths
from threatwright.engine.rules.attack_path import way_in
from threatwright.engine.rules.conditions import Evaluator
from threatwright.engine.rules.draft import applied
from threatwright.engine.rules.reachability import Path
from threatwright.engine.rules.risk import Risk
from threatwright.engine.rules.wording import Wording
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import Flow
from threatwright.model.terms import MitigationStatus, Movement, TrustLevel
from threatwright.model.threats import AppliedMitigation, Step, Threat

MOST_WAYS = 3
"""Ways of one threat that are followed; how many more there are is said."""
_DECIDED = (MitigationStatus.PLANNED, MitigationStatus.NOT_DOING)
"""Statuses that no fact of the system gives, so that they hold on every way."""


class Way(NamedTuple):
    """A way in, and how far each mitigation stands against what comes by it."""

    steps: tuple[Step, ...]
    mitigations: tuple[AppliedMitigation, ...]


class Ways(NamedTuple):
    """The ways of a threat."""

    followed: tuple[Way, ...]
    """At least the one that it is told with, which comes first."""
    further: int


class Doors:
    """Finds ways in one system. Their number grows with its flows, not with the ways by them."""

    def __init__(self, model: ThreatModel, knowledge: Knowledge) -> None:
        self._system = model.system
        self._knowledge = knowledge
        self._evaluator = Evaluator(model.system, knowledge)
        self._risk = Risk(self._evaluator, Wording(model.system, knowledge))
        self._patterns = {pattern.id: pattern for pattern in knowledge.patterns}
        self._by_door: dict[tuple[str, TrustLevel], tuple[Path, ...]] = {}

    def ways(self, threat: Threat) -> Ways:
        """The way that it is told with, then the shortest by other doors."""
        inward, _ = parts(threat, self._system)
        others = [*self._others(threat, inward)]
        found = [self._way(threat, path) for path in others[: MOST_WAYS - 1]]
        further = len(others) - len(found)
        return Ways((Way(inward, threat.mitigations), *found), further)

    def _others(self, threat: Threat, told: Sequence[Step]) -> Iterator[Path]:
        """By other doors, where the threat is something that is sent there from outside.

        Only by flows that move content as the last one of the way that is told does: who calls a
        model does not come in with its weights.
        """
        pattern = self._patterns.get(threat.pattern or "")
        level = level_of_entry(pattern) if pattern else None
        door = self._movement(told[-1].via if told else None)
        if level is None or door is None:
            return
        elements = tuple(step.element for step in told)
        for path in self._doors(at(threat.element, self._system), level):
            is_other = tuple(hop.component for hop in path) != elements
            if is_other and self._movement(path[-1].flow) is door:
                yield path

    def _movement(self, flow: str | None) -> Movement | None:
        found = self._system.elements.get(flow or "")
        return found.movement if isinstance(found, Flow) else None

    def _doors(self, component: str, level: TrustLevel) -> tuple[Path, ...]:
        if (component, level) not in self._by_door:
            self._by_door[component, level] = self._evaluator.reach.by_each_door(component, level)
        return self._by_door[component, level]

    def _way(self, threat: Threat, path: Path) -> Way:
        pattern = self._patterns[threat.pattern or ""]
        return Way(tuple(way_in(self._system, path)), self._standing(threat, pattern, path))

    def _standing(
        self, threat: Threat, pattern: Pattern, path: Path
    ) -> tuple[AppliedMitigation, ...]:
        """By the facts of the places on this way; what is no control of the pattern as it is."""
        element = self._system.elements[threat.element]
        _, outward = paths(self._evaluator, pattern, element)
        known = {one.id: one for one in threat.mitigations}
        found = {
            one.id: _decided(one, known.get(one.id))
            for standing in self._risk.standings(pattern, element, path + outward)
            if (one := applied(standing, self._knowledge)).id in known
        }
        return tuple(found.get(id_, one) for id_, one in known.items())


def _decided(one: AppliedMitigation, told: AppliedMitigation | None) -> AppliedMitigation:
    """As it stands, but for what somebody decided about it."""
    return told if told is not None and told.status in _DECIDED else one
