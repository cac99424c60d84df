"""Every attack path of a model, with what stands on its steps and what cuts it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from threatwright.engine.roadmap.gains import DONE
from threatwright.engine.roadmap.path_steps import Steps, cuts, parts
from threatwright.engine.roadmap.ways import Doors, Way
from threatwright.model.attack import AttackPath, Cut
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, Asset, Flow, SystemModel
from threatwright.model.terms import Dimension, Effect, Status, Stride
from threatwright.model.threats import AppliedMitigation, Threat, by_risk

_REACHES = frozenset(
    {
        Stride.SPOOFING,
        Stride.TAMPERING,
        Stride.INFORMATION_DISCLOSURE,
        Stride.ELEVATION_OF_PRIVILEGE,
    }
)
"""What gets at an asset. What only stops a service harms one whose availability is rated."""


class Found(NamedTuple):
    """Attack paths."""

    paths: tuple[AttackPath, ...]
    """Highest residual risk first, those of one threat together."""
    further: dict[str, int]
    """Threat → ways that were not followed."""


def attack_paths(model: ThreatModel, knowledge: Knowledge) -> Found:
    """The paths of all the model's own threats that nobody rejected."""
    finder = _Finder(model, knowledge)
    threats = (t for t in model.threats if not t.inherited and t.status is not Status.REJECTED)
    paths: list[AttackPath] = []
    further: dict[str, int] = {}
    for threat in sorted(threats, key=lambda t: (-t.residual, *by_risk(t))):
        ways = finder.doors.ways(threat)
        paths += [finder.path(threat, n, way) for n, way in enumerate(ways.followed, 1)]
        if ways.further:
            further[threat.id] = ways.further
    return Found(tuple(paths), further)


def could_cut(mitigation: AppliedMitigation) -> bool:
    """Whether it would cut a path, were it shown to be in place."""
    return mitigation.effect is Effect.PREVENTS and mitigation.status not in DONE


class _Finder:
    """Puts paths together in one model."""

    def __init__(self, model: ThreatModel, knowledge: Knowledge) -> None:
        self.doors = Doors(model, knowledge)
        self._system = model.system
        self._level = knowledge.risk.level
        self._steps = Steps(model.system, knowledge)
        self._held = _held(model.system)

    def path(self, threat: Threat, number: int, way: Way) -> AttackPath:
        """The path of a threat by a way."""
        _, outward = parts(threat, self._system)
        return AttackPath(
            id=f"{threat.id}/{number}",
            threat=threat.id,
            title=threat.title,
            risk=threat.risk,
            residual=threat.residual,
            level=self._level(threat.residual),
            steps=self._steps.of(threat, way.steps, outward, way.mitigations),
            assets=tuple(self._assets(threat)),
            cut_by=tuple(self._in_place(filter(cuts, way.mitigations))),
            could_cut=tuple(self._open(filter(could_cut, way.mitigations), self._on(threat, way))),
        )

    def _assets(self, threat: Threat) -> Iterator[str]:
        """Of those that are held where it ends, the ones that it takes, changes or takes away."""
        places = ends(threat.element, self._system)
        held = {asset.id: asset for place in places for asset in self._held.get(place, ())}
        is_lost = Stride.DENIAL_OF_SERVICE in threat.stride
        for asset in held.values():
            is_needed = Dimension.AVAILABILITY in asset.ratings
            if not _REACHES.isdisjoint(threat.stride) or (is_lost and is_needed):
                yield asset.id

    def _on(self, threat: Threat, way: Way) -> frozenset[str]:
        """Everything on a path at which a control can stand."""
        steps = (*way.steps, *threat.attack_path)
        moved = (place for step in steps for place in (step.element, step.via) if place)
        return frozenset((SYSTEM, *ends(threat.element, self._system), *moved))

    def _in_place(self, mitigations: Iterable[AppliedMitigation]) -> Iterator[Cut]:
        """Where a control may stand at several places, which of them it is stands in the facts."""
        for one in mitigations:
            yield self._cut(one, one.at[0] if len(one.at) == 1 else "")

    def _open(self, mitigations: Iterable[AppliedMitigation], on: Container[str]) -> Iterator[Cut]:
        """One for each place on the path: at any of them it would do; else without a place."""
        for one in mitigations:
            places = [place for place in one.at if place in on] or [""]
            yield from (self._cut(one, place) for place in places)

    def _cut(self, one: AppliedMitigation, place: str) -> Cut:
        name = self._system.name_of(place) if place else ""
        return Cut(mitigation=one.id, title=one.title, element=place, name=name)


def ends(element: str, system: SystemModel) -> tuple[str, ...]:
    """An element and, of a flow, the components that it joins."""
    found = system.elements.get(element)
    return (element, found.source, found.target) if isinstance(found, Flow) else (element,)


def _held(system: SystemModel) -> dict[str, list[Asset]]:
    """Component → the assets that it holds."""
    held: dict[str, list[Asset]] = {}
    for asset in system.assets:
        for holder in asset.held_by:
            held.setdefault(holder, []).append(asset)
    return held
