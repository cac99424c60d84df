"""What one entry of the journal does to a system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from threatwright.engine.record.answered import answered, has_choice, told
from threatwright.engine.record.statements import Statements
from threatwright.model.facts import Facts, Provenance
from threatwright.model.journal import (
    Added,
    Answered,
    Changed,
    Confirmed,
    Connected,
    JournalEntry,
    Removed,
    Renamed,
    Unknown,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import SaidFact
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


def said_in_answer(
    entry: Answered, facts: Sequence[SaidFact], system: SystemModel, statements: Statements
) -> SystemModel:
    """The system with what a free answer says of its element."""
    element = entry.question.rpartition(".")[0]
    held = system.elements[element].facts if element in system.elements else {}
    return _with_facts(system, element, told(entry, facts, held, statements))


def applied(
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
