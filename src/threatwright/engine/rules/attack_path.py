"""An attack path in words: the way in, what the attacker does along it, and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.rules.reachability import Path, Reachability
from threatwright.model.catalogue import Reference
from threatwright.model.system import Component, Element, Flow, SystemModel
from threatwright.model.terms import Access, ComponentKind, TrustLevel
from threatwright.model.threats import Step

FROM_WITHIN = frozenset({Access.INSIDER, Access.PHYSICAL})
"""Access that nobody gets by sending content along the flows from outside."""
_BY_ACCESS = "someone with access acts here"
_AT_ONCE: dict[Access | None, str] = {
    Access.INSIDER: "someone inside, with an account or a post that reaches it, acts here",
    Access.PHYSICAL: "someone with their hands on it acts here",
}


def way_from_within(reach: Reachability, element: Element, access: Access) -> Path:
    """How an insider comes to the element: from the nearest of our people, if any is drawn."""
    at = element.source if isinstance(element, Flow) else element.id
    return (reach.from_staff(at) or ()) if access is Access.INSIDER else ()


def attack_path(
    system: SystemModel,
    element: Element,
    inward: Path,
    outward: Path,
    techniques: Sequence[Reference] = (),
    access: Access | None = None,
) -> tuple[Step, ...]:
    """The steps. `techniques` are what the attacker does at the element, in order."""
    name = system.name_of(element.id)
    steps = way_in(system, inward)
    if not steps:
        steps = [Step(element=element.id, name=name, text=_AT_ONCE.get(access, _BY_ACCESS))]
    steps += [
        Step(
            element=element.id,
            name=name,
            text=f"{r.name} ({r.id}, ATLAS {r.edition})",
            technique=r,
        )
        for r in techniques
    ]
    return (*steps, *(_onward(system, h.component, h.flow) for h in outward[1:]))


def way_in(system: SystemModel, inward: Path) -> list[Step]:
    """The steps from where an attacker begins to the end of the path."""
    return [
        _entry(system, hop.component) if n == 0 else _onward(system, hop.component, hop.flow)
        for n, hop in enumerate(inward)
    ]


def _entry(system: SystemModel, component: str) -> Step:
    found = system.elements[component]
    assert isinstance(found, Component)
    zone = system.zones[found.boundary]
    where = f"{found.name}, in {zone.name} ({zone.trust})"
    if zone.trust.rank <= TrustLevel.SEMI_TRUSTED.rank:
        text = f"the attacker acts through {where}"
    elif found.kind is ComponentKind.PERSON:
        text = f"an insider acts as {where}"
    else:
        text = f"what outsiders put in is taken in by {where}"
    return Step(element=component, name=found.name, text=text)


def _onward(system: SystemModel, component: str, flow_id: str | None) -> Step:
    name = system.name_of(component)
    flow = system.elements.get(flow_id or "")
    by = f", by way of {flow.carries}" if isinstance(flow, Flow) else ""
    return Step(element=component, name=name, via=flow_id, text=f"on to {name}{by}")
