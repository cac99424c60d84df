"""Threats, their ratings, what stands against them, and the verdicts they come from."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.catalogue import Reference
from threatwright.model.terms import (
    Coverage,
    Dimension,
    Effect,
    Level,
    MitigationStatus,
    Origin,
    Outcome,
    Stage,
    Status,
    Stride,
)


class Step(Value):
    """One step of an attack path: where the attacker's content or hand is, and how it got there."""

    element: str
    name: str
    via: str | None = None
    """The flow that led here; None at the entry point."""
    text: str
    technique: Reference | None = None
    """What the attacker does along the way, before the harm that the threat's references name."""


class Evidence(Value):
    """What a threat, or a part of it, rests on."""

    kind: str
    """`pattern`, `answer`, `document`, `assumed`, `entry`, `finding` …"""
    ref: str
    text: str


class AppliedMitigation(Value):
    """A mitigation as it stands against one threat in this system."""

    id: str
    title: str
    status: MitigationStatus
    effect: Effect
    coverage: Coverage
    at: tuple[str, ...] = ()
    """The elements where it acts, or would act."""
    publisher: str = ""
    """The organisation whose entry it is; empty for ours."""
    reason: str = ""
    """What a person says shows it to be in place, or why it is not done."""
    owner: str = ""
    due: date | None = None
    probed: str = ""
    """What probes say of it here: `did not hold`, `verified by probe`; empty where they do not."""


class Band(Value):
    """How far a rating could move, from 1 to 5, by what is open."""

    least: int = Field(ge=1, le=5)
    most: int = Field(ge=1, le=5)

    def __str__(self) -> str:
        return f"{self.least} to {self.most}"


class ByRule(Value):
    """What a threat says by itself, where somebody worded or rated it for this system."""

    title: str
    scenario: str
    likelihood: int = Field(ge=1, le=5)
    impact: int = Field(ge=1, le=5)


class Threat(Value):
    """One threat to one element."""

    id: str
    pattern: str | None = None
    element: str
    stride: tuple[Stride, ...]
    title: str
    scenario: str
    stage: Stage
    attack_path: tuple[Step, ...] = ()
    assumptions: tuple[str, ...] = ()
    likelihood: int = Field(ge=1, le=5)
    likelihood_reasons: tuple[str, ...] = ()
    impact: int = Field(ge=1, le=5)
    impact_reasons: tuple[str, ...] = ()
    likelihood_band: Band | None = None
    """How far open facts could move the likelihood; None where none is open that could."""
    impact_band: Band | None = None
    """The same of the impact."""
    impacts: dict[Dimension, int] = Field(default_factory=dict)
    """The impact in each dimension, where a rule rated it: the impact is the worst of them."""
    actors: tuple[str, ...] = ()
    """Ids of the actor profiles whose threat it is, the one first that it is rated against."""
    risk: int = Field(ge=1, le=25)
    level: Level
    residual: int = Field(ge=1, le=25)
    """Risk after the controls that are stated to be in place."""
    residual_likelihood: int = Field(ge=1, le=5)
    residual_impact: int = Field(ge=1, le=5)
    residual_reasons: tuple[str, ...] = ()
    confidence: float = Field(ge=0, le=1)
    references: tuple[Reference, ...] = ()
    mitigations: tuple[AppliedMitigation, ...] = ()
    origin: Origin = Origin.PATTERN
    status: Status = Status.PROPOSED
    reason: str = ""
    """The reviewer's reason for the status."""
    owner: str = ""
    due: date | None = None
    """Until when its owner is to have done what was agreed."""
    until: date | None = None
    """The last day on which its acceptance counts; None where it does not expire."""
    evidence: tuple[Evidence, ...] = ()
    not_when: str = ""
    """When it would not apply, for the reviewer."""
    by_rule: ByRule | None = None
    """What the pattern itself says; None where a language model did not say it otherwise."""
    proposed: ByRule | None = None
    """What the draft proposes now, where a person worded or rated it otherwise."""
    dispute: str = ""
    """Why a language model holds that it is no threat here. A reviewer decides."""
    duplicate_of: str = ""
    """The id of a threat that says the same. Where a language model found that, and nobody decided
    on it, a reviewer does."""
    notes: tuple[str, ...] = ()
    """What a reviewer should know of how it came to read so."""
    inherited: str = ""
    """The prefix of the model file that it comes from, and is decided in; empty for one's own."""


def by_risk(threat: Threat) -> tuple[int, float, str]:
    """The one order of threats: risk, then confidence, highest first, then id."""
    return (-threat.risk, -threat.confidence, threat.id)


class StaleDecision(Value):
    """A decision about what is no threat any more. It is kept, and counts again if that returns."""

    threat: str
    title: str
    status: Status
    reason: str = ""
    owner: str = ""
    entry: int
    """The number of the decision in the journal."""
    cause: str = ""
    """What took its grounds away: `answer:7`, `document:design.md`, `knowledge` …; empty where it
    is not known."""
    because: str
    """The same in words."""


class Verdict(Value):
    """What was found when a pattern was held against an element."""

    pattern: str
    element: str
    outcome: Outcome
    because: str = ""
    """In words, with names and sources."""
    support: tuple[str, ...] = Field(default=(), exclude=True)
    """What decided it: `fact:ELEMENT.KEY`, `element:ID`, `flow:ID`, `reach:…`. Like the rest here
    it is worked out anew with the system, and not written to a file."""
    assumed: tuple[str, ...] = Field(default=(), exclude=True)
    """The part of the support that was only assumed."""
    unknown: tuple[str, ...] = Field(default=(), exclude=True)
    """What would have to be known: for not assessed, "would apply if"."""


class CoverageCell(Value):
    """One element × STRIDE category: is there a threat, and if not, why not."""

    element: str
    stride: Stride
    outcome: Outcome
    threats: tuple[str, ...] = ()
    because: str = ""


class Gap(Value):
    """Something about the model itself that a reviewer should see first."""

    id: str
    text: str
    fix: str
