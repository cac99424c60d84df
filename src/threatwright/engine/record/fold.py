"""The system as a fold over its record: sources are read, then the journal is applied in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from threatwright.engine.composing.compose import compose
from threatwright.engine.composing.implied import with_implied
from threatwright.engine.reading.doubts import doubting, doubts
from threatwright.engine.reading.passages import read_anew
from threatwright.engine.reading.read_texts import read_texts
from threatwright.engine.record.answered import system_facts
from threatwright.engine.record.applied import applied, said_in_answer
from threatwright.engine.record.statements import Statements
from threatwright.model.facts import Facts
from threatwright.model.journal import Answered, JournalEntry, Source, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Reading, SaidFact
from threatwright.model.system import Component, SystemModel


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
    readings, replies = read_texts(prose, entries, still, knowledge, shared)
    said = Statements(journal)
    stated = system_facts(entries, replies, knowledge, said)
    parts = _Parts(name, tuple(readings), stated, base, shared, knowledge.digest, knowledge)
    system = _composed(parts)
    own: dict[int, tuple[SaidFact, ...]] = {}
    if replies:
        own = {
            entry.n: tuple(
                fact for one in replies[entry.n] for fact in _own(entry, one, system, knowledge)
            )
            for entry in entries
            if isinstance(entry, Answered) and entry.n in replies
        }
        kept = tuple(_without(one, own[n]) for n, both in replies.items() for one in both)
        system = _composed(replace(parts, readings=parts.readings + kept))
    for entry in entries:
        if own.get(entry.n) and isinstance(entry, Answered):
            system = said_in_answer(entry, own[entry.n], system, said)
        system = applied(entry, system, knowledge, said)
    return Folded(with_implied(doubting(system, doubts(still)), knowledge), said)


@dataclass(frozen=True)
class _Parts:
    """All that a system is composed of: equal parts make the same system."""

    name: str
    readings: tuple[Reading, ...]
    stated: Facts
    base: SystemModel | None
    shared: SystemModel | None
    digest: str
    """Of the knowledge."""
    knowledge: Knowledge = field(compare=False)

    def __hash__(self) -> int:
        return hash((self.name, len(self.readings), self.digest))


@lru_cache(maxsize=8)  # most answers are about one element, and change nothing of what is composed
def _composed(of: _Parts) -> SystemModel:
    return compose(of.name, of.readings, of.stated, of.knowledge, of.base, of.shared)


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
