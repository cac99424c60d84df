"""What part a language model had in a threat: mark, word, and the word to filter by."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.exchange.plain import one_line
from threatwright.model.terms import Origin, Status
from threatwright.model.threats import Threat


class Part(NamedTuple):
    """One part that it may have had."""

    mark: str
    word: str
    filter: str


PATTERN = Part("", "", "by:pattern")
ADDED = Part("+", "added", "by:model")
TAILORED = Part("≈", "tailored", "tailored")
DISPUTED = Part("≠", "disputed", "disputed")
DUPLICATE = Part("=", "duplicate", "duplicate")
PARTS = (DISPUTED, DUPLICATE, TAILORED, ADDED, PATTERN)
"""What a reviewer should see first stands first."""


def parts_in(threat: Threat) -> tuple[Part, ...]:
    """All that hold of a threat, the one to be seen first of all first."""
    held = {
        DISPUTED: bool(threat.dispute),
        DUPLICATE: bool(threat.duplicate_of) and threat.status is not Status.REJECTED,
        TAILORED: threat.by_rule is not None,
        ADDED: threat.origin is Origin.LLM,
        PATTERN: threat.origin is Origin.PATTERN,
    }
    return tuple(part for part in PARTS if held[part])


def has_part(threat: Threat) -> bool:
    """Whether a language model had any part in it."""
    return any(part is not PATTERN for part in parts_in(threat))


def by_whom(threat: Threat) -> str:
    """Where a threat comes from and what a language model did to it, in words."""
    origins = {
        Origin.PATTERN: "from a rule",
        Origin.LLM: f"added by {_named(threat)}",
        Origin.PERSON: "added by a person",
        Origin.IMPORT: "imported",
    }
    done = [part.word for part in parts_in(threat) if part not in (ADDED, PATTERN)]
    by = f", {' and '.join(done)} by {_named(threat)}" if done else ""
    return f"{origins[threat.origin]}{by}"


def _named(threat: Threat) -> str:
    refs = dict.fromkeys(e.ref.partition(":")[2] for e in threat.evidence if e.kind == "llm")
    return " and ".join(map(one_line, refs)) or "a language model"
