"""The system that is modelled: boundaries, components, flows, assets, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from pydantic import Field

from threatwright.model.base import ElementId, Value
from threatwright.model.facts import Fact, Facts, Provenance
from threatwright.model.terms import (
    ComponentKind,
    Dimension,
    Movement,
    Sensitivity,
    TrustLevel,
)

SYSTEM = "system"
"""The id under which facts about the system as a whole are addressed."""


def is_inherited(id_: str) -> bool:
    """Whether an id is of an element that another model file brings along."""
    return "/" in id_


def prefix_of(id_: str) -> str:
    """The prefix of the model file that an element comes from; empty for the model's own."""
    return id_.rpartition("/")[0]


class Boundary(Value):
    """A trust zone."""

    id: ElementId
    name: str
    trust: TrustLevel
    parent: ElementId | None = None
    provenance: Provenance


class Component(Value):
    """A part of the system, or a person or system that it meets."""

    id: ElementId
    name: str
    kind: ComponentKind
    boundary: ElementId
    description: str = ""
    facts: Facts = Field(default_factory=dict)
    provenance: Provenance


class Flow(Value):
    """Content that moves between two components. `source` is the one that starts it."""

    id: ElementId
    source: ElementId
    target: ElementId
    carries: str
    """What moves, in a few words."""
    movement: Movement = Movement.CALL
    facts: Facts = Field(default_factory=dict)
    provenance: Provenance


class Asset(Value):
    """What is worth protecting."""

    id: ElementId
    name: str
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    held_by: tuple[ElementId, ...] = ()
    """Components that keep or produce it."""
    ratings: dict[Dimension, int] = Field(default_factory=dict)
    """How bad harm in a dimension is, 1 to 5, where somebody said so."""
    provenance: Provenance


class Endpoint(Value):
    """An address of the system that may later be probed, if its owner allows it."""

    id: ElementId
    component: ElementId
    url: str
    provenance: Provenance


Element = Component | Flow
Part = Boundary | Component | Flow | Asset | Endpoint


class SystemModel(Value):
    """Everything known about the system. Element ids are unique across all kinds of element."""

    name: str
    purpose: str = ""
    facts: Facts = Field(default_factory=dict)
    """Facts of the system as a whole, its gates among them."""
    boundaries: tuple[Boundary, ...] = ()
    components: tuple[Component, ...] = ()
    flows: tuple[Flow, ...] = ()
    assets: tuple[Asset, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()

    @cached_property
    def elements(self) -> dict[str, Element]:
        """Components and flows by id."""
        found: dict[str, Element] = {c.id: c for c in self.components}
        found.update((f.id, f) for f in self.flows)
        return found

    @cached_property
    def zones(self) -> dict[str, Boundary]:
        """Boundaries by id."""
        return {b.id: b for b in self.boundaries}

    @property
    def parts(self) -> tuple[tuple[str, tuple[Part, ...]], ...]:
        """All that has an id, by the name of the field that holds it."""
        return (
            ("boundaries", self.boundaries),
            ("components", self.components),
            ("flows", self.flows),
            ("assets", self.assets),
            ("endpoints", self.endpoints),
        )

    @property
    def own(self) -> SystemModel:
        """The system without what is inherited: all that its own file holds."""
        return self._own or self

    @cached_property
    def _own(self) -> SystemModel | None:
        """None where nothing is inherited: a value that held itself could not be compared."""
        if not any(is_inherited(part.id) for _, parts in self.parts for part in parts):
            return None
        return self.model_copy(
            update={
                "boundaries": tuple(b for b in self.boundaries if not is_inherited(b.id)),
                "components": tuple(c for c in self.components if not is_inherited(c.id)),
                "flows": tuple(f for f in self.flows if not is_inherited(f.id)),
                "assets": tuple(a for a in self.assets if not is_inherited(a.id)),
                "endpoints": tuple(e for e in self.endpoints if not is_inherited(e.id)),
            }
        )

    def trust_of(self, component: Component) -> TrustLevel:
        """The trust level of the zone that a component stands in."""
        return self.zones[component.boundary].trust

    def fact(self, element: str, key: str) -> Fact | None:
        """The fact of an element, or of the system where `element` is `system`."""
        if element == SYSTEM:
            return self.facts.get(key)
        found = self.elements.get(element)
        return found.facts.get(key) if found else None

    def of_kind(self, kinds: Iterable[ComponentKind]) -> tuple[Component, ...]:
        """Components of any of the kinds, in order of declaration."""
        wanted = frozenset(kinds)
        return tuple(c for c in self.components if c.kind in wanted)

    def name_of(self, element: str) -> str:
        """A name to show: of a component, "A to B" of a flow, or the system's own."""
        found = self.elements.get(element)
        if isinstance(found, Flow):
            return f"{self.name_of(found.source)} to {self.name_of(found.target)}"
        return found.name if found else (self.name or "the system")


def dangling(system: SystemModel) -> list[tuple[tuple[str | int, ...], str]]:
    """Every reference to something that does not exist and every id used twice.

    What is inherited is not looked for: another file has it.

    Returns (location in the model, what is wrong) pairs, in order of declaration.
    """
    wrong: list[tuple[tuple[str | int, ...], str]] = []
    seen: dict[str, str] = {SYSTEM: "the system itself"}
    for group, members in system.parts:
        for index, member in enumerate(members):
            if member.id in seen:
                wrong.append(
                    ((group, index, "id"), f"id “{member.id}” is already used by {seen[member.id]}")
                )
            seen.setdefault(member.id, f"one of the {group}")
    components = {c.id for c in system.components}
    for where, value in references(system):
        is_zone = where[-1] in ("parent", "boundary")
        if value not in (system.zones if is_zone else components) and not is_inherited(value):
            wrong.append((where, f"“{value}” does not exist"))
    return wrong


def of_others(system: SystemModel) -> list[tuple[tuple[str | int, ...], str]]:
    """What a file's own system may not hold: (location, what is wrong) pairs.

    That is elements under the id of another file, and whatever but flows and assets reaches there.
    """
    wrong: list[tuple[tuple[str | int, ...], str]] = [
        ((group, index, "id"), f"“{member.id}” is an id of an inherited file, not of this one")
        for group, members in system.parts
        for index, member in enumerate(members)
        if is_inherited(member.id)
    ]
    wrong += [
        (where, f"only flows and assets may reach an inherited element, as “{id_}” is")
        for where, id_ in references(system)
        if is_inherited(id_) and where[0] not in ("flows", "assets")
    ]
    return wrong


def references(system: SystemModel) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every reference of one element to another: (location in the model, id), in order."""
    for index, boundary in enumerate(system.boundaries):
        if boundary.parent is not None:
            yield ("boundaries", index, "parent"), boundary.parent
    for index, component in enumerate(system.components):
        yield ("components", index, "boundary"), component.boundary
    for index, flow in enumerate(system.flows):
        yield ("flows", index, "source"), flow.source
        yield ("flows", index, "target"), flow.target
    for index, asset in enumerate(system.assets):
        for position, holder in enumerate(asset.held_by):
            yield ("assets", index, "held_by", position), holder
    for index, endpoint in enumerate(system.endpoints):
        yield ("endpoints", index, "component"), endpoint.component
