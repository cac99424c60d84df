"""The facts of the parts of a composed system: what was said of each, and what is proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from threatwright.engine.composing.archetypes import Join
from threatwright.engine.reading.claims import BASE, Said, combined, held
from threatwright.engine.reading.parts import Part, PartId, by_name
from threatwright.model.facts import YES, Fact, Facts
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Reading, SaidFact
from threatwright.model.system import is_inherited
from threatwright.model.terms import ComponentKind
from threatwright.model.vocabulary import FactEntry


def implied(parts: Sequence[Part], knowledge: Knowledge) -> Iterator[tuple[str, Said]]:
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


def _carrier(
    index: int, said: SaidFact, entry: FactEntry, parts: Sequence[Part]
) -> tuple[Part, int] | None:
    """The part that a stated fact is about, and how far that is from being said.

    0: one named with it. 1: one named just before ("It has no login"). 2: the part of the kind
    that the vocabulary puts first for this fact, read before assumed; beside a language model,
    other models are helpers. What a language model read is of what it names, or of nothing.
    """
    able = [p for p in parts if p.kind in entry.applies_to]
    named = by_name(able)
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


def facts_of_parts(
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
                claim = Said(
                    said.value, said.provenance, said.hedged, said.surmised, index, distance
                )
                claims[part.id, said.key].append(claim)
    found = {part.id: dict(part.given.facts) if part.given else {} for part in parts}
    for (part_id, key), news in claims.items():
        given = {key: found[part_id][key]} if key in found[part_id] else {}
        before = [claim for _, claim in held(given)]
        found[part_id][key] = combined([*before, *news], knowledge.fact_entries[key])
    return found


def with_proposed_facts(
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
