"""Loads `vocabulary/wordings/`: the wide constructions by which people say each choice of a fact.

A file maps a fact to its choices and those to cues; beside the choices may stand `topic`, as in
the fact itself, and `unrelated`, which keeps only these constructions away. They stand apart from
the facts, which a reader wants to see whole on a screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from threatwright.errors import KnowledgeError
from threatwright.knowledge.entries import Place, parse_file, yaml_in
from threatwright.model.conditions import as_word
from threatwright.model.vocabulary import Choice, Cue, FactEntry, FactKey

FOLDER = Path("vocabulary") / "wordings"
TOPIC = "topic"
UNRELATED = "unrelated"

Wordings = dict[FactKey, dict[str, tuple[Cue, ...]]]


def with_wordings(facts: Iterable[FactEntry], root: Path) -> tuple[FactEntry, ...]:
    """The facts with their wide constructions.

    Raises KnowledgeError naming file, line and field of one of an unknown fact or choice.
    """
    known = {fact.key: fact for fact in facts}
    for path in yaml_in(root / FOLDER):
        read: Any = parse_file(path, dict[str, dict[Any, tuple[Cue, ...]]])
        for key, cues in read.items():
            if key not in known:
                raise _unfit(path, (key,), f"there is no fact “{key}”")
            known[key] = _worded(known[key], {as_word(c): v for c, v in cues.items()}, path)
    return tuple(known.values())


def _worded(fact: FactEntry, cues: Mapping[str, tuple[Cue, ...]], path: Path) -> FactEntry:
    for value in cues:
        if value not in (TOPIC, UNRELATED) and fact.choice(value) is None:
            raise _unfit(path, (fact.key, value), f"“{value}” is no choice of {fact.key}")
    unrelated = (phrase for cue in cues.get(UNRELATED, ()) for phrase in cue.words)
    return fact.model_copy(
        update={
            "topic": (*fact.topic, *cues.get(TOPIC, ())),
            "apart": (*fact.apart, *unrelated),
            "choices": tuple(_with_broad(c, cues.get(c.value, ())) for c in fact.choices),
        }
    )


def _with_broad(choice: Choice, cues: tuple[Cue, ...]) -> Choice:
    return choice.model_copy(update={"broad": (*choice.broad, *cues)}) if cues else choice


def _unfit(path: Path, field: tuple[str, ...], text: str) -> KnowledgeError:
    return KnowledgeError(
        f"{Place(path).of(field)}: {text}.", "Correct the name, or remove what stands under it."
    )
