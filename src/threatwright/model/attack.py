"""Attack paths in full: each step with what is done, by which technique, and what stands there."""

from __future__ import annotations

from enum import StrEnum

from threatwright.model.base import Value
from threatwright.model.catalogue import Reference
from threatwright.model.terms import Effect, Effort, Level, MitigationStatus


class Move(StrEnum):
    """What an attacker does in a step."""

    PREPARE = "prepare"
    """Beforehand, away from the system."""
    ENTER = "enter"
    MOVE = "move"
    """From one element to the next, with what a flow carries."""
    ACT = "act"
    """At the element that is attacked, before the harm."""
    HARM = "harm"
    LEAVE = "leave"
    """What is taken goes out, along a flow."""


class Technique(Value):
    """A technique of ATLAS, and the tactics that ATLAS counts it among."""

    reference: Reference
    tactics: tuple[Reference, ...] = ()


class Control(Value):
    """A mitigation as it stands on a step."""

    id: str
    title: str
    effect: Effect
    status: MitigationStatus
    cuts: bool
    """Whether it prevents and is shown to be in place: only that cuts a path."""


class PathStep(Value):
    """One step of an attack path."""

    move: Move
    element: str
    name: str
    via: str | None = None
    """The flow that leads here."""
    text: str
    """What the attacker does, in plain words."""
    techniques: tuple[Technique, ...] = ()
    """None where no technique of ATLAS is what is done: content that moves as it always does."""
    controls: tuple[Control, ...] = ()


class Cut(Value):
    """A mitigation at a place. The same control at two elements is work twice."""

    mitigation: str
    title: str
    element: str
    name: str
    """Of the element."""


class AttackPath(Value):
    """One way in which a threat comes about, from entry point to harm."""

    id: str
    """Of the threat, and a number: `T-model-extraction@scoring-api/1`."""
    threat: str
    title: str
    risk: int
    residual: int
    level: Level
    """Of the residual risk."""
    steps: tuple[PathStep, ...]
    assets: tuple[str, ...] = ()
    """Ids of the assets that are held where it ends."""
    cut_by: tuple[Cut, ...] = ()
    """What cuts it today."""
    could_cut: tuple[Cut, ...] = ()
    """What would cut it, were it shown to be in place."""


class Choice(Value):
    """A mitigation of a cut set, and why it was chosen."""

    cut: Cut
    effort: Effort | None
    """None where the knowledge base does not know the mitigation any more."""
    cuts: tuple[str, ...]
    """Ids of the paths that it cuts and nothing chosen before it does."""
    because: str


class CutSet(Value):
    """What would cut the paths that end where an asset is held."""

    asset: str
    """Its id; empty for all paths of the model."""
    name: str
    paths: int
    cut: tuple[str, ...]
    """Ids of the paths that are cut already."""
    chosen: tuple[Choice, ...]
    """Greedily: small, but not always the smallest."""
    uncut: tuple[str, ...]
    """Ids of the paths that nothing here prevents, only hinders or detects."""


class Attacks(Value):
    """All attack paths of a model, the highest risk first, and what cuts them."""

    paths: tuple[AttackPath, ...]
    further: dict[str, int]
    """Threat → ways that are there besides those shown."""
    cut_sets: tuple[CutSet, ...]
    """One for each asset that a path ends at, most sensitive first, and one for all paths."""
