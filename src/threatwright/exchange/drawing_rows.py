"""The rows of a drawn system: trust zones, the components in them, and the flows they start."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from threatwright.exchange.plain import one_line
from threatwright.model.system import Boundary, Component, Flow, SystemModel
from threatwright.model.terms import ComponentKind, Movement

Kinds = Mapping[ComponentKind, str]
"""What each kind of component is called."""

ARROWS = {Movement.SEND: "→", Movement.READ: "←", Movement.CALL: "⇄"}
"""Where content goes, seen from the component that starts a flow."""
ASSUMED = "?"


class Place(Enum):
    """What stands in a row."""

    TOP = "top"
    COMPONENT = "component"
    FLOW = "flow"
    BOTTOM = "bottom"


class Detail(Enum):
    """How much is told of flows."""

    DRAWN = "drawn"
    """What they carry; where they go is drawn beside."""
    LISTED = "listed"
    """What they carry, and where to."""
    JOINED = "joined"
    """Where to, in one row for each component."""
    NONE = "none"


class Row(NamedTuple):
    """One row of the drawing."""

    place: Place
    text: str = ""
    component: str = ""
    """The component that stands here, or that the flow goes to."""
    movement: Movement | None = None
    is_assumed: bool = False


Zone = tuple[Boundary, list[Component]]


def zones_in_order(system: SystemModel) -> list[Zone]:
    """The zones that hold something, the least trusted first, in each the components in order.

    Those that content reaches first come first, so that flows mostly go down.
    """
    order = _order(system)
    inside: dict[str, list[Component]] = {}
    for component in sorted(system.components, key=lambda c: order[c.id]):
        inside.setdefault(component.boundary, []).append(component)
    zones = sorted(system.boundaries, key=lambda zone: zone.trust.rank)
    return [(zone, inside[zone.id]) for zone in zones if zone.id in inside]


def _order(system: SystemModel) -> dict[str, int]:
    """Breadth first from the least trusted, along the flows; those that nothing reaches last."""
    trust = {zone.id: zone.trust.rank for zone in system.boundaries}
    nexts: dict[str, list[str]] = {}
    for flow in system.flows:
        nexts.setdefault(flow.source, []).append(flow.target)
    starts = sorted(system.components, key=lambda c: trust[c.boundary])
    found: dict[str, int] = {}
    for start in starts:
        queue = deque([start.id])
        while queue:
            here = queue.popleft()
            if here not in found:
                found[here] = len(found)
                queue.extend(nexts.get(here, ()))
    return found


def rows_of(
    system: SystemModel, detail: Detail, kinds: Kinds, marks: Mapping[str, str]
) -> list[Row]:
    """The rows, in the order in which they are drawn."""
    started: dict[str, list[Flow]] = {}
    for flow in system.flows:
        started.setdefault(flow.source, []).append(flow)
    marked = 1 + max([2, *map(len, marks.values())])
    rows: list[Row] = []
    for zone, parts in zones_in_order(system):
        title = zone_title(zone, system)
        rows.append(Row(Place.TOP, title, is_assumed=not zone.provenance.is_stated))
        for part in parts:
            rows.append(_component(part, kinds, marks.get(part.id), marked))
            rows.extend(_flows(started.get(part.id, []), system, detail))
        rows.append(Row(Place.BOTTOM))
    return rows


def zone_title(zone: Boundary, system: SystemModel) -> str:
    """Name, trust, and the zone around it."""
    around = system.zones.get(zone.parent or "")
    mark = "" if zone.provenance.is_stated else f" {ASSUMED}"
    return f"{zone.name} · {zone.trust}" + (f" in {around.name}" if around else "") + mark


def _component(component: Component, kinds: Kinds, mark: str | None, width: int) -> Row:
    is_assumed = not component.provenance.is_stated
    if mark is None:
        mark = ASSUMED if is_assumed else ""
    kind = kinds.get(component.kind, component.kind.replace("-", " "))
    named = f"{mark:<{width}}{one_line(component.name)}"
    if kind.casefold() not in named.casefold():
        named += f" · {kind.lower() if kind[1:].islower() else kind}"
    return Row(Place.COMPONENT, named, component.id, is_assumed=is_assumed)


def _flows(flows: list[Flow], system: SystemModel, detail: Detail) -> Iterator[Row]:
    match detail:
        case Detail.DRAWN:
            yield from (_flow(flow, f"     {flow.carries}") for flow in flows)
        case Detail.LISTED:
            for flow in flows:
                mark = "" if flow.provenance.is_stated else f" {ASSUMED}"
                target = system.name_of(flow.target)
                yield _flow(flow, f"     {ARROWS[flow.movement]} {target}: {flow.carries}{mark}")
        case Detail.JOINED if flows:
            told = (f"{ARROWS[flow.movement]} {system.name_of(flow.target)}" for flow in flows)
            yield Row(Place.FLOW, f"     {' · '.join(told)}")


def _flow(flow: Flow, text: str) -> Row:
    return Row(
        Place.FLOW, text, flow.target, flow.movement, is_assumed=not flow.provenance.is_stated
    )
