"""Where the user interface plans and runs probes: the same pieces as `threatwright probe`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from threatwright import bootstrap
from threatwright.cli.outputs import write_text
from threatwright.cli.probing.begun import scope_of, with_kit
from threatwright.cli.probing.canaries import kit_for, new_file
from threatwright.cli.probing.scope_form import form_of
from threatwright.engine.derive import derive, record
from threatwright.engine.probes.consent import consent, refuse_target
from threatwright.engine.probes.live import Live
from threatwright.engine.probes.outcome import outcome
from threatwright.engine.record.speaker import NOBODY, head_of
from threatwright.exchange.probes import kit_file
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent, Finding, Probed
from threatwright.model.knowledge import Knowledge
from threatwright.model.probe_evidence import TrialRecord
from threatwright.model.probe_plan import ProbePlan
from threatwright.model.probe_run import ProbeEvent
from threatwright.tui.probe_desk import Run
from threatwright.workflow.probing import Probing, Wanted, followed, planned, run_of

MODEL, SCOPE, KIT = ".threatmodel.yaml", ".scope.yaml", ".canaries.yaml"


class Desk:
    """The desk of one user interface."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._prober = bootstrap.prober()
        self._runs = bootstrap.probe_runs()

    def scopes(self, beside: Path) -> Sequence[Path]:
        """The scope files in the folder of a model file."""
        return sorted(beside.parent.glob(f"*{SCOPE}"))

    def begin_scope(self, model: ThreatModel, beside: Path) -> Path:
        """Write a scope file to fill in. Raises InputError if it is there, or nothing is probed."""
        form = form_of(model, self._knowledge)
        path = new_file(str(beside.with_name(_stem(beside, MODEL) + SCOPE)))
        assert path is not None
        write_text(path, form)
        return path

    def probings(self, scope: Path, model: ThreatModel) -> Sequence[Probing]:
        """What a scope file allows, a target each, with the canaries of the kit beside it."""
        allowed, digest = scope_of(str(scope))
        kit = _kit_beside(scope)
        found = []
        for target in allowed.targets:
            refuse_target(allowed, target, model)
            probing = Probing(model, self._knowledge, allowed, digest, target)
            found.append(with_kit(probing, str(kit)) if kit.exists() else probing)
        return found

    def begin_kit(self, probing: Probing, scope: Path) -> tuple[Path, Sequence[str]]:
        """Write a canary kit beside a scope file: where it is, and what to plant."""
        kit = kit_for(probing.model, probing.target.element, self._knowledge)
        path = new_file(str(_kit_beside(scope)))
        assert path is not None
        write_text(path, kit_file.write(kit))
        return path, kit_file.instructions(kit)

    async def plan(self, probing: Probing, without: Sequence[str] = ()) -> ProbePlan:
        """The plan of a target, without some threats or families. Nothing is sent."""
        return await planned(probing, self._prober, Wanted(without=tuple(without)))

    def consent(self, probing: Probing, plan: ProbePlan, typed: str) -> Consent:
        """Consent to a plan; `typed` is the origin as it was typed, empty where it was not."""
        return consent(plan, probing.scope, probing.model, datetime.now(UTC), typed)

    def start(self, probing: Probing, plan: ProbePlan, consent: Consent) -> Run:
        """A run in a folder of its own. Nothing is sent before it is followed."""
        name = self._runs.new(bootstrap.now(), plan.target.element, plan.hash)
        request = run_of(probing, plan, consent, str(self._runs.folder(name)))
        return Run(name, request, Live(plan))

    def follow(self, run: Run) -> AsyncGenerator[ProbeEvent]:
        """What happens in the run; to close this is to cancel it."""
        return followed(run.request, self._prober, run.live)

    def outcome(self, run: Run, model: ThreatModel) -> Probed:
        """What the run has come to by now, as the journal keeps it."""
        # The folder of a run that has ended has it all, also what nobody listened to any more.
        events = self._runs.events(run.name) or tuple(run.live.events)
        plan = run.request.plan
        return outcome(run.name, plan, events, model, self._knowledge, head_of(model, NOBODY))

    def foreseen(self, model: ThreatModel, found: Probed) -> ThreatModel:
        """The model as it would be with that in its journal. Takes a moment."""
        return derive(record(model, found), self._knowledge)

    def evidence(self, run: str, finding: Finding) -> Sequence[TrialRecord]:
        """The records that a finding rests on; none where the run folder is gone."""
        return self._runs.evidence(run, finding.evidence)


def _stem(path: Path, suffix: str) -> str:
    """The name without the suffix that is ours, else without the last one."""
    return path.name.removesuffix(suffix) if path.name.endswith(suffix) else path.stem


def _kit_beside(scope: Path) -> Path:
    return scope.with_name(_stem(scope, SCOPE) + KIT)
