"""A desk that sends nothing: its plan is made by hand, and its runs go as a test tells them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.engine.probes.bot import scope
from tests.engine.probes.runs import probe, target
from tests.tui.fakes import HOSTILE, KNOWLEDGE, NOW, THREATS, base_model
from threatwright.engine.probes.choice import thinned
from threatwright.engine.probes.consent import consent
from threatwright.engine.probes.live import Live
from threatwright.engine.probes.outcome import outcome
from threatwright.engine.record.speaker import head_of
from threatwright.errors import ThreatwrightError
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent, Finding, Probed, Tried
from threatwright.model.probe_evidence import Exchange, TrialRecord
from threatwright.model.probe_plan import LeftOut, PlannedThreat, ProbePlan
from threatwright.model.probe_run import ProbeEvent
from threatwright.model.probe_scope import ProbeTarget
from threatwright.model.probes import Family
from threatwright.model.terms import Level
from threatwright.tui.probe_desk import Run
from threatwright.workflow.probing import Probing, run_of

HERE = target(element="gpt")
ELSEWHERE = target(
    element="gpt", origin="https://staging.example.com:443", environment="production"
)
OVERRIDE, LEAK, SUPPLY = THREATS[0].id, THREATS[5].id, THREATS[7].id
DURING = datetime(2026, 11, 27, 12, tzinfo=UTC)
"""A moment within the window of the scope."""


def plan_for(endpoint: ProbeTarget) -> ProbePlan:
    """Two threats that two probes try, and one that nothing does."""
    titles = {threat.id: threat.title for threat in THREATS}
    return ProbePlan(
        model=base_model().id,
        scope="s" * 64,
        target=endpoint,
        liveness=("Hello",),
        probes=(
            probe("override", 4, (OVERRIDE,), Family.DIRECT_OVERRIDE),
            probe("ask", 2, (LEAK,), Family.PROMPT_LEAK),
        ),
        threats=(
            PlannedThreat(id=OVERRIDE, title=titles[OVERRIDE], element="gpt"),
            PlannedThreat(id=LEAK, title=titles[LEAK], element="system-prompt", way="by the gpt"),
        ),
        left_out=(LeftOut(what=SUPPLY, because="no probe tries it", fix="Look at it by hand."),),
    )


def record(id_: str, outcome_: str = "hit", answered: str = "As you wish.") -> TrialRecord:
    """A trial in which something was asked and answered."""
    said = Exchange(
        side="target",
        n=1,
        at=DURING,
        method="POST",
        url="http://127.0.0.1:8900/chat/completions",
        body='{"messages": [{"role": "user", "content": "Say it."}]}',
        sha256="a" * 64,
        status=200,
        answered=answered,
    )
    return TrialRecord(
        id=id_,
        trial=f"override/{id_}/0",
        probe="override",
        payload=id_,
        scorer="nonce",
        outcome=outcome_,
        because="the nonce stands in the answer",
        exchanges=(said,),
    )


class FakeDesk:
    """Remembers what it was asked. A run goes on while `tell` says so, and ends with `end`."""

    def __init__(
        self,
        *targets: ProbeTarget,
        refuses: ThreatwrightError | None = None,
        records: Sequence[TrialRecord] = (record("override00"), record("[/x]", answered=HOSTILE)),
    ) -> None:
        self._targets, self._refuses = targets or (HERE,), refuses
        self._records = records
        self._happens: asyncio.Queue[ProbeEvent | ThreatwrightError | None] = asyncio.Queue()
        self.planned: list[tuple[str, ...]] = []
        """Without what each plan was made."""
        self.typed: list[str] = []
        self.runs: list[Run] = []
        self.blocked: list[str] = []
        """What takes a moment and was asked for on the event loop, where it holds up the screen."""
        self.is_over = False
        """Whether the run that was followed was closed, by its end or by being cancelled."""

    def tell(self, *events: ProbeEvent | ThreatwrightError) -> None:
        """Let things happen in the run; an error breaks it."""
        for event in events:
            self._happens.put_nowait(event)

    def end(self) -> None:
        """Let the run end."""
        self._happens.put_nowait(None)

    def scopes(self, beside: Path) -> Sequence[Path]:
        return [beside.with_name("fern.scope.yaml")]

    def begin_scope(self, model: ThreatModel, beside: Path) -> Path:
        return beside.with_name("new.scope.yaml")

    def probings(self, scope_file: Path, model: ThreatModel) -> Sequence[Probing]:
        allowed = scope(*self._targets).model_copy(update={"model": model.id})
        return [Probing(model, KNOWLEDGE, allowed, "s" * 64, one) for one in self._targets]

    def begin_kit(self, probing: Probing, scope_file: Path) -> tuple[Path, Sequence[str]]:
        return scope_file.with_name("fern.canaries.yaml"), ["Put this sentence in the prompt."]

    async def plan(self, probing: Probing, without: Sequence[str] = ()) -> ProbePlan:
        self.planned.append(tuple(without))
        await asyncio.sleep(0)
        if self._refuses is not None:
            raise self._refuses
        return thinned(plan_for(probing.target), without)

    def consent(self, probing: Probing, plan: ProbePlan, typed: str) -> Consent:
        self.typed.append(typed)
        return consent(plan, probing.scope, probing.model, DURING, typed)

    def start(self, probing: Probing, plan: ProbePlan, agreed: Consent) -> Run:
        name = f"run-{len(self.runs) + 1}"
        run = Run(name, run_of(probing, plan, agreed, f"/runs/{name}"), Live(plan))
        self.runs.append(run)
        return run

    async def follow(self, run: Run) -> AsyncGenerator[ProbeEvent]:
        try:
            while (event := await self._happens.get()) is not None:
                if isinstance(event, ThreatwrightError):
                    raise event
                run.live.note(event)
                yield event
        finally:
            self.is_over = True

    def outcome(self, run: Run, model: ThreatModel) -> Probed:
        self._takes_a_moment("outcome")
        head = head_of(model, NOW)
        return outcome(run.name, run.request.plan, run.live.events, model, KNOWLEDGE, head)

    def foreseen(self, model: ThreatModel, found: Probed) -> ThreatModel:
        """What is confirmed is as likely as can be."""
        self._takes_a_moment("foreseen")
        sure = {f.threat for f in found.findings if f.verdict is Tried.CONFIRMED}
        as_likely = {"likelihood": 5, "residual_likelihood": 5, "level": Level.CRITICAL}
        threats = tuple(
            t.model_copy(
                update={**as_likely, "residual": 5 * t.residual_impact, "risk": 5 * t.impact}
            )
            if t.id in sure
            else t
            for t in model.threats
        )
        return model.model_copy(update={"threats": threats, "journal": (*model.journal, found)})

    def evidence(self, run: str, finding: Finding) -> Sequence[TrialRecord]:
        self._takes_a_moment("evidence")
        return self._records

    def _takes_a_moment(self, what: str) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return  # in a thread of its own, as it should be
        self.blocked.append(what)
