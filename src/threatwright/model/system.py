"""The system that is modelled: boundaries, components, flows, assets, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from pydantic import Field

from threatwright.model.base import Slug, Value
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


class Boundary(Value):
    """A trust zone."""

    id: Slug
    name: str
    trust: TrustLevel
    parent: Slug | None = None
    provenance: Provenance


class Component(Value):
    """A part of the system, or a person or system that it meets."""

    id: Slug
    name: str
    kind: ComponentKind
    boundary: Slug
    description: str = ""
    facts: Facts = Field(default_factory=dict)
    provenance: Provenance


class Flow(Value):
    """Content that moves between two components. `source` is the one that starts it."""

    id: Slug
    source: Slug
    target: Slug
    carries: str
    """What moves, in a few words."""
    movement: Movement = Movement.CALL
    facts: Facts = Field(default_factory=dict)
    provenance: Provenance


class Asset(Value):
    """What is worth protecting."""

    id: Slug
    name: str
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    held_by: tuple[Slug, ...] = ()
    """Components that keep or produce it."""
    ratings: dict[Dimension, int] = Field(default_factory=dict)
    """How bad harm in a dimension is, 1 to 5, where somebody said so."""
    provenance: Provenance


class Endpoint(Value):
    """An address of the system that may later be probed, if its owner allows it."""

    id: Slug
    component: Slug
    url: str
    provenance: Provenance


Element = Component | Flow


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

    Returns (location in the model, what is wrong) pairs, in order of declaration.
    """
    wrong: list[tuple[tuple[str | int, ...], str]] = []
    seen: dict[str, str] = {SYSTEM: "the system itself"}
    groups: tuple[tuple[str, tuple[Boundary | Component | Flow | Asset | Endpoint, ...]], ...] = (
        ("boundaries", system.boundaries),
        ("components", system.components),
        ("flows", system.flows),
        ("assets", system.assets),
        ("endpoints", system.endpoints),
    )
    for group, members in groups:
        for index, member in enumerate(members):
            if member.id in seen:
                wrong.append(
                    ((group, index, "id"), f"id “{member.id}” is already used by {seen[member.id]}")
                )
            seen.setdefault(member.id, f"one of the {group}")
    components = {c.id for c in system.components}

    def need(known: Iterable[str], value: str, *where: str | int) -> None:
        if value not in known:
            wrong.append((where, f"“{value}” does not exist"))

    for index, boundary in enumerate(system.boundaries):
        if boundary.parent is not None:
            need(system.zones, boundary.parent, "boundaries", index, "parent")
    for index, component in enumerate(system.components):
        need(system.zones, component.boundary, "components", index, "boundary")
    for index, flow in enumerate(system.flows):
        need(components, flow.source, "flows", index, "source")
        need(components, flow.target, "flows", index, "target")
    for index, asset in enumerate(system.assets):
        for position, holder in enumerate(asset.held_by):
            need(components, holder, "assets", index, "held_by", position)
    for index, endpoint in enumerate(system.endpoints):
        need(components, endpoint.component, "endpoints", index, "component")
    return wrong
