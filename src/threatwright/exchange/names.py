"""Names for what the model holds; where the knowledge base is not loaded, ids made readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.exchange.plain import one_line

if TYPE_CHECKING:
    from threatwright.model.knowledge import Knowledge
    from threatwright.model.system import SystemModel
    from threatwright.model.terms import ComponentKind


def spaced(word: str) -> str:
    """An id as words: `inference-endpoint` is "inference endpoint"."""
    return one_line(word.replace("_", " ").replace("-", " "))


class Names:
    """Names of facts, choices, kinds and patterns."""

    def __init__(self, knowledge: Knowledge | None) -> None:
        self._knowledge = knowledge
        patterns = knowledge.patterns if knowledge else ()
        self._titles = {pattern.id: pattern.title for pattern in patterns}

    def pattern(self, pattern: str, element: str) -> str:
        """What a pattern would be called at an element; its id where the title needs more."""
        title = self._titles.get(pattern, "{").replace("{element}", element)
        return spaced(pattern) if "{" in title else one_line(title)

    def fact(self, key: str) -> str:
        """The short name of a fact."""
        entry = self._knowledge.fact_entries.get(key) if self._knowledge else None
        return one_line(entry.name) if entry else spaced(key)

    def value(self, key: str, value: str | None) -> str:
        """The label of a fact's value."""
        if value is None:
            return "unknown"
        entry = self._knowledge.fact_entries.get(key) if self._knowledge else None
        choice = entry.choice(value) if entry else None
        return one_line(choice.label) if choice else one_line(value)

    def kind(self, kind: ComponentKind) -> str:
        """The name of a component kind."""
        entry = self._knowledge.kind_entries.get(kind) if self._knowledge else None
        return one_line(entry.name) if entry else spaced(kind)

    @property
    def kinds(self) -> dict[ComponentKind, str]:
        """The name of every kind that the knowledge base knows."""
        return {k.kind: one_line(k.name) for k in self._knowledge.kinds} if self._knowledge else {}

    def keys_of(self, kind: ComponentKind) -> tuple[str, ...]:
        """The facts worth knowing about a component of the kind."""
        if self._knowledge is None:
            return ()
        return tuple(entry.key for entry in self._knowledge.facts_of(kind))

    def question(self, system: SystemModel, question: str) -> str:
        """A question's id in words: "Scoring API · caller authentication"."""
        from threatwright.model.system import SYSTEM

        element, _, key = question.rpartition(".")
        name = "the system" if element == SYSTEM else one_line(system.name_of(element))
        return f"{name} · {self.fact(key)}"
