"""The vocabulary: kinds of component, facts worth knowing, and the words that state them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from threatwright.model.base import Slug, Value
from threatwright.model.conditions import as_word
from threatwright.model.organisation import Published
from threatwright.model.terms import (
    ComponentKind,
    Coverage,
    FactClass,
    Role,
    Stage,
    TrustLevel,
)

FactKey = str


class Cue(Value):
    """Words in a text that mean something. Matched on word stems, negation respected.

    In a phrase, `a|b` stands for either word, `@name` for any word of that group of the vocabulary,
    `…` for up to six words in between, and `=word` for the word in exactly this form, capitals
    included where it has any. A word with a capital is a
    proper name, except an acronym in exact form (`=LLM`).
    """

    words: tuple[str, ...] = Field(min_length=1)
    """Any of these phrases."""
    with_: tuple[str, ...] = Field(default=(), alias="with")
    """…but only if one of these stands in the same sentence."""
    unless: tuple[str, ...] = ()
    """…and none of these does."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """A bare phrase or list of phrases is a cue without conditions."""
        if isinstance(value, str):
            return {"words": (value,)}
        return {"words": value} if isinstance(value, list | tuple) else value


class KindEntry(Value):
    """A component kind: what it is called and how it is recognised."""

    kind: ComponentKind
    name: str
    description: str
    element: Literal["external-entity", "process", "data-store"]
    """Its role in STRIDE per element."""
    stage: Stage
    is_ai: bool = False
    """Whether a component of this kind makes a system an AI system."""
    gate: FactKey | None = None
    """The system gate that says whether such a component can exist."""
    zone: TrustLevel = TrustLevel.TRUSTED
    """The zone it stands in unless something else is said."""
    cues: tuple[Cue, ...] = ()
    several: bool = False
    """Whether different names mean different components ("customers", "analysts"). Otherwise all
    generic names in a text are taken for the same one."""
    unrelated: tuple[str, ...] = ()
    """Phrases that hold one of its words and mean something else ("travel agent")."""
    related: tuple[Cue, ...] = ()
    """Words that call for one only together with other signs (left to the archetypes)."""


class Choice(Value):
    """One possible value of a fact."""

    value: str
    label: str
    coverage: Coverage | None = None
    """For a control: how far the value means it is in place."""
    unsafe: int = 0
    """How unsafe the value is beside the others, for taking the worse side of a conflict."""
    cues: tuple[Cue, ...] = ()
    broad: tuple[Cue, ...] = ()
    """Wide constructions, believed only where the whole sentence sounds like the fact."""

    _words = field_validator("value", mode="before")(as_word)


class FactEntry(Published):
    """A fact worth knowing: its question, its choices, and the words that state it."""

    key: FactKey = Field(pattern=r"^[a-z0-9_]+$")
    fact_class: FactClass = Field(alias="class")
    applies_to: tuple[ComponentKind, ...] = ()
    """Kinds that have it. Empty: it is a fact of the system as a whole, or of flows."""
    on: Literal["component", "flow", "system"] = "component"
    is_gate: bool = Field(default=False, alias="gate")
    """One of the few facts that decide what there is to ask at all."""
    name: str
    """A short name, for tables: "Caller authentication"."""
    question: str
    """May hold {element}; never as what a verb agrees with: a name may be a plural."""
    asked_of: dict[ComponentKind, str] = Field(default_factory=dict)
    """Kind of component → the question, where it has to be put otherwise."""
    why: str
    """Why it matters, in a sentence."""
    role: Role
    choices: tuple[Choice, ...] = Field(min_length=2)
    usual: str | None = None
    """The usual answer, proposed to be confirmed. Never a favourable one for a control."""
    topic: tuple[Cue, ...] = ()
    """Words for the thing itself. Denied, they state `none` or `no`; affirmed, they state `yes`
    where that is a choice, and nothing about the degree of a control."""
    unrelated: tuple[str, ...] = ()
    """Phrases that hold one of its words and mean something else ("staff training")."""
    likely: float = Field(default=0.5, gt=0, le=1)
    """How often such a capability or exposure is there where a description says nothing of it."""
    rare_with: tuple[ComponentKind, ...] = ()
    """Kinds of component beside which it is seldom there, if nobody mentions it."""
    apart: tuple[str, ...] = ()
    """Phrases that the wide constructions of its choices are kept from."""
    within: FactKey | None = None
    """A gate that a document must open too before its words are believed: without a language model
    in it, a text that speaks of tools or memory speaks of something else."""
    after: FactKey | None = None
    """A fact of the same element that is asked about first: its answer may tell this one, too, or
    make an end of it."""
    settles: dict[str, dict[FactKey, str]] = Field(default_factory=dict)
    """value → other facts of the same element that follow from it."""

    _words = field_validator("usual", "settles", mode="before")(
        lambda value: (
            {
                as_word(k): {f: as_word(v) for f, v in (facts or {}).items()}
                for k, facts in value.items()
            }
            if isinstance(value, dict)
            else as_word(value)
        )
    )

    def question_of(self, kind: ComponentKind) -> str:
        """The question to ask of a component of a kind."""
        return self.asked_of.get(kind, self.question)

    def choice(self, value: str | None) -> Choice | None:
        """The choice with this value."""
        return next((c for c in self.choices if c.value == value), None)

    @cached_property
    def offered(self) -> tuple[Choice, ...]:
        """The choices as a question offers them: without what only the reading of text needs."""
        return tuple(c.model_copy(update={"cues": (), "broad": ()}) for c in self.choices)


class ClassifierWeights(Value):
    """What words say for each choice of each fact (`engine/reading/classifying.py`), in tenths."""

    facts: dict[FactKey, dict[str, int]] = Field(default_factory=dict)
    """Fact → choice → what speaks for it before any word is heard. Their order numbers them."""
    words: dict[str, Annotated[str, Field(pattern=r"^\d+( \d+:-?\d+)*$")]] = Field(
        default_factory=dict
    )
    """Word stem or group → how rare it is, then its weight for each choice, by number: `61 3:-12`.

    As text, since a sentence needs few of the many.
    """


class DescribedGate(Value):
    """What the words of a whole description say for one gate, in log-odds."""

    before: float
    """Before any word is read."""
    words: dict[str, float]
    """Word stem or group → by how much it moves them, if it stands in the text."""


class Theme(Value):
    """Facts that belong together, so that one question may ask for all that are open."""

    id: Slug
    facts: tuple[FactKey, ...] = Field(min_length=1, max_length=3)
    """Three at most: people answer one part of a longer question and forget the rest."""


class TellingOf(Value):
    """How often people can say something of one fact that their description leaves out."""

    share: float = Field(ge=0, lt=1)
    """Of all systems."""
    least: float = Field(default=0.0, ge=0, le=1)
    """However it is with the others."""
    gates: dict[FactKey, float] = Field(default_factory=dict)
    """By how much the log-odds are higher where the gate is open than where it is closed."""


class Telling(Value):
    """How often people can say something of a fact that their description leaves out, 0 to 1."""

    others: float = Field(default=0.2, gt=0, le=1)
    """For a fact that is not listed."""
    gates: dict[FactKey, float] = Field(default_factory=dict)
    """Gate → the share of systems in which it is open."""
    facts: dict[FactKey, TellingOf] = Field(default_factory=dict)

    def of(self, key: FactKey, known: Mapping[FactKey, bool]) -> float:
        """How often, in systems of which these gates are known to be open or closed."""
        found = self.facts.get(key)
        if found is None:
            return self.others
        odds = found.share / (1 - found.share)
        for gate, move in found.gates.items():
            if gate in known:
                odds *= math.exp(move * (known[gate] - self.gates[gate]))
        return max(found.least, odds / (1 + odds))
