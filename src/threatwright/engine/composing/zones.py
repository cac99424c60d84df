"""The trust zones of a composed system: which there are, and in which each part stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatwright.engine.composing.archetypes import Call, Drawn, Join
from threatwright.engine.reading.claims import settled_value
from threatwright.engine.reading.parts import Part, PartId
from threatwright.model.archetypes import FragmentBoundary
from threatwright.model.facts import NO, YES, Facts, assumed
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Boundary, Component, SystemModel
from threatwright.model.terms import ComponentKind, TrustLevel

CALLERS = frozenset({ComponentKind.PERSON, ComponentKind.EXTERNAL_SYSTEM})

_USUAL_ZONES = {
    TrustLevel.UNTRUSTED: ("internet", "The internet"),
    TrustLevel.SEMI_TRUSTED: ("vendor", "Vendors and partners"),
    TrustLevel.TRUSTED: ("production", "Production"),
    TrustLevel.RESTRICTED: ("restricted", "Restricted"),
}
"""Where a component stands of which only the trust of its kind's usual zone is known."""

_CALLERS_ZONE = {
    "anonymous": "internet",
    "self-registered": "internet",
    "customers": "customers",
    "internal": "company",
}
"""`public_access` of a component → the zone its callers stand in."""

_HOST_ZONE = {YES: "vendor", NO: "production"}
"""`vendor_hosted` of a component → the zone it stands in."""


def zones_of(system: SystemModel | None) -> dict[str, FragmentBoundary]:
    """The zones of an inherited system, which have no place in another's."""
    return {
        b.id: FragmentBoundary.model_construct(id=b.id, name=b.name, trust=b.trust)
        for b in (system.boundaries if system else ())
    }


def known_zones(base: SystemModel, knowledge: Knowledge) -> dict[str, FragmentBoundary]:
    """Every zone of the archetypes, the usual ones, and first of all those given."""
    usual = (
        FragmentBoundary(id=id_, name=name, trust=trust)
        for trust, (id_, name) in _USUAL_ZONES.items()
    )
    declared = (
        boundary
        for archetype in sorted(knowledge.archetypes, key=lambda a: a.id, reverse=True)
        for boundary in archetype.boundaries
    )
    given = (
        FragmentBoundary(id=b.id, name=b.name, trust=b.trust, parent=b.parent)
        for b in base.boundaries
    )
    return {zone.id: zone for zone in (*usual, *declared, *given)}


def zone_of(
    part: Part,
    facts: Facts,
    joins: Sequence[Join],
    zones: Mapping[str, FragmentBoundary],
    knowledge: Knowledge,
) -> str:
    """Where a part stands: who hosts it if said, else its place in the closest archetype.

    One that knows it by its kind and name comes first, above all if it only joins in what is
    there; of equals, the less trusted place. One that takes any of a kind says nothing of it.
    """
    if part.given is not None:
        return part.given.boundary
    host = _HOST_ZONE.get(settled_value(facts, "vendor_hosted") or "", "")
    if host in zones and facts["vendor_hosted"].is_stated:
        return host
    places = [
        j
        for j in joins
        if part.id in j.parts and (j.component.names or not j.component.each or not part.was_read)
    ]
    if places:
        return min(
            places,
            key=lambda j: (
                j.component.kind is not part.kind,
                not j.component.names,
                bool(j.component.names) and not j.component.optional,
                j.call.rank,
                zones[j.component.boundary].trust.rank,
                j.call.archetype.id,
            ),
        ).component.boundary
    entry = knowledge.kind_entries.get(part.kind)
    return _USUAL_ZONES[entry.zone if entry else TrustLevel.TRUSTED][0]


def settle_callers(
    placed: Mapping[PartId, str],
    parts: Sequence[Part],
    flows: Sequence[Drawn],
    facts: Mapping[PartId, Facts],
    zones: Mapping[str, FragmentBoundary],
) -> dict[PartId, str]:
    """Callers stand where the stated access of what they call lets them in from.

    A caller that was read is moved outwards only, for the words for it may tell more than the
    access; and staff stay where they are.
    """
    settled = dict(placed)
    for part in parts:
        inside = zones[placed[part.id]].trust.rank >= TrustLevel.TRUSTED.rank
        if part.kind not in CALLERS or part.given is not None or (part.was_read and inside):
            continue
        opened = [
            _CALLERS_ZONE[access.value or ""]
            for flow in flows
            if flow.source == part.id
            and (access := facts[flow.target].get("public_access")) is not None
            and access.is_stated
            and _CALLERS_ZONE.get(access.value or "") in zones
        ]
        staying = [placed[part.id]] if part.was_read else []
        if opened:
            settled[part.id] = min(opened + staying, key=lambda z: (zones[z].trust.rank, z))
    return settled


def boundaries(
    base: SystemModel,
    components: Sequence[Component],
    zones: Mapping[str, FragmentBoundary],
    calls: Sequence[Call],
) -> tuple[Boundary, ...]:
    """The zones given, those that something stands in, and those around them."""
    needed: set[str] = set()
    for component in components:
        around: str | None = component.boundary
        while around is not None and around not in needed:
            needed.add(around)
            around = zones[around].parent
    by = {b.id: call.provenance for call in reversed(calls) for b in call.archetype.boundaries}
    added = tuple(
        Boundary(
            id=zone.id,
            name=zone.name,
            trust=zone.trust,
            parent=zone.parent,
            provenance=by.get(zone.id, assumed("vocabulary")),
        )
        for zone in sorted(
            (zones[id_] for id_ in needed - base.zones.keys()),
            key=lambda zone: (zone.trust.rank, zone.id),
        )
    )
    return (*base.boundaries, *added)
