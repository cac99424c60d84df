"""From what was read to a proposed system: what the words name, completed by archetypes.

Nothing is invented in silence: a part that no text names cites the words that called for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from threatwright.engine.archetypes import (
    Call,
    Drawn,
    Join,
    bind,
    called_by_words,
    calls_for,
    drawn_before,
    fragment_flows,
    is_ai,
    with_links,
    with_proposals,
)
from threatwright.engine.claims import (
    BASE,
    Said,
    combined,
    held,
    said_of_system,
    settle,
    settled_value,
)
from threatwright.engine.parts import (
    Ids,
    Part,
    PartId,
    closed_kinds,
    denied_kinds,
    meant,
    read_parts,
    shared_part,
)
from threatwright.model.facts import NO, YES, Fact, Facts, Provenance, assumed
from threatwright.model.knowledge import FactEntry, FragmentAsset, FragmentBoundary, Knowledge
from threatwright.model.reading import Link, Reading, SaidFact
from threatwright.model.system import (
    SYSTEM,
    Asset,
    Boundary,
    Component,
    Flow,
    SystemModel,
    is_inherited,
)
from threatwright.model.terms import ComponentKind, Sensitivity, TrustLevel

Where = tuple[int, str]
"""A name as one reading uses it: (index of the reading, name in lower case)."""

_CALLERS = frozenset({ComponentKind.PERSON, ComponentKind.EXTERNAL_SYSTEM})

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


# --- the whole --------------------------------------------------------------------------------


def _boundaries(
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


def _flows(drawn: Sequence[Drawn], ids: Ids) -> tuple[Flow, ...]:
    return tuple(
        Flow(
            id=ids.new(f"{d.source}-to-{d.target}".replace("/", "-"), d.movement.value),
            source=d.source,
            target=d.target,
            carries=d.carries,
            movement=d.movement,
            provenance=d.provenance,
        )
        for d in drawn
    )


def compose(
    name: str,
    readings: Sequence[Reading],
    stated: Facts,
    knowledge: Knowledge,
    base: SystemModel | None = None,
    shared: SystemModel | None = None,
) -> SystemModel:
    """The system that the readings describe, completed by the archetypes they call for.

    `stated` are facts of the system that were answered; they override what was read. What was read
    keeps its words; what is proposed is `assumed:ARCHETYPE` and quotes what called for it.
    A text that says nothing of AI gives what it names and no more. `base` is a system taken as it
    is: the readings add to it what they name, and archetypes nothing. `shared` is what others
    bring: flows may end there, and nothing of it becomes a part of this system.
    """
    given = base or SystemModel(name=name)
    zones = {**_zones_of(shared), **_known_zones(given, knowledge)}
    taken = {*(asset.id for asset in given.assets), *(end.id for end in given.endpoints)}
    ids = Ids({SYSTEM, *zones, *given.elements, *taken})
    said = [*said_of_system(given, readings, knowledge)]
    settled = settle(said, stated, knowledge)
    read = read_parts(given, meant(readings, settled, knowledge), ids, knowledge, shared)
    facts = {**given.facts, **settle([*said, *_implied(read, knowledge)], stated, knowledge)}

    words = called_by_words(readings)
    completes = base is None and is_ai(read, facts, words, knowledge)
    calls = calls_for(facts, words, read, knowledge) if completes else ()
    denied = denied_kinds(readings, knowledge) - {p.kind for p in read}
    others = tuple(map(shared_part, shared.components)) if shared else ()
    parts, joins = bind(calls, read, closed_kinds(facts, knowledge) | denied, ids, others)

    before = _held_at_both_ends(given.flows, given, shared)
    drawn = _of_this_system(
        with_links([*map(drawn_before, before), *fragment_flows(joins)], _links(readings, parts))
    )
    touched = {end for d in drawn for end in (d.source, d.target)}
    kept = tuple(part for part in parts if part.was_read or part.id in touched)
    kept += tuple(p for p in others if p.id in touched - {part.id for part in kept})
    components = _components(kept, drawn, joins, readings, zones, knowledge)
    return SystemModel(
        name=name or next((r.name for r in readings if r.name), ""),
        purpose=given.purpose or next((r.purpose for r in readings if r.purpose), ""),
        facts=with_proposals(_with_outsiders(facts, components, zones, knowledge), calls),
        boundaries=_boundaries(given, components, zones, calls),
        components=components,
        flows=(*before, *_flows(drawn[len(before) :], ids)),
        assets=(*given.assets, *_assets(joins, readings, {p.id for p in kept}, ids)),
        endpoints=given.endpoints,
    )


def _components(
    parts: Sequence[Part],
    drawn: Sequence[Drawn],
    joins: Sequence[Join],
    readings: Sequence[Reading],
    zones: Mapping[str, FragmentBoundary],
    knowledge: Knowledge,
) -> tuple[Component, ...]:
    """The parts with their facts and in their zones."""
    facts = _facts_of_parts(readings, parts, knowledge)
    facts = _with_proposed_facts(facts, joins, {p.id: p.kind for p in parts}, knowledge)
    placed = {part.id: _zone(part, facts[part.id], joins, zones, knowledge) for part in parts}
    placed = _settle_callers(placed, parts, drawn, facts, zones)
    return tuple(
        Component(
            id=part.id,
            name=part.name,
            kind=part.kind,
            boundary=placed[part.id],
            description=part.given.description if part.given else "",
            facts=facts[part.id],
            provenance=part.provenance,
        )
        for part in parts
        if not part.is_shared
    )


def _of_this_system(drawn: Sequence[Drawn]) -> list[Drawn]:
    """Without flows between two inherited components: those are in the file that brings them."""
    return [d for d in drawn if not (is_inherited(d.source) and is_inherited(d.target))]


def _held_at_both_ends(
    flows: Sequence[Flow], given: SystemModel, shared: SystemModel | None
) -> tuple[Flow, ...]:
    """The flows whose ends are there. What a flow led to may be gone from an inherited file."""
    there = {c.id for system in (given, shared) if system for c in system.components}
    return tuple(f for f in flows if {f.source, f.target} <= there)


def _links(
    readings: Sequence[Reading], parts: Sequence[Part]
) -> Iterator[tuple[PartId, PartId, Link]]:
    """The links of all readings whose two ends are parts."""
    named = _named(parts)
    for index, reading in enumerate(readings):
        for link in reading.links:
            source = named.get((index, link.source.lower()))
            target = named.get((index, link.target.lower()))
            if source is not None and target is not None:
                yield source.id, target.id, link


# --- facts ------------------------------------------------------------------------------------


def _implied(parts: Sequence[Part], knowledge: Knowledge) -> Iterator[tuple[str, Said]]:
    """Gates that hold because a component was read that only exists if they do."""

    def gates(part: Part) -> Iterator[str]:
        entry = knowledge.kind_entries.get(part.kind)
        if entry is not None and entry.gate is not None:
            yield entry.gate
        if part.kind is ComponentKind.SENSOR:
            yield "physical_input"
        if has_llm and part.kind in {ComponentKind.RETRIEVER, ComponentKind.VECTOR_STORE}:
            yield "retrieval"

    has_llm = any(part.kind is ComponentKind.LLM for part in parts)
    for part in parts:
        reading = part.mentions[0][0] if part.mentions else BASE
        for gate in gates(part):
            yield gate, Said(YES, part.provenance, reading=reading, distance=1)


def _named(parts: Sequence[Part]) -> dict[Where, Part]:
    """What a name in a reading stands for."""
    return {(index, m.name.lower()): part for part in parts for index, m in part.mentions}


def _carrier(
    index: int, said: SaidFact, entry: FactEntry, parts: Sequence[Part]
) -> tuple[Part, int] | None:
    """The part that a stated fact is about, and how far that is from being said.

    0: one named with it. 1: one named just before ("It has no login"). 2: the part of the kind
    that the vocabulary puts first for this fact, read before assumed; beside a language model,
    other models are helpers. What a language model read is of what it names, or of nothing.
    """
    able = [p for p in parts if p.kind in entry.applies_to]
    named = _named(able)
    for name in said.near:
        if (index, name.lower()) in named:
            return named[index, name.lower()], 0
    if said.provenance.kind == "llm":
        return None
    before = [
        (m.sentence, part)
        for part in able
        for i, m in part.mentions
        if i == index and 0 <= said.sentence - m.sentence <= 1
    ]
    if before:
        return max(before, key=lambda found: found[0])[1], 1
    able = [p for p in able if not p.is_shared]
    if not able:
        return None
    has_llm = any(p.kind is ComponentKind.LLM for p in able)

    def rank(part: Part) -> tuple[bool, bool, int]:
        is_helper = has_llm and part.kind is ComponentKind.INFERENCE_ENDPOINT
        return not part.was_read, is_helper, entry.applies_to.index(part.kind)

    return min(able, key=rank), 2


def _facts_of_parts(
    readings: Sequence[Reading], parts: Sequence[Part], knowledge: Knowledge
) -> dict[PartId, Facts]:
    """What was said about each part."""
    claims: dict[tuple[PartId, str], list[Said]] = defaultdict(list)
    for index, reading in enumerate(readings):
        for said in reading.facts:
            entry = knowledge.fact_entries.get(said.key)
            if entry is None or entry.on != "component":
                continue
            carrier = _carrier(index, said, entry, parts)
            if carrier is not None and not carrier[0].is_shared:
                part, distance = carrier
                claim = Said(said.value, said.provenance, said.hedged, index, distance)
                claims[part.id, said.key].append(claim)
    found = {part.id: dict(part.given.facts) if part.given else {} for part in parts}
    for (part_id, key), news in claims.items():
        given = {key: found[part_id][key]} if key in found[part_id] else {}
        before = [claim for _, claim in held(given)]
        found[part_id][key] = combined([*before, *news], knowledge.fact_entries[key])
    return found


def _with_proposed_facts(
    stated: Mapping[PartId, Facts],
    joins: Sequence[Join],
    kinds: Mapping[PartId, ComponentKind],
    knowledge: Knowledge,
) -> dict[PartId, Facts]:
    """What archetypes propose, where nothing was said."""
    found: dict[PartId, Facts] = {part: dict(stated.get(part, {})) for part in kinds}
    for join in joins:
        for part, (key, value) in product(join.parts, sorted(join.component.facts.items())):
            entry = knowledge.fact_entries.get(key)
            if (
                part in kinds
                and not is_inherited(part)
                and entry is not None
                and kinds[part] in entry.applies_to
            ):
                found[part].setdefault(key, Fact(value=value, provenance=join.call.provenance))
    return found


# --- zones ------------------------------------------------------------------------------------


def _zones_of(system: SystemModel | None) -> dict[str, FragmentBoundary]:
    """The zones of an inherited system, which have no place in another's."""
    return {
        b.id: FragmentBoundary.model_construct(id=b.id, name=b.name, trust=b.trust)
        for b in (system.boundaries if system else ())
    }


