"""What the user interface is given of probing: scopes, plans, runs and their evidence."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from threatwright.engine.probes.live import Live
    from threatwright.model.document import ThreatModel
    from threatwright.model.findings import Consent, Finding, Probed
    from threatwright.model.probe_evidence import TrialRecord
    from threatwright.model.probe_plan import ProbePlan
    from threatwright.model.probe_run import ProbeEvent, ProbeRun
    from threatwright.workflow.probing import Probing


@dataclass(frozen=True)
class Run:
    """A run that was consented to."""

    name: str
    """That of its folder."""
    request: ProbeRun
    live: Live


class ProbeDesk(Protocol):
    """Where plans are made and run. What is not allowed is refused with a ThreatwrightError."""

    def scopes(self, beside: Path) -> Sequence[Path]:
        """The scope files in the folder of a model file."""
        ...

    def begin_scope(self, model: ThreatModel, beside: Path) -> Path:
        """Write a scope file to fill in, beside the model file; where it is."""
        ...

    def probings(self, scope: Path, model: ThreatModel) -> Sequence[Probing]:
        """What a scope file allows, a target each, with the canary kit that lies beside it."""
        ...

    def begin_kit(self, probing: Probing, scope: Path) -> tuple[Path, Sequence[str]]:
        """Write a canary kit beside a scope file: where it is, and what to plant."""
        ...

    async def plan(self, probing: Probing, without: Sequence[str] = ()) -> ProbePlan:
        """The plan of a target, without some threats or families. Nothing is sent."""
        ...

    def consent(self, probing: Probing, plan: ProbePlan, typed: str) -> Consent:
        """Consent to a plan; `typed` is the origin as it was typed, empty where it was not."""
        ...

    def start(self, probing: Probing, plan: ProbePlan, consent: Consent) -> Run:
        """A run in a folder of its own. Nothing is sent before it is followed."""
        ...

    def follow(self, run: Run) -> AsyncGenerator[ProbeEvent]:
        """What happens in the run; to close this is to cancel it."""
        ...

    def outcome(self, run: Run, model: ThreatModel) -> Probed:
        """What the run has come to by now, as the journal keeps it."""
        ...

    def foreseen(self, model: ThreatModel, found: Probed) -> ThreatModel:
        """The model as it would be with that in its journal. Takes a moment."""
        ...

    def evidence(self, run: str, finding: Finding) -> Sequence[TrialRecord]:
        """The records that a finding rests on; none where the run folder is gone."""
        ...
