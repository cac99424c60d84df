"""What sort of system it is: whether there is a model in it, and one of language."""

from __future__ import annotations

from threatwright.model.catalogue import ListName
from threatwright.model.facts import YES
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel

AI_GATES = ("llm", "tools", "retrieval", "memory", "trains")
"""Each of them, where it is so, means that there is a model."""
GENERATIVE_LISTS = frozenset({ListName.OWASP_LLM, ListName.OWASP_AGENTIC})
"""What they say is of language models alone."""


def has_ai(system: SystemModel, knowledge: Knowledge) -> bool:
    """Whether anything in the system is a model, or was said to be."""
    if any(knowledge.kind_entries[c.kind].is_ai for c in system.components):
        return True
    facts = (system.facts.get(gate) for gate in AI_GATES)
    return any(fact is not None and fact.value == YES for fact in facts)


def is_generative(system: SystemModel, knowledge: Knowledge) -> bool:
    """Whether there is a language model: without one, its lists have nothing to say."""
    fact = system.facts.get("llm")
    if fact is not None and fact.value is not None:
        return fact.value == YES
    kinds = knowledge.kind_entries
    return any(kinds[c.kind].gate == "llm" for c in system.components)
