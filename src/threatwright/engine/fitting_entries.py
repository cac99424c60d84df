"""Finds the catalogue entries that have most to do with a component."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from threatwright.engine.assessment import Assessment
from threatwright.engine.gaps import is_generative
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component
from threatwright.model.terms import FactClass
from threatwright.ports import KnowledgeIndex

RETRIEVED = 12
"""Entries that are looked up for a component."""
_NO_THREATS = frozenset({"mitigation", "tactic"})

LookUp = Callable[[Component], Sequence[Reference]]


def nothing(_: Component) -> Sequence[Reference]:
    """Looks nothing up, where there is nothing to look it up in."""
    return ()


def searching(index: KnowledgeIndex, assessment: Assessment) -> LookUp:
    """Looks entries up by the component's own words. Raises as searching does."""
    knowledge = assessment.knowledge
    newest = set(knowledge.editions.items())
    lists = [ListName.ATLAS, ListName.OWASP_ML, ListName.CWE, ListName.ATTACK]
    if is_generative(assessment.system, knowledge):
        lists += [ListName.OWASP_LLM, ListName.OWASP_AGENTIC]

    def look_up(component: Component) -> Sequence[Reference]:
        hits = index.search(query(component, assessment), RETRIEVED * 3, lists=lists)
        found = [
            hit.reference
            for hit in hits
            if (hit.reference.list.value, hit.reference.edition) in newest
            and _is_a_threat(hit.reference, knowledge)
        ]
        return found[:RETRIEVED]

    return look_up


def _is_a_threat(reference: Reference, knowledge: Knowledge) -> bool:
    entry = knowledge.entries.get((reference.list, reference.edition, reference.id))
    return entry is not None and entry.type not in _NO_THREATS


def query(component: Component, assessment: Assessment) -> str:
    """The words that entries are looked up by: what it is, what it is said to be, what it moves."""
    system, knowledge = assessment.system, assessment.knowledge
    kind = knowledge.kind_entries[component.kind]
    carried = [f.carries for f in system.flows if component.id in (f.source, f.target)]
    facts = [
        f"{entry.name} {choice.label}"
        for key, fact in component.facts.items()
        if (entry := knowledge.fact_entries.get(key))
        and entry.fact_class is not FactClass.CONTROL
        and (choice := entry.choice(fact.value))
    ]
    words = (component.name, kind.name, kind.description, component.description, *facts, *carried)
    return ". ".join(dict.fromkeys(filter(None, words)))[:1000]
