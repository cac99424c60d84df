"""What people say of the facts of the vocabulary: what its words are weighed by, never measured on.

Statements of one fact and choice each (`evals/statements/`), sentences by which people tell or
answer it (`evals/answers/`), and what the owners of systems tell (`evals/owners/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from evals.systems import OWNERS, Known, load_systems
from threatwright import yamltext
from threatwright.model.vocabulary import FactKey

STATEMENTS = Path(__file__).parent / "statements"
ANSWERS = Path(__file__).parent / "answers"
OTHER = "other"
"""Statements that use a fact's words and state none of its choices; they sound like it too."""


class Saying(NamedTuple):
    """A sentence, and the choices that it states."""

    text: str
    states: Mapping[FactKey, str]


def read_statements(folder: Path = STATEMENTS) -> dict[FactKey, dict[str, list[str]]]:
    """Fact → choice → statements; `other` holds those that state none."""
    found: dict[FactKey, dict[str, list[str]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        found |= yamltext.parse(path.read_text(encoding="utf-8"), path.name)
    return found


def read_answers(folder: Path = ANSWERS) -> tuple[Known, ...]:
    """Every answer, in order of file and place."""
    rows = TypeAdapter(tuple[Known, ...])
    return tuple(
        answer
        for path in sorted(folder.glob("*.yaml"))
        for answer in rows.validate_python(
            yamltext.parse(path.read_text(encoding="utf-8"), path.name)
        )
    )


def sayings() -> Iterator[Saying]:
    """All of it."""
    for key, by_choice in sorted(read_statements().items()):
        for choice, texts in by_choice.items():
            states = {} if choice == OTHER else {key: choice}
            yield from (Saying(text, states) for text in texts)
    told = (fact for system in load_systems(OWNERS) for fact in system.facts)
    yield from (Saying(known.text, known.value) for known in (*read_answers(), *told))
