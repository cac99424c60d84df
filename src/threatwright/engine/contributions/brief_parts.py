"""What a brief says of the parts of the system: the component, its neighbours, flows and ways."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.contributions.brief_place import Place, footing
from threatwright.engine.rules.reachability import Path
from threatwright.model.brief import Beside, Described, Passing
from threatwright.model.system import Component, Flow
from threatwright.model.terms import Movement, TrustLevel

LONGEST_DESCRIPTION = 600

_MOVES = {
    Movement.SEND: "sends it",
    Movement.READ: "reads it",
    Movement.CALL: "asks and is answered",
}
_WAYS = (
    ("content of outsiders arrives", TrustLevel.UNTRUSTED),
    ("content of those who are known but not ours arrives", TrustLevel.SEMI_TRUSTED),
)


def described(place: Place) -> Described:
    """The component itself."""
    component = place.component
    zone = place.system.zones[component.boundary]
    return Described(
        id=component.id,
        name=component.name,
        kind=_kind(component, place),
        zone=zone.name,
        trust=zone.trust,
        description=component.description[:LONGEST_DESCRIPTION],
        footing=footing(component.provenance),
        holds=tuple(f"{a.name} ({a.sensitivity})" for a in place.assets),
    )


def beside(place: Place) -> tuple[Beside, ...]:
    """The components at the other ends of its flows."""
    return tuple(_beside(component, place) for component in place.neighbours)


def passing(place: Place) -> tuple[Passing, ...]:
    """Its flows."""
    return tuple(_passing(flow, place) for flow in place.flows)


def ways(place: Place) -> Iterator[str]:
    """How content of others gets there, and how what it holds gets out."""
    reach, here = place.assessment.evaluator.reach, place.component.id
    for what, level in _WAYS:
        path = reach.to(here, level)
        if path and len(path) > 1:
            yield f"{what}: {_way(path, place)}"
            break
    out = reach.out_of(here, TrustLevel.UNTRUSTED)
    if out and len(out) > 1:
        yield f"what it holds gets out: {_way(out, place)}"


def _kind(component: Component, place: Place) -> str:
    return place.knowledge.kind_entries[component.kind].name


def _beside(component: Component, place: Place) -> Beside:
    zone = place.system.zones[component.boundary]
    return Beside(
        id=component.id,
        name=component.name,
        kind=_kind(component, place),
        zone=zone.name,
        trust=zone.trust,
    )


def _passing(flow: Flow, place: Place) -> Passing:
    zones = [_zone_of(end, place) for end in (flow.source, flow.target)]
    return Passing(
        id=flow.id,
        source=place.system.name_of(flow.source),
        target=place.system.name_of(flow.target),
        carries=flow.carries,
        movement=_MOVES[flow.movement],
        footing=footing(flow.provenance),
        crosses=" → ".join(zones) if zones[0] != zones[1] else "",
    )


def _zone_of(id_: str, place: Place) -> str:
    found = place.system.elements[id_]
    assert isinstance(found, Component)
    zone = place.system.zones[found.boundary]
    return f"{zone.name} ({zone.trust})"


def _way(path: Path, place: Place) -> str:
    hops = []
    for hop in path:
        flow = place.system.elements.get(hop.flow) if hop.flow else None
        carried = f"[{flow.carries}] → " if isinstance(flow, Flow) else ""
        hops.append(f"{carried}{place.system.name_of(hop.component)}")
    return " ".join(hops)
