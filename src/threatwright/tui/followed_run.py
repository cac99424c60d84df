"""One run of probes as the screens see it: looked at off the event loop, and told when it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple

from threatwright.engine.probes.live import Live, ThreatProgress
from threatwright.errors import ThreatwrightError
from threatwright.model.findings import Finding, Probed, Tried
from threatwright.model.said import Find

if TYPE_CHECKING:
    from threatwright.model.document import ThreatModel
    from threatwright.tui.probe_desk import ProbeDesk, Run
    from threatwright.workflow.events import Said

REFRESH = 1.0
"""Seconds between two looks at a run: it may tell of a hundred trials a second, and what is drawn
anew keeps a key waiting."""


class Ties(NamedTuple):
    """Where probes get the model from, and whom they tell."""

    model: Callable[[], ThreatModel | None]
    """The model as the session has it, without what a run has shown by now."""
    say: Callable[[Said], None]
    changed: Callable[[], None]
    failed: Callable[[ThreatwrightError], None]


class Shown(NamedTuple):
    """A run at one moment."""

    rows: tuple[ThreatProgress, ...] = ()
    findings: tuple[Finding, ...] = ()
    """As they stand. While the run goes on, what is not confirmed may still become it."""
    sent: int = 0
    done: float = 0.0
    """0 to 1."""

    @classmethod
    def of(cls, run: Run) -> Shown:
        """The run as it is; what happens meanwhile is for the next look."""
        live = Live(run.live.plan, tuple(run.live.events))
        return cls(live.rows, live.findings, live.sent, live.done)

    @property
    def confirmed(self) -> frozenset[str]:
        """The threats that are confirmed by now."""
        return frozenset(f.threat for f in self.findings if f.verdict is Tried.CONFIRMED)

    @property
    def settled(self) -> tuple[Finding, ...]:
        """The findings that the rest of the run does not change, as far as one can tell."""
        over = {row.threat for row in self.rows if row.is_over} | self.confirmed
        return tuple(finding for finding in self.findings if finding.threat in over)


class FollowedRun:
    """A run that goes on or has ended. It tells `changed` when there is more to see."""

    def __init__(self, desk: ProbeDesk, run: Run, ties: Ties) -> None:
        """Begin to follow it: from here on, probes are sent. Needs a running event loop."""
        self.run = run
        self.is_running, self.is_stopping = True, False
        self.shown = Shown()
        self.foreseen: ThreatModel | None = None
        """The model with what the run has shown by now; None where that is nothing."""
        self.found: Probed | None = None
        """What the run came to, once it has ended."""
        self._desk, self._ties, self._since = desk, ties, time.monotonic()
        self._foreseen_from: tuple[ThreatModel | None, frozenset[str]] = (None, frozenset())
        self._reading = asyncio.create_task(self._read(), name=f"read {run.name}")
        self._task = asyncio.create_task(self._follow(), name=f"follow {run.name}")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What it says by now of threats that are done with; once it has ended, of all."""
        return self.shown.settled if self.is_running else self.shown.findings

    @property
    def seconds(self) -> float:
        """How long the run takes by now."""
        return time.monotonic() - self._since

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None while there is no telling."""
        done = self.shown.done
        return self.seconds * (1 - done) / done if done > 0 else None

    def cancel(self) -> None:
        """End the run; what it has shown by now is kept and told."""
        if self.is_running and not self.is_stopping:
            # Once alone: a second time would interrupt what ends it in good order.
            self.is_stopping = True
            self._reading.cancel()
            self._ties.changed()

    async def over(self) -> None:
        """Wait until the run has ended, and what it has shown is said."""
        await asyncio.wait([self._task])

    async def _read(self) -> None:
        try:
            async with aclosing(self._desk.follow(self.run)) as events:
                async for _ in events:
                    pass  # noted on its way
        except ThreatwrightError as error:
            self._ties.failed(error)

    async def _follow(self) -> None:
        looking = asyncio.create_task(self._look(), name=f"look at {self.run.name}")
        await asyncio.wait([self._reading])
        looking.cancel()
        await asyncio.wait([looking])
        try:
            await self._end()
        except ThreatwrightError as error:
            self._ties.failed(error)
        finally:
            self.is_running, self.foreseen = False, None
            self._ties.changed()
        if not self._reading.cancelled():
            self._reading.result()  # no error of ours: a bug, which is not to be passed over

    async def _end(self) -> None:
        self.shown = await asyncio.to_thread(Shown.of, self.run)
        if (model := self._ties.model()) is not None:
            self.found = await asyncio.to_thread(self._desk.outcome, self.run, model)
            self._ties.say(Find(found=self.found))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(REFRESH)
            self.shown = await asyncio.to_thread(Shown.of, self.run)
            await self._foresee()
            self._ties.changed()

    async def _foresee(self) -> None:
        """Work the model out with what is confirmed, where that or the model itself is another."""
        model, confirmed = self._ties.model(), self.shown.confirmed
        before, known = self._foreseen_from
        if model is None or not confirmed or (model is before and confirmed == known):
            return
        self._foreseen_from = model, confirmed
        try:
            found = await asyncio.to_thread(self._desk.outcome, self.run, model)
            self.foreseen = await asyncio.to_thread(self._desk.foreseen, model, found)
        except ThreatwrightError as error:
            self._ties.failed(error)
