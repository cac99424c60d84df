"""How long after a key its effect is painted, while probes run and while nothing does.

The user interface is the real one, with its worker, but for the terminal: a driver that paints
nowhere notes when it is given the frame in which the cursor has moved.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, chdir
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import events
from textual.drivers.headless_driver import HeadlessDriver

from tests.openai_chat import Said
from tests.openai_server import openai_server
from threatwright import yamltext

if TYPE_CHECKING:
    from textual.app import App

KEYS = 120
LATENCY = 0.5
"""Seconds, about those of a real model."""
BETWEEN = (0.03, 0.4)
"""Seconds from a painted frame to the next key: from a held key to a glance at the row."""
SEED = 1
PATIENCE = 60
"""Seconds to wait for anything on the screen."""


class Painted(NamedTuple):
    """Milliseconds from each key to its frame."""

    idle: list[float]
    probing: list[float]


class Watched(HeadlessDriver):
    """Notes when a frame is written in which something holds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._holds: Callable[[], bool] = lambda: False
        self._painted = asyncio.Event()
        self._at = 0.0

    @property
    def is_headless(self) -> bool:
        """Say no: what is not to be seen would not be rendered."""
        return False

    def write(self, data: str) -> None:
        """Take a frame, or a part of it."""
        if not self._painted.is_set() and self._holds():
            self._at = time.perf_counter()
            self._painted.set()

    async def press(self, key: str, holds: Callable[[], bool]) -> float:
        """Press a key: milliseconds until a frame is written in which something holds."""
        self._painted.clear()
        self._holds = holds
        began = time.perf_counter()
        self.process_message(events.Key(key, None))
        async with asyncio.timeout(PATIENCE):
            await self._painted.wait()
        return 1000 * (self._at - began)


async def painted(model: Path, keys: int = KEYS) -> Painted:
    """Keys pressed on the screen of probes: on its plan, then while that runs.

    A scope of the model's endpoint stands beside the model.
    """
    from textual.widgets import DataTable

    from threatwright.cli.ui import build_app

    chance = random.Random(SEED)
    pauses = [chance.uniform(*BETWEEN) for _ in range(keys)]
    app = build_app([str(model)], offline=True)
    app.driver_class = Watched

    def has_begun() -> bool:
        run = app.probe_work.run if app.probe_work else None
        return run is not None and run.shown.done > 0

    async with _running(app) as driver:
        await _until(lambda: app.model is not None)
        await _press(driver, "f8", lambda: "ProbesScreen" in repr(app.screen))
        await _until(lambda: app.probe_work is not None)
        await _press(driver, "o", lambda: "ProbesScreen" not in repr(app.screen))
        await _press(driver, "enter", lambda: "ProbesScreen" in repr(app.screen))
        await _until(lambda: app.probe_work and app.probe_work.plan)
        table = app.screen.query_one("#probe-threats", DataTable)
        idle = [await _move(driver, table, pause) for pause in pauses]
        await _press(driver, "r", lambda: "ConsentDialog" in repr(app.screen))
        await _press(driver, "enter", lambda: "ProbesScreen" in repr(app.screen))
        await _until(has_begun)
        probing = [await _move(driver, table, pause) for pause in pauses]
        assert app.probe_work is not None
        assert app.probe_work.is_running, "the run was over too early to measure anything"
        return Painted(idle, probing)


@asynccontextmanager
async def _running(app: App[Any]) -> AsyncIterator[Watched]:
    task = asyncio.create_task(app.run_async(size=(120, 36), mouse=False))
    await _until(lambda: app.is_running and isinstance(app._driver, Watched))
    try:
        yield app._driver  # type: ignore[misc]
    finally:
        app.exit()
        await task


async def _move(driver: Watched, table: Any, pause: float) -> float:
    down = table.cursor_row == 0
    wanted = table.cursor_row + (1 if down else -1)
    await asyncio.sleep(pause)
    return await driver.press("down" if down else "up", lambda: table.cursor_row == wanted)


async def _press(driver: Watched, key: str, holds: Callable[[], bool]) -> None:
    driver.process_message(events.Key(key, None))
    await _until(holds)


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 (an app tells nobody of most that happens in it)
            await asyncio.sleep(0.02)


def slow(_: object) -> Said:
    """An answer after the time that a real model takes."""
    return Said("Happy to help with your order.", after=LATENCY)


def figures(home: str) -> Iterator[tuple[str, float, float, str, str]]:
    """The figure with its bound, as `Figure` takes it; what is kept goes to `home`."""
    os.environ["THREATWRIGHT_HOME"] = home
    with (
        tempfile.TemporaryDirectory() as folder,
        chdir(folder),
        openai_server(chat=slow) as server,
    ):
        server.models = ("kettle-support-1",)
        model = Path("support.threatmodel.yaml")
        _threatwright("draft", "sample:support-chatbot", "-o", str(model), "--offline")
        port = server.base_url.rsplit(":", 1)[1].split("/")[0]
        serve = ("sample", "serve", "support-chatbot", "--scope", str(model), "--port", port)
        scope = yamltext.parse(_threatwright(*serve), "the scope")
        del scope["targets"][0]["document_sink"]  # the server takes none
        Path("support.scope.yaml").write_text(yamltext.dump(scope), encoding="utf-8")
        taken = asyncio.run(painted(model))
    idle, probing = (statistics.quantiles(times, n=20)[-1] for times in taken)
    detail = f"{idle:.0f} ms while nothing runs; medians " + " and ".join(
        f"{statistics.median(times):.0f}" for times in (taken.probing, taken.idle)
    )
    yield "key to paint while probing, 95th percentile", probing, 50, "ms", detail


def _threatwright(*arguments: str) -> str:
    command = (str(Path(sys.executable).parent / "threatwright"), *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(*figures(folder))
