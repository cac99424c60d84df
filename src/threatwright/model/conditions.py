"""The closed grammar of pattern conditions. `engine/rules/conditions.py` evaluates it.

    all: [C, …]   any: [C, …]   not: C
    fact: KEY            the element's fact is `yes` (for a structural fact: always so)
    fact: KEY, is: V     …is V              fact: KEY, in: [V, …]   …is one of
    reached_by: LEVEL    content from a zone of that trust or less gets to the element
    discloses_to: LEVEL  content of the element gets to someone of that trust or less
    connected: [KINDS]   a flow joins the element with a component of one of the kinds
    holds: [SENSITIVITY] an asset of one of these sensitivities is held by the element
    trust: [LEVELS]      the element stands in a zone of one of these levels
    crosses_boundary: true    (of a flow) its ends stand in different zones
    system_has: [KINDS]  the system has a component of one of the kinds

KEY is read on the element; `system.KEY`, and for a flow `source.KEY` and `target.KEY`, reach
further.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from threatwright.model.base import Value
from threatwright.model.terms import ComponentKind, Sensitivity, TrustLevel


def as_word(value: Any) -> Any:
    """YAML reads a bare yes or no as a boolean; facts are words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return [as_word(item) for item in value]
    return value


class All(Value):
    """Every part holds."""

    all: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(Value):
    """At least one part holds."""

    any: tuple[Condition, ...] = Field(min_length=1)


class Not(Value):
    """The part does not hold; unknown stays unknown."""

    negated: Condition = Field(alias="not")


class FactIs(Value):
    """A fact has one of the values; without values, it is `yes`, or merely exists if structural."""

    fact: str = Field(pattern=r"^((system|source|target)\.)?[a-z0-9_-]+$")
    is_: str | None = Field(default=None, alias="is")
    in_: tuple[str, ...] = Field(default=(), alias="in")

    _words = field_validator("is_", "in_", mode="before")(as_word)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The accepted values; empty for a bare `fact: KEY`."""
        return (self.is_,) if self.is_ is not None else self.in_

    @cached_property
    def scope(self) -> str:
        """`element`, `system`, `source` or `target`."""
        return self.fact.split(".")[0] if "." in self.fact else "element"

    @cached_property
    def key(self) -> str:
        """The fact's key without its scope."""
        return self.fact.split(".")[-1]


class ReachedBy(Value):
    """Content from a zone of this trust level or less reaches the element."""

    reached_by: TrustLevel


class DisclosesTo(Value):
    """Content of the element reaches somebody of this trust level or less."""

    discloses_to: TrustLevel


class Connected(Value):
    """A flow joins the element with a component of one of the kinds."""

    connected: tuple[ComponentKind, ...] = Field(min_length=1)
    direction: Literal["in", "out", "either"] = "either"
    """Which way the content moves, seen from the element."""


class Holds(Value):
    """The element holds an asset of one of these sensitivities."""

    holds: tuple[Sensitivity, ...] = Field(min_length=1)


class Trust(Value):
    """The element stands in a zone of one of these levels."""

    trust: tuple[TrustLevel, ...] = Field(min_length=1)


class CrossesBoundary(Value):
    """A flow whose ends stand in different zones."""

    crosses_boundary: Literal[True]


class SystemHas(Value):
    """The system has a component of one of the kinds."""

    system_has: tuple[ComponentKind, ...] = Field(min_length=1)


_TAGS = (
    "all",
    "any",
    "not",
    "fact",
    "reached_by",
    "discloses_to",
    "connected",
    "holds",
    "trust",
    "crosses_boundary",
    "system_has",
)


def _tag(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((tag for tag in _TAGS if tag in value), None)
    name = type(value).__name__
    return {
        "All": "all",
        "AnyOf": "any",
        "Not": "not",
        "FactIs": "fact",
        "ReachedBy": "reached_by",
        "DisclosesTo": "discloses_to",
        "Connected": "connected",
        "Holds": "holds",
        "Trust": "trust",
        "CrossesBoundary": "crosses_boundary",
        "SystemHas": "system_has",
    }.get(name)


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[FactIs, Tag("fact")]
    | Annotated[ReachedBy, Tag("reached_by")]
    | Annotated[DisclosesTo, Tag("discloses_to")]
    | Annotated[Connected, Tag("connected")]
    | Annotated[Holds, Tag("holds")]
    | Annotated[Trust, Tag("trust")]
    | Annotated[CrossesBoundary, Tag("crosses_boundary")]
    | Annotated[SystemHas, Tag("system_has")],
    Discriminator(
        _tag,
        custom_error_type="condition",
        custom_error_message="not a condition; one of " + ", ".join(_TAGS) + " is expected",
    ),
]
"""One condition."""


def facts_in(condition: Condition) -> Iterator[FactIs]:
    """The facts that a condition asks about, wherever they stand in it."""
    match condition:
        case All():
            for part in condition.all:
                yield from facts_in(part)
        case AnyOf():
            for part in condition.any:
                yield from facts_in(part)
        case Not():
            yield from facts_in(condition.negated)
        case FactIs():
            yield condition
        case _:
            return
