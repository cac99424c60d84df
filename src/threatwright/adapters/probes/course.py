"""The course of a run: controls first, then the trials, until nothing is due or may be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from threatwright.adapters.probes import controls
from threatwright.adapters.probes.books import CONTROL
from threatwright.adapters.probes.guard import GONE, Guard
from threatwright.adapters.probes.progress import Due, Progress
from threatwright.adapters.probes.replies import answer_of
from threatwright.adapters.probes.trials import Trials, sent
from threatwright.adapters.probes.wire import Trace, current
from threatwright.engine.probes.answers import Answer
from threatwright.model.findings import Control, Spent
from threatwright.model.probe_run import Controlled, Ended, ProbeEvent, ProbeRun, Side
from threatwright.model.probes import ADAPTIVE, Judge

UNSOUND = "a scorer failed its control"


@dataclass
class Course:
    """One run, ready to be held."""

    run: ProbeRun
    guards: dict[Side, Guard]
    trials: Trials
    progress: Progress
    tell: Callable[[ProbeEvent], None]
    asked: int = 0
    """Harmless questions that were sent before an interruption."""
    _unsound: set[str] = field(default_factory=set)
    """Probes whose scorers failed a control: their trials would show nothing."""

    async def held(self) -> str:
        """Hold it to its end: why it ended before everything planned was sent, else nothing."""
        self._control(controls.positive(self.run))
        answers = await self._questions()
        live = controls.liveness([answer for _, answer in answers])
        self._control([live])
        if not live.passed:
            return self._halted or live.because
        answered = [(said, a) for said, a in answers if isinstance(a, Answer)]
        self._control(controls.negative(self.run, answered))
        await self._all()
        if self._halted == GONE:
            self._control([Control(name="liveness", passed=False, because=GONE)])
        return self._halted or self._halted_models or (UNSOUND if self._unsound else "")

    def ended(self, because: str) -> Ended:
        """The end of it, with what was spent."""
        spent = {side: guard.ledger.spent for side, guard in self.guards.items()}
        return Ended(
            is_complete=not because,
            because=because,
            fingerprint=self.trials.fingerprint.value,
            target=spent["target"],
            attacker=spent.get("attacker", Spent()),
            judge=spent.get("judge", Spent()),
            chain=self.trials.evidence.last,
        )

    def _control(self, held: Iterable[Control]) -> None:
        for control in held:
            self.tell(Controlled(control=control))
            if control.probe and not control.passed:
                self._unsound.add(control.probe)

    async def _questions(self) -> list[tuple[str, Answer | str]]:
        """The harmless questions and what came back, or what went wrong."""
        numbered = enumerate(self.run.plan.liveness, start=self.asked + 1)
        return [(said, await self._question(said, n)) for n, said in numbered]

    async def _question(self, question: str, n: int) -> Answer | str:
        trace = Trace(f"{CONTROL}/liveness/{n}")
        current.set(trace)
        failure = await sent(self.trials.attacks.ask(question))
        for exchange in trace.exchanges:
            self.trials.fingerprint.add(exchange)
        if not trace.exchanges:
            return str(failure)
        self.trials.keep_control(trace)
        return answer_of(trace.exchanges[-1], self.run.plan.target.request)

    async def _all(self) -> None:
        """All trials, so many at once. Who cancels this cancels those under way."""
        pending: set[asyncio.Task[None]] = set()
        try:
            while True:
                for due in self._take(self.run.concurrency - len(pending)):
                    pending.add(asyncio.create_task(self._trial(due)))
                if not pending:
                    return
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    def _take(self, most: int) -> Iterator[Due]:
        for _ in range(most):
            due = None if self._halted else self.progress.take(self._without)
            if due is None:
                return
            yield due

    async def _trial(self, due: Due) -> None:
        if tested := await self.trials.hold(due):
            self.progress.note(tested)

    @property
    def _without(self) -> set[str]:
        """Probes that cannot be tried any more."""
        halted = {side for side, guard in self.guards.items() if guard.halted}
        return self._unsound | {
            probe.probe
            for probe in self.run.plan.probes
            if ("attacker" in halted and probe.method in ADAPTIVE)
            or ("judge" in halted and isinstance(probe.scorer, Judge))
        }

    @property
    def _halted(self) -> str:
        return self.guards["target"].halted

    @property
    def _halted_models(self) -> str:
        """Which model could not be asked any more, and why."""
        models = ((side, guard.halted) for side, guard in self.guards.items())
        return "; ".join(f"{side}: {why}" for side, why in models if why)
