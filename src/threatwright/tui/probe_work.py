"""The work on probes of the model that is open: a plan, and the run of it, on whichever screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threatwright.errors import ThreatwrightError

if TYPE_CHECKING:
    from threatwright.engine.probes.live import ThreatProgress
    from threatwright.model.document import ThreatModel
    from threatwright.model.findings import Consent, Finding
    from threatwright.model.probe_plan import ProbePlan
    from threatwright.tui.probe_desk import ProbeDesk, Run
    from threatwright.workflow.events import Said
    from threatwright.workflow.probing import Probing

REFRESH = 0.3
"""Seconds between two looks at a run: it may tell of a hundred trials a second."""


class Shown(NamedTuple):
    """A run at one moment."""

    rows: tuple[ThreatProgress, ...]
    findings: tuple[Finding, ...]
    sent: int
    done: float
    """0 to 1."""

    @classmethod
    def of(cls, run: Run) -> Shown:
        """The run as it is; what happens meanwhile is for the next look."""
        from threatwright.engine.probes.live import Live

        live = Live(run.live.plan, tuple(run.live.events))
        return cls(live.rows, live.findings, live.sent, live.done)

    @property
    def confirmed(self) -> frozenset[str]:
        """The threats that are confirmed by now."""
        return frozenset(f.threat for f in self.findings if f.verdict == "confirmed")


class ProbeWork:
    """What is planned and what runs. The screen reads it; `changed` is called when it differs."""

    def __init__(
        self,
        desk: ProbeDesk,
        model: Callable[[], ThreatModel | None],
        say: Callable[[Said], None],
        changed: Callable[[], None],
    ) -> None:
        self.desk = desk
        self._model, self._say, self._changed = model, say, changed
        self.scope: Path | None = None
        self.probing: Probing | None = None
        self.plan: ProbePlan | None = None
        """All that could be tried."""
        self.without: frozenset[str] = frozenset()
        """Threats and families that are not wanted."""
        self.run: Run | None = None
        """The run that goes on, or that ended last."""
        self.is_running = False
        self.is_planning = False
        self.foreseen: ThreatModel | None = None
        """The model with what the run has shown by now; None while nothing runs."""
        self.shown: Shown | None = None
        """The run as it was when it was looked at last."""
        self.trouble: ThreatwrightError | None = None
        """Why the run broke."""
        self._since = 0.0
        self._task: asyncio.Task[None] | None = None

    # --- planning ---------------------------------------------------------------------------

    async def prepare(self, probing: Probing, scope: Path) -> None:
        """Plan everything that can be tried at a target. Raises ThreatwrightError."""
        self.is_planning = True
        self._changed()
        try:
            self.plan = await self.desk.plan(probing)
            self.probing, self.scope, self.without, self.run = probing, scope, frozenset(), None
        finally:
            self.is_planning = False
            self._changed()

    def toggle(self, name: str) -> None:
        """Want a threat or a family, or want it no more."""
        self.without ^= {name}
        self._changed()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The threats that a run would try."""
        if self.plan is None:
            return ()
        kept = [p for p in self.plan.probes if p.family not in self.without]
        tried = {threat for probe in kept for threat in probe.threats} - self.without
        return tuple(threat.id for threat in self.plan.threats if threat.id in tried)

    async def final(self) -> ProbePlan:
        """The plan of what is wanted, to be consented to. Raises ThreatwrightError."""
        assert self.probing is not None
        assert self.plan is not None
        if not self.without:
            return self.plan
        return await self.desk.plan(self.probing, sorted(self.without))

    # --- running ----------------------------------------------------------------------------

    def begin(self, plan: ProbePlan, consent: Consent) -> None:
        """Note the consent, and run the plan until it ends or is cancelled."""
        # What is said is a part of the core, which is there once a model is open.
        from threatwright.model.said import Agree

        assert self.probing is not None
        self.run, self.shown, self.trouble = (
            self.desk.start(self.probing, plan, consent),
            None,
            None,
        )
        self.is_running, self._since = True, time.monotonic()
        self._say(Agree(consent=consent))
        self._task = asyncio.create_task(self._follow(self.run), name=f"probe {self.run.name}")
        self._changed()

    def cancel(self) -> None:
        """End the run; what it has shown by now is kept."""
        if self._task is not None and self.is_running:
            self._task.cancel()

    async def close(self) -> None:
        """Cancel what runs, and wait until what it has shown is said."""
        self.cancel()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def seconds(self) -> float:
        """How long the run takes by now."""
        return time.monotonic() - self._since

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None while there is no telling."""
        if self.shown is None or self.shown.done <= 0:
            return None
        return self.seconds * (1 - self.shown.done) / self.shown.done

    async def _follow(self, run: Run) -> None:
        looking = asyncio.create_task(self._look(run))
        try:
            async with aclosing(self.desk.follow(run)) as events:
                async for _ in events:
                    pass  # noted on its way
        except ThreatwrightError as error:
            self.trouble = error
        finally:
            looking.cancel()
            self._end(run)

    def _end(self, run: Run) -> None:
        from threatwright.model.said import Find

        self.is_running, self.foreseen = False, None
        self.shown = Shown.of(run)
        model = self._model()
        if model is not None:
            self._say(Find(found=self.desk.outcome(run, model)))
        self._changed()

    async def _look(self, run: Run) -> None:
        """Look at the run now and then, off the event loop; foresee the model at new verdicts."""
        confirmed: frozenset[str] = frozenset()
        while True:
            await asyncio.sleep(REFRESH)
            self.shown = await asyncio.to_thread(Shown.of, run)
            model = self._model()
            if model is not None and self.shown.confirmed != confirmed:
                confirmed = self.shown.confirmed
                found = self.desk.outcome(run, model)
                self.foreseen = await asyncio.to_thread(self.desk.foreseen, model, found)
            self._changed()
