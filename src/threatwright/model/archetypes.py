"""Archetypes: fragments of systems, and the words that call for them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pydantic import Field, field_validator

from threatwright.model.base import Slug, Value
from threatwright.model.conditions import as_word
from threatwright.model.organisation import Published
from threatwright.model.terms import (
    ComponentKind,
    Movement,
    Sensitivity,
    TrustLevel,
)
from threatwright.model.vocabulary import Cue, FactKey


class FragmentBoundary(Value):
    """A zone that an archetype proposes."""

    id: Slug
    name: str
    trust: TrustLevel
    parent: Slug | None = None


class FragmentComponent(Value):
    """A component that an archetype proposes. One of its kind that was read stands in for it."""

    id: Slug
    name: str
    kind: ComponentKind
    boundary: Slug
    facts: dict[FactKey, str] = Field(default_factory=dict)
    """Proposed values, to be confirmed. Never a control in place."""
    optional: bool = False
    """Only joined in where there is one of the kind already; never added by itself."""
    or_: tuple[ComponentKind, ...] = Field(default=(), alias="or")
    """Other kinds that stand in for it where one was read ("a web app, or a mobile app")."""
    names: tuple[str, ...] = ()
    """Of its own kind, only one whose name has such a head noun stands for it; any if empty."""
    each: bool = False
    """Stands for every such component (all tools, all users), not only for one."""

    @field_validator("facts", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return {k: as_word(v) for k, v in value.items()} if isinstance(value, dict) else value


class FragmentFlow(Value):
    """A flow that an archetype proposes, between components of the same archetype."""

    source: Slug
    target: Slug
    carries: str
    movement: Movement = Movement.CALL
    unless: tuple[Slug, ...] = ()
    """Not drawn where one of these components of the fragment is there ("unless by a gateway")."""


class FragmentAsset(Value):
    """Something worth protecting that such a system usually has."""

    id: Slug
    name: str
    sensitivity: Sensitivity
    held_by: tuple[Slug, ...]
    cues: tuple[Cue, ...] = ()
    """Words that show it is there. Without any, it comes with the archetype."""


class Archetype(Published):
    """A fragment of a system: proposed where its words are found; several combine."""

    id: Slug
    title: str
    description: str
    cues: tuple[Cue, ...] = ()
    """Any of these calls for it."""
    gates: dict[FactKey, str] = Field(default_factory=dict)
    """…or these gates of the system being so (all of them)."""
    kinds: tuple[ComponentKind, ...] = ()
    """…or a component of one of these kinds having been read."""
    presumes: dict[FactKey, str] = Field(default_factory=dict)
    """Gates that must be known to be so before its words count: by themselves they are too common
    ("the agent uses a tool" may be said in any call centre)."""
    needs: dict[FactKey, str] = Field(default_factory=dict)
    """Gates that must not say otherwise."""
    not_with: tuple[Slug, ...] = ()
    """Archetypes that say the same more closely: if one of them is called for, this one is not."""
    facts: dict[FactKey, str] = Field(default_factory=dict)
    """Proposed facts of the system as a whole."""
    boundaries: tuple[FragmentBoundary, ...] = ()
    components: tuple[FragmentComponent, ...] = ()
    flows: tuple[FragmentFlow, ...] = ()
    assets: tuple[FragmentAsset, ...] = ()

    @cached_property
    def decides(self) -> frozenset[FactKey]:
        """Facts of the system that it rests on or brings."""
        return frozenset((*self.gates, *self.needs, *self.facts))

    @field_validator("gates", "presumes", "needs", "facts", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return {k: as_word(v) for k, v in value.items()} if isinstance(value, dict) else value
