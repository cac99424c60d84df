"""Words for what the model holds: names of facts and kinds, where something came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.exchange.plain import one_line

if TYPE_CHECKING:
    from threatwright.model.facts import Fact, Provenance
    from threatwright.model.knowledge import Knowledge
    from threatwright.model.system import SystemModel
    from threatwright.model.terms import ComponentKind

MUTED = "$foreground 65%"
"""A style for what is said beside the point. `$text-muted` does not fade inside of text."""

BADGE_UNKNOWN, BADGE_ASSUMED, BADGE_CONFLICT = "?", "~", "!"
LEGEND = "? unknown   ~ assumed   ! conflict"

_SOURCES = {
    "answer": "answer",
    "person": "said by",
    "document": "",
    "import": "imported from",
    "llm": "language model,",
    "assumed": "assumed,",
    "accepted-default": "accepted default, answer",
}


def source(provenance: Provenance | str) -> str:
    """Where something came from: "answer 7", "description.md:3", "assumed, rag-assistant"."""
    text = provenance if isinstance(provenance, str) else provenance.source
    kind, _, rest = text.partition(":")
    word = _SOURCES.get(kind, kind)
    return one_line(f"{word} {rest}") if rest else one_line(word.rstrip(",") or kind)


def badge(fact: Fact | None) -> str:
    """`?` for unknown, `!` for a conflict, `~` for assumed, nothing for what was stated."""
    if fact is None or fact.value is None:
        return BADGE_UNKNOWN
    if fact.is_conflict:
        return BADGE_CONFLICT
    return "" if fact.is_stated else BADGE_ASSUMED


def spaced(word: str) -> str:
    """An id as words: `inference-endpoint` is "inference endpoint"."""
    return one_line(word.replace("_", " ").replace("-", " "))


def count(number: int, thing: str) -> str:
    """A figure as "1 threat", "2 threats"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


class Names:
    """Names from the knowledge base; where it is not loaded, ids made readable."""

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
