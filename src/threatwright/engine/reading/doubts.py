"""What a language model holds to be misread: it stays as it is, and counts as said with doubt.

So a control in doubt earns no credit, and what rests on a fact in doubt is an assumption that can
be asked about. A doubt is over once somebody says it otherwise, or again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from threatwright.model.contributions import Doubted, Proposed
from threatwright.model.facts import Facts, Provenance
from threatwright.model.journal import JournalEntry, standing
from threatwright.model.system import SYSTEM, Component, Flow, SystemModel

E = TypeVar("E", Component, Flow)


def doubts(journal: Sequence[JournalEntry]) -> tuple[Doubted, ...]:
    """The doubts that count: of each component those of the last reply."""
    last = {e.element: e for e in standing(tuple(journal)) if isinstance(e, Proposed)}
    return tuple(doubted for proposed in last.values() for doubted in proposed.doubted)


def without_doubts(journal: Sequence[JournalEntry]) -> tuple[JournalEntry, ...]:
    """A journal as if no model had doubted anything.

    What a model is asked follows from that: its own doubt must be no reason to ask it anew.
    """
    return tuple(
        e.model_copy(update={"doubted": ()}) if isinstance(e, Proposed) and e.doubted else e
        for e in journal
    )


def read_in(provenance: Provenance) -> str:
    """What something was read in, without the line: that moves when another is put in above."""
    kind, _, rest = provenance.source.partition(":")
    if kind == "llm":
        return f"llm:{read_in(Provenance(source=rest))}" if rest.startswith("document") else rest
    return f"document:{rest.rpartition(':')[0]}" if kind == "document" else provenance.source


def holding(found: Iterable[Doubted], system: SystemModel) -> tuple[Doubted, ...]:
    """Those of things that are still as they were doubted."""
    return tuple(doubted for doubted in found if _holds(doubted, system))


def _holds(doubted: Doubted, system: SystemModel) -> bool:
    if not doubted.value:
        part = system.elements.get(doubted.about)
        return part is not None and read_in(part.provenance) == doubted.source
    element, _, key = doubted.about.rpartition(".")
    fact = system.fact(element, key)
    return fact is not None and (fact.value, read_in(fact.provenance)) == (
        doubted.value,
        doubted.source,
    )


def doubting(system: SystemModel, found: Sequence[Doubted]) -> SystemModel:
    """The system with each fact that is doubted taken as said with doubt."""
    ids = {d.about for d in holding(found, system) if d.value}
    if not ids:
        return system

    def of(element: E) -> E:
        facts = _hedged(element.id, element.facts, ids)
        return element if facts is element.facts else element.model_copy(update={"facts": facts})

    return system.model_copy(
        update={
            "facts": _hedged(SYSTEM, system.facts, ids),
            "components": tuple(map(of, system.components)),
            "flows": tuple(map(of, system.flows)),
        }
    )


def _hedged(element: str, facts: Facts, ids: set[str]) -> Facts:
    doubted = {key for key in facts if f"{element}.{key}" in ids}
    if not doubted:
        return facts
    return {
        key: fact.model_copy(update={"hedged": True}) if key in doubted else fact
        for key, fact in facts.items()
    }
