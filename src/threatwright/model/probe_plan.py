"""A plan of probes: everything that would be sent, at the most, before anything is."""

from __future__ import annotations

import hashlib

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.probe_scope import ProbeTarget
from threatwright.model.probes import Family, Method, Scorer, Shows


class Payload(Value):
    """What one trial sends, exactly."""

    id: str
    """First 16 hex digits of the SHA-256 of its texts: the same texts have the same id."""
    turns: tuple[str, ...]
    """The messages, converted. Of an adaptive method, the objective; the rest is not known yet."""
    plain: tuple[str, ...]
    """The same before conversion: what is looked for an echo of, besides the messages."""
    document: str = ""
    """What is planted first, converted."""
    later: tuple[str, ...] = ()
    """The messages of the conversation that follows."""
    converters: tuple[str, ...] = ()
    seed: int = Field(ge=0)
    """Which seed of the entry, from 0; those that PyRIT ships come after ours."""
    secret: str = ""
    """The nonce or canary that a hit holds; empty where the scorer looks for something else."""
    compares: bool = False
    """In plain letters, to see whether they are stopped: what it shows counts for nothing else."""


class PlannedProbe(Value):
    """One entry of the knowledge base, compiled for a target and the threats it tries there."""

    probe: str
    """Its id."""
    name: str
    family: Family
    shows: Shows
    method: Method
    scorer: Scorer
    threats: tuple[str, ...]
    """Ids of the threats it tries."""
    suggests: tuple[str, ...] = ()
    """Those of them that a hit makes suspect, and no more."""
    bypasses: tuple[str, ...] = ()
    """Those of them that a hit shows where the same in plain letters is stopped."""
    payloads: tuple[Payload, ...]
    trials: int = Field(ge=1)
    replays: int = Field(ge=1)
    turns: int = Field(ge=1)
    """The most messages of one trial."""
    confirmed_means: str
    """What it would mean if this is confirmed, in a sentence."""
    requests: int = Field(ge=0)
    """The most to the target: trials, and the replays of one payload."""
    attacker_requests: int = Field(default=0, ge=0)
    judge_requests: int = Field(default=0, ge=0)
    tokens: int = Field(ge=0)
    """About so many in all, both ways."""

    @property
    def trying(self) -> tuple[Payload, ...]:
        """The payloads that try something, without those to compare with."""
        return tuple(payload for payload in self.payloads if not payload.compares)


class PlannedThreat(Value):
    """A threat that is tried, and how the endpoint gets to it."""

    id: str
    title: str
    element: str
    way: str = ""
    """How what is sent gets there, in words; empty where the target is the element itself."""


class LeftOut(Value):
    """A threat or a probe that is not tried, and why."""

    what: str
    """The id of a threat or of a probe."""
    because: str
    fix: str = ""
    """What would let it be tried; empty where nothing would."""


class ProbePlan(Value):
    """What would be sent to one target."""

    model: str
    """The id of the threat model."""
    scope: str
    """SHA-256 of the scope file."""
    target: ProbeTarget
    liveness: tuple[str, ...]
    """Harmless questions: answered, the endpoint is alive; none may count as a hit."""
    probes: tuple[PlannedProbe, ...]
    threats: tuple[PlannedThreat, ...] = ()
    """Those that the probes try, in order of risk."""
    left_out: tuple[LeftOut, ...] = ()
    seed: int = 0
    """Of everything random in it: the same seed makes the same plan."""

    @property
    def requests(self) -> int:
        """The most requests to the target, controls included."""
        return len(self.liveness) + sum(p.requests for p in self.probes)

    @property
    def tokens(self) -> int:
        """About so many tokens in all."""
        return sum(p.tokens for p in self.probes)

    @property
    def hash(self) -> str:
        """SHA-256 of the plan: what consent is given to."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
