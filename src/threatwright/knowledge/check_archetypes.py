"""What must hold of archetypes: their parts join, and they propose what there is."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.knowledge.problem import Problem
from threatwright.model.archetypes import Archetype, FragmentComponent
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import FactClass


def archetype_problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Everything in archetypes that does not fit together."""
    ids = {a.id for a in knowledge.archetypes}
    for archetype in knowledge.archetypes:
        yield from _fragment(archetype)
        yield from _facts_of_the_system(knowledge, archetype)
        for n, component in enumerate(archetype.components):
            for key, text in _proposals(knowledge, component):
                field = ("components", n, "facts", key)
                yield Problem("archetype", archetype.id, text, field, ("fact", key))
        for other in archetype.not_with:
            if other not in ids:
                text = f"not_with names “{other}”, which does not exist"
                yield Problem("archetype", archetype.id, text, ("not_with",))
    yield from _zones(knowledge)


def _fragment(archetype: Archetype) -> Iterator[Problem]:
    """Its own parts: every end, holder and place is one of them."""
    components = {c.id for c in archetype.components}
    zones = {b.id for b in archetype.boundaries}
    for n, component in enumerate(archetype.components):
        if component.boundary not in zones:
            text = f"{component.id} stands in “{component.boundary}”, which it lacks"
            yield Problem("archetype", archetype.id, text, ("components", n, "boundary"))
    for n, flow in enumerate(archetype.flows):
        for field, end in (("source", flow.source), ("target", flow.target)):
            if end not in components:
                text = f"a flow ends at “{end}”, which it lacks"
                yield Problem("archetype", archetype.id, text, ("flows", n, field))
    for n, asset in enumerate(archetype.assets):
        for holder in asset.held_by:
            if holder not in components:
                text = f"{asset.id} is held by “{holder}”, which it lacks"
                yield Problem("archetype", archetype.id, text, ("assets", n, "held_by"))


def _facts_of_the_system(knowledge: Knowledge, archetype: Archetype) -> Iterator[Problem]:
    for field in ("facts", "gates", "presumes", "needs"):
        for key, value in getattr(archetype, field).items():
            fact = knowledge.fact_entries.get(key)
            text = f"{key}={value} is no fact of the system"
            if fact is None or fact.on != "system" or fact.choice(value) is None:
                yield Problem("archetype", archetype.id, text, (field, key), ("fact", key))
            elif field == "facts" and fact.fact_class is FactClass.CONTROL:
                text = f"it proposes the control {key}"
                yield Problem("archetype", archetype.id, text, (field, key), ("fact", key))


def _proposals(knowledge: Knowledge, component: FragmentComponent) -> Iterator[tuple[str, str]]:
    """What a component may not propose: the fact, and why."""
    for key, value in component.facts.items():
        fact = knowledge.fact_entries.get(key)
        if fact is None or fact.choice(value) is None:
            yield key, f"{component.id} proposes {key}={value}, which is not known"
        elif component.kind not in fact.applies_to:
            yield key, f"the fact {key} does not apply to {component.kind}"
        elif fact.fact_class is FactClass.CONTROL:
            yield key, f"{component.id} proposes the control {key}"


def _zones(knowledge: Knowledge) -> Iterator[Problem]:
    """A zone is one and the same wherever it is proposed, or the drawing would depend on order."""
    seen: dict[str, tuple[str, str]] = {}
    for archetype in sorted(knowledge.archetypes, key=lambda a: (bool(a.publisher), a.id)):
        for n, zone in enumerate(archetype.boundaries):
            trust, first = seen.setdefault(zone.id, (zone.trust, archetype.id))
            if trust != zone.trust:
                text = f"the zone {zone.id} is {zone.trust} here and {trust} in {first}"
                field = ("boundaries", n, "trust")
                yield Problem("archetype", archetype.id, text, field, ("archetype", first))
