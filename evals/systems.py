"""Labelled systems: a description, what its people would reveal, and an attack.

Those of `evals/systems/` were written without sight of the patterns, the archetypes and the code.
Those of `evals/owners/` were written without sight of the vocabulary too, and name no attack.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import Field, field_validator

from threatwright import yamltext
from threatwright.model.base import Value
from threatwright.model.conditions import as_word
from threatwright.model.vocabulary import FactKey

FOLDER = Path(__file__).parent / "systems"
OWNERS = Path(__file__).parent / "owners"

FEATURES: dict[str, FactKey] = {
    "llm": "llm",
    "rag": "retrieval",
    "tools": "tools",
    "memory": "memory",
    "physical_input": "physical_input",
    "trains_or_finetunes": "trains",
    "online_learning": "learns_online",
    "public_access": "outsiders",
}
"""What reviewers ask of every AI system, and the gate that says it."""


class Known(Value):
    """One atomic fact that a stakeholder reveals when asked."""

    text: str
    hidden: bool = False
    """Not in the description."""
    about: tuple[FactKey, ...] = ()
    """The facts of the vocabulary to whose question this is an honest answer."""
    value: dict[FactKey, str] = Field(default_factory=dict)
    """What it states of them, where it clearly states a choice."""

    _words = field_validator("value", mode="before")(
        lambda told: {k: as_word(v) for k, v in told.items()} if isinstance(told, dict) else told
    )


class LabelledSystem(Value):
    """One system and its labels."""

    id: str
    kind: str
    description: str = ""
    """Empty where its owner told it in single sentences alone."""
    facts: tuple[Known, ...]
    features: dict[str, bool]
    """What reviewers ask of every AI system; `FEATURES` names them."""
    expect: tuple[str, ...] = ()
    """ATLAS techniques (parents) of a plausible attack, the most central first."""
    story: str = ""
    impossible: tuple[str, ...] = ()
    """ATLAS techniques that cannot be done to it."""


def load_systems(folder: Path = FOLDER) -> tuple[LabelledSystem, ...]:
    """Every system, in order of file and place."""
    return tuple(
        LabelledSystem.model_validate(row)
        for path in sorted(folder.glob("*.yaml"))
        for row in yamltext.parse(path.read_text(encoding="utf-8"), path.name)
    )


def read_rows(path: Path, labels: Path | None = None) -> tuple[LabelledSystem, ...]:
    """Systems of a `.jsonl` file: `facts` as texts, `fact_hidden`, `features`, `expected_core`.

    `labels` is a JSON file that says, by system and fact, what each fact is about.
    """
    about = json.loads(labels.read_text(encoding="utf-8")) if labels else {}
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marks = about.get(row["id"], [{}] * len(row["facts"]))
        found.append(
            LabelledSystem(
                id=row["id"],
                kind=row["kind"],
                description=row["description"],
                facts=tuple(
                    Known(text=text, hidden=hidden, **mark)
                    for text, hidden, mark in zip(
                        row["facts"], row["fact_hidden"], marks, strict=True
                    )
                ),
                features={k: v for k, v in row["features"].items() if v is not None},
                expect=tuple(dict.fromkeys(map(parent, row["expected_core"]))),
                impossible=tuple(row["inapplicable_atlas"]),
            )
        )
    return tuple(found)


def parent(technique: str) -> str:
    """The id of a technique without the number of a sub-technique."""
    return ".".join(technique.split(".")[:2])
