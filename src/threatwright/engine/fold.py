"""The system as a fold over its record: sources are read, then the journal is applied in order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from threatwright.engine.answered import answered, has_choice, system_facts, told
from threatwright.engine.beside import Named, beside, named_in
from threatwright.engine.compose import compose
from threatwright.engine.doubts import doubting, doubts
from threatwright.engine.inheritance import shared as shared_of
from threatwright.engine.passages import Passage, heard_in, of_entry, of_source, read_anew
from threatwright.engine.reading import read
from threatwright.engine.shared_names import Shared, shared_components
from threatwright.engine.statements import Statements
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Facts, Provenance
from threatwright.model.journal import (
    Added,
    Answered,
    Changed,
    Confirmed,
    Connected,
    JournalEntry,
    Removed,
    Renamed,
    Source,
    Told,
    Unknown,
    standing,
)
from threatwright.model.knowledge import FactKey, Knowledge
from threatwright.model.places import Places
from threatwright.model.reading import Reading, SaidFact
from threatwright.model.system import (
    SYSTEM,
    Asset,
    Boundary,
    Component,
    Flow,
    SystemModel,
    is_inherited,
)

E = TypeVar("E", Component, Flow)
P = TypeVar("P", Boundary, Component, Flow, Asset)


def fold(
    name: str,
    sources: Sequence[Source],
    journal: Sequence[JournalEntry],
    knowledge: Knowledge,
    shared: SystemModel | None = None,
) -> SystemModel:
    """The system that the sources describe and the journal has since changed.

    `shared` is what the model inherits: it may be named and drawn to, and is no part of the system.
    """
    return folded(name, sources, journal, knowledge, shared).system


class Folded(NamedTuple):
    """What a fold comes to."""

    system: SystemModel
    statements: Statements
    """Who said what about each fact that was answered."""


def folded(
    name: str,
    sources: Sequence[Source],
    journal: Sequence[JournalEntry],
    knowledge: Knowledge,
    shared: SystemModel | None = None,
) -> Folded:
    """The system, and how far people differ about it."""
    source, prose = read_anew(sources)
    base, after = (source.system, source.after) if source else (None, 0)
    still = standing(tuple(journal))
    entries = [e for e in still if e.n > after]
    readings, replies = _readings(prose, entries, still, knowledge, shared)
    said = Statements(journal)
    stated = system_facts(entries, replies, knowledge, said)
    system = compose(name, readings, stated, knowledge, base, shared)
    own: dict[int, tuple[SaidFact, ...]] = {}
    if replies:
        own = {
            entry.n: tuple(
                fact for one in replies[entry.n] for fact in _own(entry, one, system, knowledge)
            )
            for entry in entries
            if isinstance(entry, Answered) and entry.n in replies
        }
        kept = [_without(one, own[n]) for n, both in replies.items() for one in both]
        system = compose(name, [*readings, *kept], stated, knowledge, base, shared)
    for entry in entries:
        if own.get(entry.n) and isinstance(entry, Answered):
            system = _said(entry, own[entry.n], system, said)
        system = _apply(entry, system, knowledge, said)
    return Folded(_settled(doubting(system, doubts(still)), knowledge), said)


class _Readings(NamedTuple):
    """What was read in every text: without a model, and right after it what a model read there."""

    readings: list[Reading]
    """Of the documents, and of what was told outside a question."""
    replies: dict[int, tuple[Reading, ...]]
    """Of what was answered in free text, by the number of its entry."""


def _readings(
    prose: Sequence[Source],
    entries: Sequence[JournalEntry],
    still: Sequence[JournalEntry],
    knowledge: Knowledge,
    shared: SystemModel | None,
) -> _Readings:
    passages = _passages(prose, entries)
    read_there = _read_without_model(passages, knowledge, shared)
    heard = heard_in(still)
    named = named_in(read_there) if heard else {}
    both: list[tuple[Reading, ...]] = []
    for passage, one in zip(passages, read_there, strict=True):
        other = heard.get(passage.key) if heard else None
        if other is None:
            both.append((one,))
        else:
            told_as = one.model_copy(update={"purpose": other.purpose or one.purpose})
            both.append((told_as, beside(other, one, named, knowledge)))
    found = _Readings([], {})
    for passage, pair in zip(passages, both, strict=True):
        if isinstance(passage.entry, Answered):
            found.replies[passage.entry.n] = pair
        else:
            found.readings.extend(pair)
    return found


def _passages(prose: Sequence[Source], entries: Sequence[JournalEntry]) -> list[Passage]:
    return [
        *map(of_source, prose),
        *(of_entry(e) for e in entries if isinstance(e, Told)),
        *(of_entry(e) for e in entries if isinstance(e, Answered) and e.text),
    ]


def _read_without_model(
    passages: Sequence[Passage], knowledge: Knowledge, shared: SystemModel | None
) -> list[Reading]:
    names, held = shared_components(shared), _Held(knowledge)
    digest = knowledge.digest
    return [_read_once(p.text, p.origin, p.places, names, p.asked, digest, held) for p in passages]


def named_without_model(model: ThreatModel, knowledge: Knowledge) -> Named:
    """All that the texts of a model name, as they are read without a language model."""
    source, prose = read_anew(model.sources)
    entries = [e for e in standing(model.journal) if source is None or e.n > source.after]
    passages = _passages(prose, entries)
    return named_in(_read_without_model(passages, knowledge, shared_of(model.inherited)))


class _Held:
    """Carries the knowledge past the cache key, which its digest stands for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


