"""Where a brief is written from: one component, its flows, its neighbours, its assets."""

from __future__ import annotations

from functools import cached_property

from threatwright.engine.rules.assessment import Assessment
from threatwright.model.brief import Footing
from threatwright.model.facts import Provenance
from threatwright.model.system import Asset, Component, Flow, SystemModel, is_inherited
from threatwright.model.terms import ComponentKind

MOST_NEIGHBOURS = 24

_PEOPLE = frozenset({ComponentKind.PERSON, ComponentKind.EXTERNAL_SYSTEM})


class Place:
    """One component, and what lies one flow away from it."""

    def __init__(self, assessment: Assessment, component: Component) -> None:
        self.assessment = assessment
        self.system = assessment.system
        self.knowledge = assessment.knowledge
        self.component = component

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """All that begin or end there, in order of id."""
        here = self.component.id
        return tuple(
            sorted(
                (f for f in self.system.flows if here in (f.source, f.target)), key=lambda f: f.id
            )
        )

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The ids that the brief is about: the component, and the flows that belong to it."""
        return (self.component.id, *sorted(f.id for f in flows_of(self.component, self.system)))

    @cached_property
    def of_others(self) -> tuple[str, ...]:
        """Its flows that other briefs are about."""
        return tuple(f.id for f in self.flows if f.id not in self.own)

    @cached_property
    def neighbours(self) -> tuple[Component, ...]:
        """The components at the other ends."""
        ends = dict.fromkeys(end for f in self.flows for end in (f.source, f.target))
        found = (self.system.elements.get(end) for end in ends if end != self.component.id)
        return tuple(c for c in found if isinstance(c, Component))[:MOST_NEIGHBOURS]

    @cached_property
    def assets(self) -> tuple[Asset, ...]:
        """What it holds."""
        return tuple(a for a in self.system.assets if self.component.id in a.held_by)


def is_worth_a_call(component: Component) -> bool:
    """Whether threats to it are ours to draft: not to people, nor to systems of others."""
    return component.kind not in _PEOPLE and not is_inherited(component.id)


def flows_of(component: Component, system: SystemModel) -> tuple[Flow, ...]:
    """The flows that a brief is about: each belongs to its target, if that is worth a call."""
    return tuple(
        flow
        for flow in system.flows
        if flow.target == component.id
        or (flow.source == component.id and not _is_briefed(flow.target, system))
    )


def footing(provenance: Provenance) -> Footing:
    """How sure a part of the system is."""
    return Footing.STATED if provenance.is_stated else Footing.ASSUMED


def _is_briefed(id_: str, system: SystemModel) -> bool:
    found = system.elements.get(id_)
    return isinstance(found, Component) and is_worth_a_call(found)
