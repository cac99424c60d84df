"""What goes between the program and a probe worker: one request in, events out, a line each.

The worker reads one `ProbeRun` as a line of JSON from its standard input, and writes `ProbeEvent`s
as lines of JSON. The end of its standard input means: stop. Keys reach it by environment alone.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.canaries import CanaryKit
from threatwright.model.endpoint import Patience
from threatwright.model.findings import Consent, Control, Spent
from threatwright.model.probe_plan import Payload, ProbePlan
from threatwright.model.probe_scope import ProbeScope
from threatwright.model.probes import ProbeEntry

VERSION: Literal[1] = 1
Side = Literal["target", "attacker", "judge"]


class ConvertRequest(Value):
    """Work out payloads, and send nothing: converters run offline."""

    version: Literal[1] = VERSION
    do: Literal["convert"] = "convert"
    entries: tuple[ProbeEntry, ...]
    seed: int = 0
    kit: CanaryKit | None = None
    sink: str = ""
    """Address of the tool sink."""


class ProbeRun(Value):
    """Run a plan that was consented to."""

    version: Literal[1] = VERSION
    do: Literal["run"] = "run"
    plan: ProbePlan
    consent: Consent
    scope: ProbeScope
    kit: CanaryKit | None = None
    folder: str
    """The run folder, private to the user. Where it holds a run of the same plan, that goes on."""
    concurrency: int = Field(default=4, ge=1, le=32)
    enough: int = Field(default=1, ge=1)
    """After so many confirmed payloads of a probe its other payloads are not sent."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds that one request may take."""
    patience: Patience = Patience(wait=0.5, failures=8)
    """How often a request that failed is sent again; each time counts against the caps."""


WorkerRequest = Annotated[ConvertRequest | ProbeRun, Field(discriminator="do")]


class Converted(Value):
    """The payloads of one entry."""

    event: Literal["converted"] = "converted"
    probe: str
    payloads: tuple[Payload, ...]


class Started(Value):
    """The worker is ready; nothing was sent yet."""

    event: Literal["started"] = "started"
    versions: dict[str, str]


class Sending(Value):
    """A request is about to be sent. It is written down before it leaves."""

    event: Literal["sending"] = "sending"
    side: Side
    n: int
    """Its number on that side, from 1, those before an interruption included."""
    trial: str
    """`PROBE/PAYLOAD/NUMBER`, replays as `PROBE/PAYLOAD/rNUMBER`; `control/NAME/NUMBER`."""
    sha256: str
    """Of the body."""
    is_retry: bool = False


class Tested(Value):
    """A trial ended: what came back, and what the scorer says of it."""

    event: Literal["tested"] = "tested"
    trial: str
    probe: str
    payload: str
    is_replay: bool = False
    outcome: Literal["hit", "miss", "suspected", "refused", "blocked", "error"]
    because: str = ""
    """The form in which the secret was found; the pattern's name; what went wrong."""
    span: tuple[int, int] | None = None
    """Where in the answer."""
    evidence: str = ""
    """The id of its record."""
    completion_tokens: int | None = None
    milliseconds: int = Field(ge=0)


class Controlled(Value):
    """A control was held."""

    event: Literal["controlled"] = "controlled"
    control: Control


class Denied(Value):
    """Something wanted to leave that the scope does not allow. It did not."""

    event: Literal["denied"] = "denied"
    url: str
    because: str


class Ended(Value):
    """The run is over."""

    event: Literal["ended"] = "ended"
    is_complete: bool
    because: str = ""
    """`budget of requests spent`, `cancelled`, `the window closed`, `the endpoint is gone` …"""
    fingerprint: str = ""
    target: Spent
    attacker: Spent = Field(default_factory=Spent)
    judge: Spent = Field(default_factory=Spent)
    chain: str = ""


class Failed(Value):
    """The worker itself cannot go on."""

    event: Literal["failed"] = "failed"
    problem: str
    fix: str = ""


ProbeEvent = Annotated[
    Converted | Started | Sending | Tested | Controlled | Denied | Ended | Failed,
    Field(discriminator="event"),
]
