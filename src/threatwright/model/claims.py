"""What vendors and teams claim about the safety of an AI system, and what such a claim is worth."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from threatwright.model.base import Slug, Value
from threatwright.model.conditions import Condition, as_word
from threatwright.model.organisation import Published
from threatwright.model.terms import ComponentKind, Role


class StatedByClaim(Value):
    """A fact that the claim states, and the value it has if the claim is true."""

    fact: str
    fully: str
    """If it holds for everything that it is said of, and no less than said."""
    partly: str | None = None
    """If only a part of it holds; None where that would be nothing."""
    kinds: tuple[ComponentKind, ...] = ()
    """Of such components only; empty: of all that have the fact."""

    _words = field_validator("fully", "partly", mode="before")(as_word)


class Confusion(Value):
    """Patterns that a claim is commonly believed to bear on, and why it does less than that."""

    patterns: tuple[Slug, ...] = Field(min_length=1)
    because: str


class Contradiction(Value):
    """What would make the claim untrue of a system where it is stated of an element."""

    if_: Condition = Field(alias="if")
    because: str


class ClaimQuestion(Value):
    """What to ask whoever makes the claim."""

    question: str
    role: Role
    """Who would know."""


class ClaimEntry(Published):
    """One common claim."""

    id: Slug
    name: str
    """The claim in a sentence, as its makers would put it."""
    is_: str = Field(alias="is")
    """What it really is, and what it is not."""
    said: tuple[str, ...] = Field(min_length=2)
    """Sentences in which it is made: others are recognised by their likeness to these."""
    cues: tuple[str, ...] = ()
    """Phrases that make it, in the notation of `Cue`."""
    unless: tuple[str, ...] = ()
    """…but not in a sentence with one of these."""
    denies: bool = False
    """Whether it denies something itself ("nothing is stored"): no negation then takes it back."""
    states: tuple[StatedByClaim, ...] = ()
    mitigations: tuple[str, ...] = ()
    """Mitigations that it is, beyond those whose control it states."""
    nothing: str = ""
    """Why it bears on no threat, where it states nothing and is no mitigation."""
    limits: tuple[Confusion, ...] = ()
    """On these it bears, and less than it sounds."""
    untouched: tuple[Confusion, ...] = ()
    """On these it does not bear at all."""
    against: tuple[Contradiction, ...] = ()
    evidence: tuple[str, ...] = Field(min_length=1)
    """What would support it."""
    ask: tuple[ClaimQuestion, ...] = Field(min_length=3, max_length=6)
    false_if: str
    """What would show that it is not so."""
    references: tuple[str, ...] = ()
    """As patterns write them: `AML.M0003`, `LLM01:2026`."""

    @model_validator(mode="before")
    @classmethod
    def _short_questions(cls, value: Any) -> Any:
        """`ask` may be `{ROLE: QUESTION}` items, which read better in a file."""
        if not isinstance(value, dict) or not isinstance(value.get("ask"), list | tuple):
            return value
        return {**value, "ask": [_question(item) for item in value["ask"]]}

    @model_validator(mode="after")
    def _bears_on_something_or_says_why_not(self) -> ClaimEntry:
        if bool(self.states or self.mitigations) == bool(self.nothing):
            raise ValueError(
                "say what it states or which mitigation it is, or else in `nothing` why it bears "
                "on no threat"
            )
        return self


def _question(item: Any) -> Any:
    if isinstance(item, dict) and len(item) == 1:
        ((role, question),) = item.items()
        return {"role": role, "question": question}
    return item
