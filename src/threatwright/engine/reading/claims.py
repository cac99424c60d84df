"""What several texts say about a fact, settled into one: who counts, and who says otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from threatwright.model.facts import Claim, Fact, Facts, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Reading
from threatwright.model.system import SystemModel
from threatwright.model.vocabulary import FactEntry

BASE = -1
"""The index that stands for the system to start from, before all readings."""


@dataclass(frozen=True)
class Said:
    """What one sentence says about a fact."""

    value: str
    provenance: Provenance
    hedged: bool = False
    surmised: bool = False
    reading: int = BASE
    distance: int = 0
    """0 where it names what it is about, more the less it does."""


def combined(said: Iterable[Said], entry: FactEntry | None) -> Fact:
    """What several texts say, as one fact: outright before hedged, then the first said.

    What is surmised of one counts where none says anything, and contradicts nobody.
    Each text has one say. Of several sentences in it the one closest to the matter counts, and of
    equals the least safe: that two sentences speak of different things is likelier than that a
    text contradicts itself.
    """
    texts: dict[int, list[Said]] = defaultdict(list)
    for one in said:
        texts[one.reading].append(one)

    def weight(one: Said) -> tuple[bool, bool, int, int]:
        choice = entry.choice(one.value) if entry else None
        return one.surmised, one.hedged, one.distance, -(choice.unsafe if choice else 0)

    says = [
        one
        for reading, ones in texts.items()
        for one in (ones if reading == BASE else [min(ones, key=weight)])
    ]
    says = [one for one in says if not one.surmised] or says[:1]
    first = min(says, key=lambda one: one.hedged)
    others = {one.value: one for one in reversed(says) if one.value != first.value}
    return Fact(
        value=first.value,
        provenance=first.provenance,
        against=tuple(
            Claim(value=one.value, provenance=one.provenance)
            for one in says
            if others.get(one.value) is one
        ),
        hedged=first.hedged,
        surmised=first.surmised,
    )


def settled_value(facts: Facts, key: str) -> str | None:
    """The value of a fact that was settled outright."""
    fact = facts.get(key)
    return None if fact is None or fact.is_conflict or fact.hedged else fact.value


def held(facts: Facts) -> Iterator[tuple[str, Said]]:
    """Facts to start from, as if they were said first."""
    for key, fact in facts.items():
        if fact.value is not None:
            yield key, Said(fact.value, fact.provenance, fact.hedged, fact.surmised)
        yield from ((key, Said(claim.value, claim.provenance)) for claim in fact.against)


def said_of_system(
    base: SystemModel, readings: Sequence[Reading], knowledge: Knowledge
) -> Iterator[tuple[str, Said]]:
    """What is held and said about the system as a whole, by fact."""
    yield from held(base.facts)
    for index, reading in enumerate(readings):
        for said in reading.facts:
            entry = knowledge.fact_entries.get(said.key)
            if entry is not None and entry.on == "system":
                yield said.key, Said(said.value, said.provenance, said.hedged, said.surmised, index)


def settle(said: Iterable[tuple[str, Said]], stated: Facts, knowledge: Knowledge) -> Facts:
    """Facts of the system. What was answered overrides what was read; not knowing does not."""
    claims: dict[str, list[Said]] = defaultdict(list)
    for key, claim in said:
        claims[key].append(claim)
    entries = knowledge.fact_entries
    read = {key: combined(found, entries.get(key)) for key, found in claims.items()}
    answered = {k: f for k, f in stated.items() if f.value is not None or k not in read}
    return {**read, **answered}
