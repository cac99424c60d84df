"""What stated facts imply about the same element: an answer that settles others."""

from __future__ import annotations

from threatwright.model.facts import Fact, Facts
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel


def with_implied(system: SystemModel, knowledge: Knowledge) -> SystemModel:
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
