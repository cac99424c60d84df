"""What a brief says of facts: what is known and how surely, what is not, what may be misread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from threatwright.engine.contributions.brief_place import Place, footing
from threatwright.engine.reading.doubts import read_in
from threatwright.model.brief import Footing, Known
from threatwright.model.facts import Fact, Provenance
from threatwright.model.system import SYSTEM, Element, is_inherited
from threatwright.model.terms import FactClass
from threatwright.model.vocabulary import FactEntry, FactKey

LONGEST_WORDS = 200

_ALL = frozenset(FactClass)
_CONTROLS = frozenset({FactClass.CONTROL})
_OF_NEIGHBOURS = frozenset({FactClass.EXPOSURE, FactClass.CAPABILITY})
_READ = frozenset({"document", "llm", "assumed"})


def facts(place: Place, bearing: Collection[FactKey]) -> Iterator[tuple[Known, str]]:
    """Facts of the component and its flows, then those of others that matter; each with its value.

    `bearing` are the facts that bear on a candidate: of the whole system those alone are told, and
    what is at stake.
    """
    own: tuple[Element, ...] = (place.component, *place.flows)
    for element in own:
        yield from _known(element.id, element.facts, _ALL, place)
    for neighbour in place.neighbours:
        yield from _known(neighbour.id, neighbour.facts, _OF_NEIGHBOURS, place)
        yield from _known(neighbour.id, _said_of(neighbour.facts), _CONTROLS, place)
    held = place.system.facts
    matter = {key: held[key] for key in held if _matters(key, bearing, place)}
    yield from _known(SYSTEM, matter, _ALL, place)


def unknown(place: Place) -> Iterator[str]:
    """Names of facts that something of its kind has, and of which nothing is known."""
    held = place.component.facts
    for entry in place.knowledge.facts_of(place.component.kind):
        fact = held.get(entry.key)
        if fact is None or fact.value is None:
            yield entry.name


def doubtable(place: Place, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(id, source) of what was read in a text, and of the parts that nobody named."""
    for id_ in known:
        element, _, key = id_.rpartition(".")
        fact = place.system.fact(element, key)
        if fact is not None and _is_read(fact.provenance) and not is_inherited(element):
            yield id_, read_in(fact.provenance)
    parts: tuple[Element, ...] = (place.component, *place.flows, *place.neighbours)
    for part in parts:
        if not is_inherited(part.id) and _is_read(part.provenance):
            yield part.id, read_in(part.provenance)


def _matters(key: FactKey, bearing: Collection[FactKey], place: Place) -> bool:
    entry = place.knowledge.fact_entries.get(key)
    return entry is not None and (entry.fact_class is FactClass.STAKE or key in bearing)


def _known(
    element: str, held: Mapping[str, Fact], classes: frozenset[FactClass], place: Place
) -> Iterator[tuple[Known, str]]:
    for key in sorted(held):
        entry, fact = place.knowledge.fact_entries.get(key), held[key]
        if entry is not None and entry.fact_class in classes and fact.value is not None:
            yield _fact(f"{element}.{key}", fact, entry, place), fact.value


def _fact(id_: str, fact: Fact, entry: FactEntry, place: Place) -> Known:
    said = place.assessment.wording.statement(f"fact:{id_}")
    for claim in fact.against:
        choice = entry.choice(claim.value)
        said += f", or “{choice.label if choice else claim.value}”"
    against = tuple(c.provenance.quote[:LONGEST_WORDS] for c in fact.against)
    return Known(
        id=id_,
        says=said,
        footing=_footing_of(fact),
        words=fact.provenance.quote[:LONGEST_WORDS],
        against=tuple(filter(None, against)),
    )


def _footing_of(fact: Fact) -> Footing:
    if fact.is_conflict:
        return Footing.CONTESTED
    if fact.hedged:
        return Footing.DOUBTED
    return footing(fact.provenance)


def _is_read(provenance: Provenance) -> bool:
    """Whether it was read out of words, or made up for want of any; a choice is neither."""
    return provenance.kind in _READ or (provenance.kind == "answer" and bool(provenance.quote))


def _said_of(held: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Facts that somebody stated."""
    return {key: fact for key, fact in held.items() if fact.provenance.is_stated}