@lru_cache(maxsize=512)
def _read_once(
    text: str,
    origin: str,
    places: Places,
    shared: Shared,
    asked: tuple[FactKey, ...],
    _digest: str,
    held: _Held,
) -> Reading:
    return read(text, origin, held.knowledge, places, shared, asked)


def _own(
    entry: Answered, reading: Reading, system: SystemModel, knowledge: Knowledge
) -> tuple[SaidFact, ...]:
    """The facts in a free answer that are about the element it was asked of.

    What it says of something else by name is that thing's.
    """
    element = system.elements.get(entry.question.rpartition(".")[0])
    if not isinstance(element, Component):
        return ()
    keys = {fact.key for fact in knowledge.facts_of(element.kind)}
    return tuple(
        said for said in reading.facts if said.key in keys and _may_mean(element, said, reading)
    )


def _may_mean(element: Component, said: SaidFact, reading: Reading) -> bool:
    if said.provenance.kind == "llm":
        return not said.near  # what it is about was made out when it was heard
    named = {mention.kind for mention in reading.mentions if mention.name in said.near}
    return not said.near or element.kind in named or element.name in said.near


def _without(reading: Reading, facts: Sequence[SaidFact]) -> Reading:
    gone = set(map(id, facts))
    return reading.model_copy(
        update={"facts": tuple(f for f in reading.facts if id(f) not in gone)}
    )


def _said(
    entry: Answered, facts: Sequence[SaidFact], system: SystemModel, statements: Statements
) -> SystemModel:
    """The system with what a free answer says of its element."""
    element = entry.question.rpartition(".")[0]
    held = system.elements[element].facts if element in system.elements else {}
    return _with_facts(system, element, told(entry, facts, held, statements))


def _apply(
    entry: JournalEntry, system: SystemModel, knowledge: Knowledge, statements: Statements
) -> SystemModel:
    """The system after one journal entry; entries about what is no longer there change nothing."""
    match entry:
        case Answered() | Unknown() if has_choice(entry):
            return _apply_answer(entry, system, knowledge, statements)
        case Confirmed():
            return _confirmed(entry, system)
        case Removed():
            statements.forget(entry.element)
            return _removed(entry, system)
        case Renamed():
            components = tuple(
                c.model_copy(update={"name": entry.name}) if c.id == entry.element else c
                for c in system.components
            )
            return system.model_copy(update={"components": components})
        case Added() if entry.id not in system.elements and entry.boundary in system.zones:
            added = Component(
                id=entry.id,
                name=entry.name,
                kind=entry.kind,
                boundary=entry.boundary,
                provenance=Provenance(source=f"answer:{entry.n}"),
            )
            return system.model_copy(update={"components": (*system.components, added)})
        case Connected() if entry.id not in system.elements:
            return _connected(entry, system)
        case Changed():
            return _changed(entry, system)
        case _:
            return system


