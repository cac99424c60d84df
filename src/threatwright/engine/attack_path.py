"""An attack path in words: the way in, what the attacker does along it, and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.reachability import Path
from threatwright.model.catalogue import Reference
from threatwright.model.system import Component, Element, Flow, SystemModel
from threatwright.model.threats import Step


def attack_path(
    system: SystemModel,
    element: Element,
    inward: Path,
    outward: Path,
    techniques: Sequence[Reference] = (),
) -> tuple[Step, ...]:
    """The steps. `techniques` are what the attacker does at the element, in order."""
    name = system.name_of(element.id)
    steps = [_step(system, hop.component, hop.flow, first=i == 0) for i, hop in enumerate(inward)]
    if not steps:
        text = "someone with access acts here"
        steps = [Step(element=element.id, name=name, text=text)]
    steps += [
        Step(
            element=element.id,
            name=name,
            text=f"{r.name} ({r.id}, ATLAS {r.edition})",
            technique=r,
        )
        for r in techniques
    ]
    return (*steps, *(_step(system, h.component, h.flow, first=False) for h in outward[1:]))


def _step(system: SystemModel, component: str, flow_id: str | None, *, first: bool) -> Step:
    name = system.name_of(component)
    if first or flow_id is None:
        found = system.elements[component]
        assert isinstance(found, Component)
        zone = system.zones[found.boundary]
        text = f"the attacker acts through {name}, in {zone.name} ({zone.trust})"
    else:
        flow = system.elements[flow_id]
        assert isinstance(flow, Flow)
        text = f"on to {name}, by way of {flow.carries}"
    return Step(element=component, name=name, via=flow_id, text=text)
