"""What goes between the program and a worker that probes a predictive endpoint, a line each.

The worker runs in an environment of its own and knows none of our types: it reads one `PredictRun`
as a line of JSON from its standard input, and writes `PredictEvent`s as lines of JSON. The end of
its standard input means: stop. A key reaches it by environment alone.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.findings import Consent, Measured
from threatwright.model.probe_plan import LeftOut
from threatwright.model.probe_run import Denied, Failed, Started
from threatwright.model.probe_scope import Caps, PredictTarget
from threatwright.model.probes import Family, Shows

VERSION: Literal[1] = 1


class PlannedFamily(Value):
    """One kind of probe, and the threats that it tries."""

    family: Family
    shows: Shows
    threats: tuple[str, ...]
    """Ids."""
    confirmed_means: str


class PredictPlan(Value):
    """What a predictive endpoint would be asked, at the most."""

    model: str
    """The id of the threat model."""
    scope: str
    """SHA-256 of the scope file."""
    target: PredictTarget
    families: tuple[PlannedFamily, ...]
    rows: int = Field(ge=0)
    """The most rows that are sent."""
    requests: int = Field(ge=0)
    """The most requests that they are sent in."""
    left_out: tuple[LeftOut, ...] = ()
    """Threats that no family of the plan tries."""
    seed: int = 0

    @property
    def hash(self) -> str:
        """SHA-256 of the plan: what consent is given to."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class PredictRun(Value):
    """Run a plan that was consented to."""

    version: Literal[1] = VERSION
    do: Literal["predict"] = "predict"
    plan: PredictPlan
    consent: Consent
    caps: Caps
    folder: str
    """The run folder, new and private to the user. What is measured is not gone on with."""
    addresses: tuple[str, ...] = ()
    """Those of the target's host, looked up once; whoever starts the worker fills them in."""
    seconds_left: float = Field(default=0.0, ge=0)
    """Until the window of the consent closes; filled in with the addresses."""
    timeout: float = Field(default=30.0, gt=0)
    """Seconds that one request may take."""


class Progressed(Value):
    """So far it got."""

    event: Literal["progressed"] = "progressed"
    family: Family
    done: int = Field(ge=0)
    of: int = Field(ge=0)
    """Samples of evasion; steps of the others."""
    rows: int = Field(ge=0)
    requests: int = Field(ge=0)
    """Of the whole run so far."""


class Asked(Value):
    """A request was sent, and came back or did not. What rows held stands in no event."""

    event: Literal["asked"] = "asked"
    n: int = Field(ge=1)
    """Its number."""
    rows: int = Field(ge=0)
    sha256: str
    """Of its body."""
    status: int | None = None
    """None where nothing came back."""
    answered: str = ""
    """SHA-256 of the body that came back."""
    because: str = ""
    """Why nothing came back, or nothing that could be read."""
    is_retry: bool = False
    milliseconds: int = Field(ge=0)


class FamilyMeasured(Value):
    """What one kind of probe came to. The first figure is the one that the verdict rests on."""

    event: Literal["measured"] = "measured"
    family: Family
    measured: tuple[Measured, ...] = ()
    """Empty where nothing could be measured; `because` says why."""
    is_complete: bool
    because: str = ""


class PredictEnded(Value):
    """The run is over."""

    event: Literal["ended"] = "ended"
    is_complete: bool
    because: str = ""
    rows: int = Field(ge=0)
    """That were sent."""
    requests: int = Field(ge=0)
    retries: int = Field(default=0, ge=0)
    seconds: float = Field(ge=0)


PredictEvent = Annotated[
    Started | Asked | Progressed | FamilyMeasured | Denied | PredictEnded | Failed,
    Field(discriminator="event"),
]
