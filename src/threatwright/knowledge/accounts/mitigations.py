"""Tells of mitigations: what they lower, and how they are stated and checked."""

from __future__ import annotations

from threatwright.knowledge.accounts.account import Account, Use
from threatwright.knowledge.accounts.relations import Relations
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import MitigationEntry

_PLACES = {
    "element": "at the element",
    "source": "where content comes from",
    "path": "on the way",
    "system": "in the system as a whole",
}


def mitigation_account(
    entry: MitigationEntry, knowledge: Knowledge, relations: Relations, note: str
) -> Account:
    """Everything about a mitigation that stands in no public catalogue."""
    return Account(
        type="mitigation",
        id=entry.id,
        name=entry.title,
        publisher=entry.publisher,
        note=note,
        description=entry.description,
        traits=mitigation_traits(entry, knowledge),
        patterns=uses_of(entry, knowledge, relations),
        verify=entry.verify,
    )


def mitigation_traits(entry: MitigationEntry, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Stage, effort, the fact that states it, what comes first, and what of NIST it serves."""
    fact = knowledge.fact_entries.get(entry.fact or "")
    traits = {
        "Stage": (entry.stage.value,),
        "Effort": (entry.effort.value,),
        "Stated by": (f"{fact.key} “{fact.name}”",) if fact else (),
        "After": tuple(f"{id_} {_title(id_, knowledge)}" for id_ in entry.after),
        "NIST AI RMF": tuple(f"{id_} {knowledge.cite(id_).name}" for id_ in entry.nist),
    }
    return {name: values for name, values in traits.items() if values}


def _title(id_: str, knowledge: Knowledge) -> str:
    return knowledge.mitigation_entries[id_].title


def uses_of(entry: MitigationEntry, knowledge: Knowledge, relations: Relations) -> tuple[Use, ...]:
    """The patterns that it stands against, and what it does there."""
    return tuple(
        relations.use(pattern, f"{counter.effect} it {_PLACES[counter.at]}")
        for pattern in knowledge.patterns
        for counter in pattern.lowers
        if counter.control == entry.id
    )
