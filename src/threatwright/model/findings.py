"""What probing found: consent, results by family, verdicts by threat, as the journal keeps them."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from threatwright.model.base import Value
from threatwright.model.origins import Origin
from threatwright.model.probe_scope import Environment
from threatwright.model.probes import Family, Shows
from threatwright.model.recorded import Recorded


class Consent(Value):
    """Somebody agreed that a plan is run. Only the consent step makes one; a probe needs one."""

    plan: str
    """SHA-256 of the plan."""
    scope: str
    """SHA-256 of the scope file."""
    origin: Origin
    is_typed: bool
    """Whether the origin was typed out; it has to be where it is not this machine."""
    environment: Environment
    authorised_by: str
    """As the scope file says."""
    until: AwareDatetime
    """When the window of the scope closes."""


class Tried(StrEnum):
    """How a threat stands after it was tried."""

    CONFIRMED = "confirmed"
    """At least one exact hit, seen again when it was replayed."""
    SUSPECTED = "suspected"
    """A judge holds it to be shown, or an exact hit was not seen again; a person has to look."""
    NOT_OBSERVED = "not-observed"
    """No hit, all controls green; true of the families named, up to the bound."""
    BLOCKED = "blocked"
    """Not observed, and the endpoint signalled that a control stopped it."""
    INCONCLUSIVE = "inconclusive"
    """A control failed, too many errors, or the budget was spent."""


class FamilyResult(Value):
    """What the probes of one family came to, for one threat."""

    family: Family
    probes: tuple[str, ...]
    payloads: int = Field(ge=0)
    """Different ones that were sent."""
    trials: int = Field(ge=0)
    """Answered ones; errors are not among them."""
    hits: int = Field(ge=0)
    """Exact ones."""
    replays: int = Field(default=0, ge=0)
    replayed: int = Field(default=0, ge=0)
    """How many of the replays hit again."""
    suspected: int = Field(default=0, ge=0)
    """By a judge alone."""
    refused: int = Field(default=0, ge=0)
    """Answered with a refusal."""
    blocked: int = Field(default=0, ge=0)
    """Stopped with a signal: a filter's finish reason, a status that the scope names."""
    errors: int = Field(default=0, ge=0)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    """Wilson interval, 95 %, of the rate of hits among the payloads, or the repeats of one."""


class Control(Value):
    """A check on the probe itself."""

    name: Literal["liveness", "negative", "positive"]
    passed: bool
    because: str = ""
    probe: str = ""
    """The id of the probe whose scorer was checked; empty where it is about the endpoint."""


class Measured(Value):
    """A figure of a predictive endpoint beside its reference."""

    name: str
    """`flip rate`, `agreement`, `AUC` …"""
    value: float
    low: float
    high: float
    reference: float
    """What it would be if nothing were wrong."""
    reference_name: str
    n: int = Field(ge=0)
    family: Family | None = None
    """What it was measured with; None where that was not taken down."""

    @property
    def is_above(self) -> bool:
        """Whether it is above its reference with 95 % confidence."""
        return self.low > self.reference


class Finding(Value):
    """What was found about one threat."""

    threat: str
    verdict: Tried
    shows: Shows
    because: str
    """In a sentence, with figures."""
    families: tuple[FamilyResult, ...] = ()
    measured: tuple[Measured, ...] = ()
    blocked_by: str = ""
    """The id of the mitigation that stopped it, where an on/off comparison shows which."""
    evidence: tuple[str, ...] = ()
    """Ids of records in the run folder that it rests on, the first dozen of them."""


class Spent(Value):
    """What one side of a run took."""

    requests: int = Field(default=0, ge=0)
    retries: int = Field(default=0, ge=0)
    """Of the requests, so many were sent again."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    """None where the endpoint does not say."""
    seconds: float | None = None


class Consented(Recorded):
    """Consent to a run of probes was given."""

    type: Literal["consented"] = "consented"
    consent: Consent


class Probed(Recorded):
    """A run of probes ended."""

    type: Literal["probed"] = "probed"
    run: str
    """The name of the run folder."""
    element: str
    origin: Origin
    fingerprint: str
    """SHA-256 of what the endpoint is: origin, path, model named and model that answered."""
    known: tuple[str, ...] = ()
    """What was known of the component then, as `ELEMENT.KEY=VALUE`."""
    plan: str
    scope: str
    is_complete: bool
    """Whether everything planned was sent."""
    ended: str = ""
    """Why it ended before that."""
    controls: tuple[Control, ...] = ()
    """Of the endpoint; of probes those that failed."""
    findings: tuple[Finding, ...] = ()
    target: Spent = Field(default_factory=Spent)
    attacker: Spent = Field(default_factory=Spent)
    judge: Spent = Field(default_factory=Spent)
    versions: dict[str, str] = Field(default_factory=dict)
    """`pyrit`, `threatwright`, `knowledge` … → version."""
    chain: str = ""
    """The last hash of the run's evidence."""


class Ruled(Recorded):
    """A person looked at a suspected finding and said what it is."""

    type: Literal["ruled"] = "ruled"
    run: str
    threat: str
    is_confirmed: bool
    reason: str