def _known_zones(base: SystemModel, knowledge: Knowledge) -> dict[str, FragmentBoundary]:
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


def _zone(
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


def _settle_callers(
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
        if part.kind not in _CALLERS or part.given is not None or (part.was_read and inside):
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


# --- the outside ------------------------------------------------------------------------------


def _with_outsiders(
    facts: Facts,
    components: Sequence[Component],
    zones: Mapping[str, FragmentBoundary],
    knowledge: Knowledge,
) -> Facts:
    """The facts of the system, and whether outsiders can influence it where that follows."""
    outside = _outsiders(components, zones)
    if outside is None or "outsiders" not in knowledge.fact_entries:
        return facts
    return {"outsiders": outside, **facts}


def _outsiders(
    components: Sequence[Component], zones: Mapping[str, FragmentBoundary]
) -> Fact | None:
    """Yes, if somebody outside was read, or something is said to be open to them."""
    for component in components:
        outside = zones[component.boundary].trust is TrustLevel.UNTRUSTED
        if component.kind in _CALLERS and outside and component.provenance.is_stated:
            return Fact(value=YES, provenance=component.provenance)
        for key, values in _OPEN.items():
            fact = component.facts.get(key)
            if fact is not None and fact.is_stated and fact.value in values:
                return Fact(value=YES, provenance=fact.provenance)
    return None


_OPEN = {"public_access": {"anonymous", "self-registered"}, "untrusted_content": {YES}}
"""Facts that let people outside influence the input."""


# --- assets -----------------------------------------------------------------------------------


def _assets(
    joins: Sequence[Join], readings: Sequence[Reading], kept: set[PartId], ids: Ids
) -> tuple[Asset, ...]:
    """The assets of all fragments, one of each id; those with words only where they were read."""
    read: dict[str, Provenance] = {}
    for reading in readings:
        for id_, provenance in reading.assets.items():
            read.setdefault(id_, provenance)
    found: dict[str, list[tuple[Call, FragmentAsset, tuple[PartId, ...]]]] = defaultdict(list)
    for call in {j.call.archetype.id: j.call for j in joins}.values():
        for asset in call.archetype.assets:
            holders = tuple(
                dict.fromkeys(
                    part
                    for j in joins
                    if j.call is call and j.component.id in asset.held_by
                    for part in j.parts
                    if part in kept
                )
            )
            if asset.id in read or (holders and not asset.cues):
                found[asset.id].append((call, asset, holders))
    return tuple(_asset(id_, alike, read.get(id_), ids) for id_, alike in found.items())


def _asset(
    id_: str,
    alike: Sequence[tuple[Call, FragmentAsset, tuple[PartId, ...]]],
    read: Provenance | None,
    ids: Ids,
) -> Asset:
    call, first, _ = alike[0]
    order = list(Sensitivity)
    return Asset(
        id=ids.new(id_, "asset"),
        name=first.name,
        sensitivity=max((asset.sensitivity for _, asset, _ in alike), key=order.index),
        held_by=tuple(dict.fromkeys(part for _, _, holders in alike for part in holders)),
        provenance=read or call.provenance,
    )
