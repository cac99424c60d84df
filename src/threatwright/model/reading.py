"""What was read out of a text: mentions, not yet a system. Each keeps the words it rests on."""

from __future__ import annotations

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.facts import Provenance
from threatwright.model.terms import ComponentKind, Movement


class Mention(Value):
    """A component that the text names."""

    kind: ComponentKind
    name: str
    """A name to show, in the text's own words ("Feast", "review queue")."""
    component: str = ""
    """The id of the inherited component that is meant; empty where that is not said."""
    sentence: int
    """Index of the sentence, for telling which mentions stand together."""
    provenance: Provenance


class SaidFact(Value):
    """A fact that the text states, about the system or about components of some kinds."""

    key: str
    value: str
    sentence: int
    near: tuple[str, ...] = ()
    """Names of the mentions in the same sentence that may carry it, nearest first."""
    hedged: bool = False
    surmised: bool = False
    """Nobody asked and no phrase says it; its words are like those by which people do."""
    provenance: Provenance


class Called(Value):
    """An archetype that the text calls for."""

    archetype: str
    provenance: Provenance


class Link(Value):
    """Two mentions that one sentence joins by a verb of movement."""

    source: str
    target: str
    carries: str
    movement: Movement = Movement.CALL
    provenance: Provenance


class Denied(Value):
    """A component kind that the text says is not there."""

    kind: ComponentKind
    provenance: Provenance


class Reading(Value):
    """Everything read out of one text."""

    name: str = ""
    """The system's name, from a title, if there is one."""
    purpose: str = ""
    """The first sentence, shortened."""
    mentions: tuple[Mention, ...] = ()
    facts: tuple[SaidFact, ...] = ()
    called: tuple[Called, ...] = ()
    links: tuple[Link, ...] = ()
    denied: tuple[Denied, ...] = ()
    assets: dict[str, Provenance] = Field(default_factory=dict)
    """Ids of archetype assets whose words were found."""
