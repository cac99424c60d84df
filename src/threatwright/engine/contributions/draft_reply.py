"""What a language model may reply about a component: small types, closed anew for each call.

A threat, an element, a catalogue entry, a mitigation or a fact that the brief does not name cannot
validate. The fields that say why stand before those that say how much: who writes them in that
order has thought first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from threatwright.model.base import Value
from threatwright.model.brief import Brief
from threatwright.model.terms import Stride

Degree = Literal[1, 2, 3, 4, 5]


class Told(Value):
    """How a threat goes, in four sentences."""

    title: str
    source: str
    """Who acts."""
    prerequisites: str
    """What they need to have first."""
    action: str
    """What they do, through what."""
    consequence: str
    """What follows for whom."""


class Weighed(Told):
    """The same with ratings, before any control."""

    likelihood_because: str
    likelihood: Degree
    impact_because: str
    impact: Degree


class OfCandidate(Value):
    """What is said of a candidate."""

    threat: str


class TailoredThreat(Weighed, OfCandidate):
    """A candidate, worded and rated for this system. Empty texts leave its words as they are."""


class DisputedThreat(OfCandidate):
    """A candidate that is held to be no threat here."""

    because: str


class DoubtedPart(Value):
    """A fact or a part of the system that was misread."""

    about: str
    because: str
    words: str
    """What the text says, word for word; empty where it says nothing."""


class OfTarget(Value):
    """What is said of an element. A class of its own, as fields of the last base come first."""

    target: str
    category: Stride


class AddedThreat(Weighed, OfTarget):
    """A threat that no candidate covers."""

    references: tuple[str, ...]
    mitigations: tuple[str, ...]
    rests_on: tuple[str, ...]


class DraftReply(Value):
    """All that is said about one component. Each list may be empty."""

    tailored: tuple[TailoredThreat, ...]
    disputed: tuple[DisputedThreat, ...]
    added: tuple[AddedThreat, ...]
    doubted: tuple[DoubtedPart, ...] = ()


def reply_type(brief: Brief) -> type[DraftReply]:
    """The type of a reply to a brief, with every id in a closed set."""
    candidates = [candidate.id for candidate in brief.candidates]
    tailored = closed(TailoredThreat, threat=candidates)
    disputed = closed(DisputedThreat, threat=candidates)
    added = closed(
        AddedThreat,
        target=brief.targets,
        references=[entry.label for entry in brief.entries],
        mitigations=[control.id for control in brief.mitigations],
        rests_on=[*(known.id for known in brief.facts), *(flow.id for flow in brief.flows)],
    )
    doubted = closed(DoubtedPart, about=brief.doubtable)
    return create_model(
        "DraftReply",
        __base__=DraftReply,
        tailored=(several(tailored, candidates), ...),
        disputed=(several(disputed, candidates), ...),
        added=(tuple[added, ...], ...),  # type: ignore[valid-type]
        doubted=(several(doubted, brief.doubtable), ()),
    )


def closed(base: type[Value], **sets: Sequence[str]) -> type[Value]:
    """The type with the texts of some fields confined to sets."""
    fields = {name: (_confined(base, name, allowed), ...) for name, allowed in sets.items()}
    return create_model(base.__name__, __base__=base, **fields)  # type: ignore[call-overload, no-any-return]


def _confined(base: type[Value], name: str, allowed: Sequence[str]) -> Any:
    is_text = base.model_fields[name].annotation is str
    if not allowed:
        return str if is_text else none_of(str)
    one = Literal[tuple(allowed)]  # type: ignore[valid-type]
    return one if is_text else tuple[one, ...]  # type: ignore[valid-type]


def several(type_: Any, allowed: Sequence[str]) -> Any:
    """A list of what there is a set for; an empty one where the set is empty."""
    return tuple[type_, ...] if allowed else none_of(type_)


def none_of(type_: Any) -> Any:
    """A list that stays empty."""
    return Annotated[tuple[type_, ...], Field(max_length=0)]
