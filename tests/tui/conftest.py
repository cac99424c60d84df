"""What the tests of the terminal UI share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual import events

from tests.tui.fakes import FakeOpener, fake_app
from threatwright.model.document import ThreatModel
from threatwright.tui.app import ThreatwrightApp
from threatwright.tui.contract import FromSample
from threatwright.tui.probe_work import ProbeWork
from threatwright.tui.widgets.detail import Detail
from threatwright.tui.widgets.question_card import QuestionCard

if TYPE_CHECKING:
    from textual.pilot import Pilot

PATIENCE = 60.0
"""Seconds."""


class Bench:
    """A running app with its opener."""

    def __init__(self, app: ThreatwrightApp, pilot: Pilot[Path | None], opener: FakeOpener) -> None:
        self.app, self.pilot, self.opener = app, pilot, opener

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each once the screen has done what the last one says."""
        for key in keys:
            await self.pilot.press(key)
        await self.settle()

    async def press_only(self, *keys: str) -> None:
        """Press keys, and wait for nothing that the session does about it."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Put text in at once where the focus is; keys one by one take long."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def settle(self) -> None:
        """Wait until the session waits and the screens have caught up."""
        await self.until(lambda: not (self.app.conversation and self.app.conversation.is_busy))
        await self.pilot.pause()
        await self.until(lambda: not any(one.is_resting for one in self.app.screen.query(Detail)))
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds; a loaded machine takes its time."""
        pause, end = 0.005, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if holds():
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.1)  # looking may draw the screen anew, which takes longer
        raise AssertionError(f"it never came to that; the screen shows\n{self.text}")

    @property
    def model(self) -> ThreatModel:
        """The model that is open."""
        assert self.app.model is not None
        return self.app.model

    @property
    def probe_work(self) -> ProbeWork:
        """What the app does to probe it."""
        assert self.app.probe_work is not None
        return self.app.probe_work

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    @property
    def toasts(self) -> str:
        return "\n".join(f"{n.title} {n.message}" for n in self.app._notifications)


def card(bench: Bench) -> bool:
    """Whether the question, or the note in its place, is drawn."""
    return len(bench.app.screen.query_one(QuestionCard).children) > 0


Running = Callable[..., AbstractAsyncContextManager[Bench]]


@pytest.fixture
def running(tmp_path: Path) -> Running:
    """An app that runs; with `opened` (the default), the interview is on the screen."""

    @asynccontextmanager
    async def run(
        size: tuple[int, int] = (140, 40),
        *,
        opened: bool = True,
        app_options: dict[str, Any] | None = None,
        **opener_options: Any,
    ) -> Any:
        opener = FakeOpener(tmp_path, **opener_options)
        app = fake_app(tmp_path, opener, **(app_options or {}))
        async with app.run_test(size=size) as pilot:
            bench = Bench(app, pilot, opener)
            await pilot.pause()
            if opened:
                app.open_model(FromSample("support-rag"))
                await bench.until(lambda: app.current_mode == "interview")
                await bench.settle()
                await bench.until(lambda: size[0] < 60 or size[1] < 16 or card(bench))
            yield bench

    return run
