"""What a draft is silent about: components and zones without a threat, categories unexplained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threatwright.engine.briefing import flows_of, is_worth_a_call
from threatwright.engine.coverage import UNSPOKEN, coverage
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component
from threatwright.model.terms import Stride

SILENT = 3
"""Categories of a component that nothing is said about, from which on it is asked about."""


def uncovered(model: ThreatModel, knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Id of a component that is worth a call → what is not covered there, in sentences."""
    threatened = {threat.element for threat in model.threats}
    components = [c for c in model.system.own.components if is_worth_a_call(c)]
    bare = [c for c in components if not threatened & _reach_of(c, model)]
    unspoken = _unspoken(model, knowledge)
    found = {
        component.id: tuple(
            _sentences(component, model, component in bare, bare, unspoken.get(component.id, ()))
        )
        for component in components
    }
    return {id_: said for id_, said in found.items() if said}


def _reach_of(component: Component, model: ThreatModel) -> set[str]:
    return {component.id, *(flow.id for flow in flows_of(component, model.system))}


def _unspoken(model: ThreatModel, knowledge: Knowledge) -> Mapping[str, Sequence[Stride]]:
    found: dict[str, list[Stride]] = {}
    for cell in coverage(model, knowledge):
        if cell.because == UNSPOKEN:
            found.setdefault(cell.element, []).append(cell.stride)
    return found


def _sentences(
    component: Component,
    model: ThreatModel,
    is_bare: bool,
    bare: Sequence[Component],
    unspoken: Sequence[Stride],
) -> Iterator[str]:
    zone = model.system.zones[component.boundary]
    others = [
        c for c in model.system.own.components if c.boundary == zone.id and is_worth_a_call(c)
    ]
    if is_bare and all(c in bare for c in others):
        yield f"Nothing in the zone {zone.name} has a threat, {component.name} among it."
    elif is_bare:
        yield f"{component.name} has no threat, nor have the flows that lead to it."
    if len(unspoken) >= SILENT:
        listed = ", ".join(stride.replace("-", " ") for stride in unspoken)
        yield f"Nothing is said of {component.name} about {listed}."
