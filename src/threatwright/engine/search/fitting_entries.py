"""Finds the catalogue entries that have most to do with a component."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.sort import is_generative
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component
from threatwright.model.terms import ComponentKind
from threatwright.ports import KnowledgeIndex

RETRIEVED = 12
"""Entries that are looked up for a component."""
MOST_TITLES = 6
"""Threats of the rules whose titles are looked up with it."""
_NO_THREATS = frozenset({"mitigation", "tactic"})

LookUp = Callable[[Component, Sequence[str]], Sequence[Reference]]
"""What fits a component with threats of these titles."""

_GENERATIVE = frozenset(
    {
        ComponentKind.LLM,
        ComponentKind.AGENT,
        ComponentKind.TOOL,
        ComponentKind.PROMPT_TEMPLATE,
        ComponentKind.RETRIEVER,
        ComponentKind.MEMORY,
        ComponentKind.GUARDRAIL,
    }
)


def nothing(_: Component, __: Sequence[str]) -> Sequence[Reference]:
    """Looks nothing up, where there is nothing to look it up in."""
    return ()


def searching(index: KnowledgeIndex, assessment: Assessment) -> LookUp:
    """Looks entries up by what a component is and moves. Raises as searching does.

    What the rules cite for other kinds of component alone is no match for this one.
    """
    knowledge = assessment.knowledge
    newest = set(knowledge.editions.items())
    kinds_of = cited_for(knowledge)

    def look_up(component: Component, titles: Sequence[str]) -> Sequence[Reference]:
        words = query(component, titles, assessment)
        hits = index.search(words, RETRIEVED * 4, lists=_lists(component, assessment))
        found = [
            hit.reference
            for hit in hits
            if (hit.reference.list.value, hit.reference.edition) in newest
            and _is_a_threat(hit.reference, knowledge)
            and _fits(hit.reference, component.kind, kinds_of)
        ]
        return found[:RETRIEVED]

    return look_up


def _lists(component: Component, assessment: Assessment) -> list[ListName]:
    """The lists of language models and agents only where one is, or is next door."""
    system = assessment.system
    ends = [{f.source, f.target} for f in system.flows if component.id in (f.source, f.target)]
    near = {component.id}.union(*ends)
    lists = [ListName.ATLAS, ListName.OWASP_ML, ListName.CWE, ListName.ATTACK]
    is_near = any(c.kind in _GENERATIVE for c in system.components if c.id in near)
    if is_near and is_generative(system, assessment.knowledge):
        lists += [ListName.OWASP_LLM, ListName.OWASP_AGENTIC]
    return lists


def cited_for(knowledge: Knowledge) -> dict[str, frozenset[ComponentKind]]:
    """Id of an entry → kinds of component whose threats cite it; all where any may be."""
    every = frozenset(kind.kind for kind in knowledge.kinds)
    found: dict[str, frozenset[ComponentKind]] = {}
    for pattern in knowledge.patterns:
        for cited in pattern.references:
            key = _bare(cited.id)
            kinds = frozenset(cited.kinds or pattern.kinds) or every
            found[key] = found.get(key, frozenset()) | kinds
    return found


def _bare(id_: str) -> str:
    """An id without the edition that patterns write after it."""
    return id_.partition(":")[0]


def _fits(
    reference: Reference, kind: ComponentKind, kinds_of: dict[str, frozenset[ComponentKind]]
) -> bool:
    kinds = kinds_of.get(_bare(reference.id))
    return kinds is None or kind in kinds


def _is_a_threat(reference: Reference, knowledge: Knowledge) -> bool:
    entry = knowledge.entries.get((reference.list, reference.edition, reference.id))
    return entry is not None and entry.type not in _NO_THREATS


def query(component: Component, titles: Sequence[str], assessment: Assessment) -> str:
    """The words that entries are looked up by: what it is, what goes there, what is so of it.

    Its name stands last: a name says what something is called, and not what can happen to it.
    """
    system, knowledge = assessment.system, assessment.knowledge
    kind = knowledge.kind_entries[component.kind]
    flows = [f for f in system.flows if component.id in (f.source, f.target)]
    carried = [f.carries for f in flows]
    facts = [
        f"{entry.name} {choice.label}"
        for held in (component.facts, *(f.facts for f in flows))
        for key, fact in held.items()
        if (entry := knowledge.fact_entries.get(key)) and (choice := entry.choice(fact.value))
    ]
    words = (
        kind.name,
        kind.description.split("\n", 1)[0],
        component.description,
        *carried,
        *facts,
        *titles[:MOST_TITLES],
        component.name,
    )
    return ". ".join(dict.fromkeys(filter(None, words)))[:1000]