def _connected(entry: Connected, system: SystemModel) -> SystemModel:
    ends = (entry.source, entry.target)
    if not all(end in system.elements or is_inherited(end) for end in ends):
        return system
    flow = Flow(
        id=entry.id,
        source=entry.source,
        target=entry.target,
        carries=entry.carries,
        movement=entry.movement,
        provenance=Provenance(source=f"answer:{entry.n}"),
    )
    return system.model_copy(update={"flows": (*system.flows, flow)})


def _changed(entry: Changed, system: SystemModel) -> SystemModel:
    """The system with another kind, zone, content or movement; a zone that is gone is none."""
    told = Provenance(source=f"answer:{entry.n}")
    zone = entry.boundary if entry.boundary in system.zones else ""
    of_component = _given(kind=entry.kind, boundary=zone)
    of_flow = _given(carries=entry.carries, movement=entry.movement)

    def changed(e: E, fields: dict[str, object]) -> E:
        if e.id != entry.element or not fields:
            return e
        return e.model_copy(update={**fields, "provenance": told})

    return system.model_copy(
        update={
            "components": tuple(changed(c, of_component) for c in system.components),
            "flows": tuple(changed(f, of_flow) for f in system.flows),
        }
    )


def _given(**fields: object) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value}


def _apply_answer(
    entry: Answered | Unknown, system: SystemModel, knowledge: Knowledge, statements: Statements
) -> SystemModel:
    element, _, key = entry.question.rpartition(".")
    fact = knowledge.fact_entries.get(key)
    found = system.elements.get(element)
    if element == SYSTEM or fact is None or found is None:
        return system  # facts of the system went into the composition
    return _with_facts(system, element, answered(entry, fact, found.facts, statements))


def _with_facts(system: SystemModel, element: str, facts: Facts) -> SystemModel:
    if not facts:
        return system
    if element == SYSTEM:
        return system.model_copy(update={"facts": {**system.facts, **facts}})

    def merged(e: E) -> E:
        if e.id != element:
            return e
        return e.model_copy(update={"facts": {**e.facts, **facts}})

    return system.model_copy(
        update={
            "components": tuple(map(merged, system.components)),
            "flows": tuple(map(merged, system.flows)),
        }
    )


def _settled(system: SystemModel, knowledge: Knowledge) -> SystemModel:
    """The system with what its stated facts imply about the same element, where that is not stated.

    An implication keeps the provenance of the statement it follows from.
    """
    settled = system.model_copy(update={"facts": _implied(system.facts, knowledge)})
    return settled.model_copy(
        update={
            "components": tuple(
                c.model_copy(update={"facts": implied})
                if (implied := _implied(c.facts, knowledge)) is not c.facts
                else c
                for c in system.components
            )
        }
    )


def _implied(facts: Facts, knowledge: Knowledge) -> Facts:
    found: Facts = {}
    for key, fact in facts.items():
        entry = knowledge.fact_entries.get(key)
        if entry is None or not fact.is_stated or fact.value not in entry.settles:
            continue
        for other, value in entry.settles[fact.value].items():
            held = facts.get(other)
            if held is None or not held.is_stated:
                found[other] = Fact(value=value, provenance=fact.provenance)
    return {**facts, **found} if found else facts


def _confirmed(entry: Confirmed, system: SystemModel) -> SystemModel:
    provenance = Provenance(source=f"answer:{entry.n}")
    wanted = set(entry.elements)

    def confirm(e: P) -> P:
        if e.id not in wanted or e.provenance.is_stated:
            return e
        return e.model_copy(update={"provenance": provenance})

    return system.model_copy(
        update={
            "boundaries": tuple(map(confirm, system.boundaries)),
            "components": tuple(map(confirm, system.components)),
            "flows": tuple(map(confirm, system.flows)),
            "assets": tuple(map(confirm, system.assets)),
        }
    )


def _removed(entry: Removed, system: SystemModel) -> SystemModel:
    gone = entry.element
    assets = tuple(
        a.model_copy(update={"held_by": tuple(h for h in a.held_by if h != gone)})
        for a in system.assets
        if a.id != gone
    )
    return system.model_copy(
        update={
            "components": tuple(c for c in system.components if c.id != gone),
            "flows": tuple(f for f in system.flows if gone not in (f.id, f.source, f.target)),
            "assets": assets,
            "endpoints": tuple(e for e in system.endpoints if e.component != gone),
        }
    )
