"""What a run of probes keeps as evidence: who asked what, what came back, and what it shows."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from threatwright.model.base import Value
from threatwright.model.predict_run import Asked, FamilyMeasured
from threatwright.model.probe_run import Side


class Exchange(Value):
    """One request as it left, and what came back. The key that it was sent with is not here."""

    side: Side
    n: int
    """Its number on that side."""
    at: AwareDatetime
    method: str
    url: str
    headers: dict[str, str] = Field(default_factory=dict)
    """Those that say something about the body."""
    body: str
    sha256: str
    """Of the body's bytes."""
    is_retry: bool = False
    status: int | None = None
    """None where nothing came back."""
    answered: str = ""
    """The body that came back."""
    error: str = ""
    """Why nothing came back, or not all."""
    milliseconds: int = Field(default=0, ge=0)
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    """As the endpoint counts them; None where it does not."""


class Opened(Value):
    """The first record of a run: under what it was made."""

    record: Literal["opened"] = "opened"
    run: str
    at: AwareDatetime
    plan: str
    """SHA-256 of the plan."""
    scope: str
    """SHA-256 of the scope file."""
    origin: str
    seed: int
    versions: dict[str, str]


class TrialRecord(Value):
    """One trial: everything that was sent in it, and what the scorer says."""

    record: Literal["trial"] = "trial"
    id: str
    trial: str
    probe: str
    payload: str
    converters: tuple[str, ...] = ()
    seed: int = Field(default=0, ge=0)
    """Which seed of the probe."""
    scorer: str
    outcome: str
    because: str = ""
    span: tuple[int, int] | None = None
    """Where in the text of the answer."""
    shown_in: int | None = None
    """Which of the exchanges the outcome is of, from 0."""
    fingerprint: str = ""
    tool_calls: tuple[str, ...] = ()
    """What arrived at the tool sink with the nonce of the trial."""
    exchanges: tuple[Exchange, ...] = ()


class BatchRecord(Value):
    """One request of rows to an endpoint that predicts: its hashes, not its rows."""

    record: Literal["batch"] = "batch"
    at: AwareDatetime
    asked: Asked


class FiguresRecord(Value):
    """What one family of a predictive endpoint came to, after the batches before it."""

    record: Literal["figures"] = "figures"
    at: AwareDatetime
    measured: FamilyMeasured
