"""Words and badges for what the model holds: what is assumed, where something came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright.exchange.plain import one_line

if TYPE_CHECKING:
    from threatwright.model.facts import Fact, Provenance

MUTED = "$foreground 65%"
"""A style for what is said beside the point. `$text-muted` does not fade inside of text."""

BADGE_UNKNOWN, BADGE_ASSUMED, BADGE_CONFLICT = "?", "~", "!"
LEGEND = "? unknown   ~ assumed   ! conflict"

_SOURCES = {
    "answer": "answer",
    "person": "said by",
    "document": "",
    "import": "imported from",
    "llm": "language model in",
    "assumed": "assumed,",
    "accepted-default": "accepted default, answer",
}


def source(provenance: Provenance | str) -> str:
    """Where something came from: "answer 7", "description.md:3", "assumed, rag-assistant"."""
    text = provenance if isinstance(provenance, str) else provenance.source
    # The first screen takes its styles from here, and is there before the model is.
    from threatwright.model.places import text_named

    kind, _, rest = text.partition(":")
    word = _SOURCES.get(kind, kind)
    if kind == "llm":
        return one_line(f"{word} {text_named(rest)}") if rest else "language model"
    return one_line(f"{word} {rest}") if rest else one_line(word.rstrip(",") or kind)


def badge(fact: Fact | None) -> str:
    """`?` for unknown, `!` for a conflict, `~` for assumed, nothing for what was stated."""
    if fact is None or fact.value is None:
        return BADGE_UNKNOWN
    if fact.is_conflict:
        return BADGE_CONFLICT
    return "" if fact.is_stated else BADGE_ASSUMED


def count(number: int, thing: str) -> str:
    """A figure as "1 threat", "2 threats"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
