"""What differs between two states of a threat model, and what brought each change about.

`threatwright diff --json` prints a `Difference`: its fields are a contract (`docs/diff.md`).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.terms import Coverage, Level, Status


class Became(StrEnum):
    """What has become of something."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


class CauseKind(StrEnum):
    """What brings a change about."""

    ANSWER = "answer"
    CORRECTION = "correction"
    """Somebody confirmed, added, removed or renamed an element."""
    DECISION = "decision"
    FINDING = "finding"
    """The endpoint was probed, or somebody ruled on what that made suspect."""
    RETRACTION = "retraction"
    """An entry of the journal does not count any more, or is not there any more."""
    LANGUAGE_MODEL = "language-model"
    DOCUMENT = "document"
    """A description or an imported system."""
    EDIT = "edit"
    """The model file was edited by hand, or a person stated or edited a threat."""
    INHERITED = "inherited"
    KNOWLEDGE = "knowledge"
    """Patterns, catalogues, vocabulary or the risk table are of another release."""


class Ground(Value):
    """Something about the system that changed, and that a threat rests on."""

    id: str
    """`fact:ELEMENT.KEY`, `element:ID`, `flow:ID`, `zone:ID`, `asset:ID`, `pattern:ID`."""
    text: str


class Cause(Value):
    """One thing that was done to the record of a model, or to what is known."""

    kind: CauseKind
    ref: str
    """`answer:7`, `decision:9`, `document:design.md`, `inherited:platform`, `knowledge` …"""
    text: str
    by: str = ""
    at: str = ""
    """When (ISO 8601, UTC), where that was kept."""
    through: tuple[Ground, ...] = ()
    """Of what it changed in the system, that which bears on what is told here."""


class PartChange(Value):
    """A part of the system, a fact or a field of the scope that is not as it was."""

    what: Literal["system", "scope", "boundary", "component", "flow", "asset", "endpoint", "fact"]
    id: str
    """Of a fact `ELEMENT.KEY`; of the system or the scope the name of the field."""
    name: str
    became: Became
    before: str = ""
    """In words; empty where it was not there, or nothing was said."""
    after: str = ""
    causes: tuple[Cause, ...] = ()


class Aspect(StrEnum):
    """What of a threat has changed."""

    RISK = "risk"
    """Likelihood or impact, before controls."""
    RESIDUAL = "residual"
    TEXT = "text"
    """Title or scenario."""
    DECISION = "decision"
    MITIGATIONS = "mitigations"
    ASSUMPTIONS = "assumptions"
    PATH = "path"
    REFERENCES = "references"
    DOUBT = "doubt"
    """What a language model disputes, or holds to be a duplicate."""


class ThreatState(Value):
    """A threat as it stands in one of the two states."""

    title: str
    scenario: str
    likelihood: int
    impact: int
    risk: int
    level: Level
    residual: int
    residual_level: Level
    status: Status
    reason: str = ""
    owner: str = ""
    assumptions: tuple[str, ...] = ()


class ThreatChange(Value):
    """A threat that is new, gone or not as it was."""

    id: str
    title: str
    element: str
    inherited: str = ""
    """The prefix of the model file that it comes from; empty for the model's own."""
    became: Became
    before: ThreatState | None = None
    after: ThreatState | None = None
    changed: tuple[Aspect, ...] = ()
    """Of a threat that is in both."""
    causes: tuple[Cause, ...] = ()
    """In the order in which they came. None where the two records alone do not tell."""

    @property
    def weight(self) -> tuple[int, int, str]:
        """By which the gravest comes first."""
        state = self.after or self.before
        assert state is not None
        return -state.risk, -state.residual, self.id


class CoverageChange(Value):
    """A mitigation whose coverage is another, against threats that are in both states."""

    mitigation: str
    title: str
    before: Coverage | None
    """None where it was not named against them."""
    after: Coverage | None
    at: tuple[str, ...] = ()
    """The elements where it acts."""
    threats: tuple[str, ...]
    causes: tuple[Cause, ...] = ()


class DecisionState(Value):
    """What a reviewer decided about a threat."""

    status: Status
    reason: str = ""
    owner: str = ""
    due: date | None = None
    until: date | None = None
    """The last day on which an acceptance counts."""
    duplicate_of: str = ""
    by: str = ""
    at: str = ""


class DecisionChange(Value):
    """A decision that is new, another, or taken back; or whose grounds have changed."""

    threat: str
    title: str
    before: DecisionState | None = None
    after: DecisionState | None = None
    stale: str = ""
    """Why a decision that still counts should be looked at again."""
    causes: tuple[Cause, ...] = ()


class GapChange(Value):
    """Something that the model began or ceased to be missing."""

    id: str
    text: str
    became: Became
    causes: tuple[Cause, ...] = ()


class Side(Value):
    """One of the two states."""

    file: str
    """As it was named."""
    model: str
    """Its id."""
    name: str
    threats: int
    entries: int
    """Of its journal."""
    knowledge: str
    """Digest of the knowledge base that what is compared follows from."""
    organisation: str = ""
    editions: dict[str, str] = Field(default_factory=dict)


class Difference(Value):
    """All that differs. Each list has the gravest first."""

    format: Literal["threatwright-diff/1"] = "threatwright-diff/1"
    old: Side
    new: Side
    notes: tuple[str, ...] = ()
    """What a reader should know of how they were compared."""
    done: tuple[Cause, ...] = ()
    """What was done between the two, in order, whether or not it changed anything."""
    system: tuple[PartChange, ...] = ()
    threats: tuple[ThreatChange, ...] = ()
    decisions: tuple[DecisionChange, ...] = ()
    mitigations: tuple[CoverageChange, ...] = ()
    gaps: tuple[GapChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether both come to the same."""
        return not (self.system or self.threats or self.decisions or self.mitigations or self.gaps)
