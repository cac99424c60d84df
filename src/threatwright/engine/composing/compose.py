"""From what was read to a proposed system: what the words name, completed by archetypes.

Nothing is invented in silence: a part that no text names cites the words that called for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threatwright.engine.composing.archetypes import (
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
from threatwright.engine.composing.facts_of_parts import (
    facts_of_parts,
    implied,
    with_proposed_facts,
)
from threatwright.engine.composing.fragment_assets import assets
from threatwright.engine.composing.outsiders import with_outsiders
from threatwright.engine.composing.zones import (
    boundaries,
    known_zones,
    settle_callers,
    zone_of,
    zones_of,
)
from threatwright.engine.reading.claims import said_of_system, settle
from threatwright.engine.reading.parts import (
    Ids,
    Part,
    PartId,
    by_name,
    closed_kinds,
    denied_kinds,
    meant,
    read_parts,
    shared_part,
)
from threatwright.model.archetypes import FragmentBoundary
from threatwright.model.facts import Facts
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Link, Reading
from threatwright.model.system import SYSTEM, Component, Flow, SystemModel, is_inherited


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
    zones = {**zones_of(shared), **known_zones(given, knowledge)}
    taken = {*(asset.id for asset in given.assets), *(end.id for end in given.endpoints)}
    ids = Ids({SYSTEM, *zones, *given.elements, *taken})
    said = [*said_of_system(given, readings, knowledge)]
    settled = settle(said, stated, knowledge)
    read = read_parts(given, meant(readings, settled, knowledge), ids, knowledge, shared)
    facts = {**given.facts, **settle([*said, *implied(read, knowledge)], stated, knowledge)}

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
        facts=with_proposals(with_outsiders(facts, components, zones, knowledge), calls),
        boundaries=boundaries(given, components, zones, calls),
        components=components,
        flows=(*before, *_flows(drawn[len(before) :], ids)),
        assets=(*given.assets, *assets(joins, readings, {p.id for p in kept}, ids)),
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
    facts = facts_of_parts(readings, parts, knowledge)
    facts = with_proposed_facts(facts, joins, {p.id: p.kind for p in parts}, knowledge)
    placed = {part.id: zone_of(part, facts[part.id], joins, zones, knowledge) for part in parts}
    placed = settle_callers(placed, parts, drawn, facts, zones)
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
    named = by_name(parts)
    for index, reading in enumerate(readings):
        for link in reading.links:
            source = named.get((index, link.source.lower()))
            target = named.get((index, link.target.lower()))
            if source is not None and target is not None:
                yield source.id, target.id, link


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
