"""Every screen as text at two sizes, to be held against what was looked at and found right.

python -m tests.tui.frames    writes them anew; look at what git says is another.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from os import utime
from pathlib import Path

from tests.tui.conftest import Bench, card
from tests.tui.fake_desk import FakeDesk
from tests.tui.fakes import KNOWLEDGE, FakeOpener, fake_app, fake_core
from tests.tui.test_home import write_model
from tests.tui.test_probes import HIT, MISSES, over
from threatwright.tui.contract import FromSample

LONG_AGO = 1_600_000_000
"""When the file in the list was changed, in seconds since 1970: a day, wherever one is."""
SIZES = ((80, 24), (120, 40))
KEYS = {
    "home": "",
    "interview": "f2",
    "system": "f3",
    "threats": "f4",
    "matrix": "f5",
    "report": "f6",
    "roadmap": "f7",
    "probes": "f8",
}
"""The screens, and the key of each. Home is what is there first."""
STANDS = {
    "home": "Ask Fern",
    "interview": "Who can use",
    "report": "Answers customers",
    "roadmap": "After later",
    "probes": "not observed",
}
"""What stands on a screen once what it works out off the event loop is drawn."""
FOLDER = "/models"
"""What stands in the place of the folder that a frame is drawn in."""
STILL = 0.2
"""Seconds in which nothing changes on a screen that is drawn."""
FRAMES = Path(__file__).with_name("frames")


def path_of(screen: str, size: tuple[int, int]) -> Path:
    """Where the frame of a screen lies."""
    return FRAMES / f"{screen}-{size[0]}x{size[1]}.txt"


async def drawn(size: tuple[int, int]) -> dict[str, str]:
    """Each screen of the made-up model → what it shows, line by line."""
    with tempfile.TemporaryDirectory() as folder:  # its path is short enough to be shown
        return await _drawn(size, Path(folder))


async def _drawn(size: tuple[int, int], folder: Path) -> dict[str, str]:
    desk, opener = FakeDesk(), FakeOpener(folder)
    utime(write_model(folder), times=(LONG_AGO, LONG_AGO))
    app = fake_app(
        folder,
        opener,
        load_core=lambda: replace(fake_core(), desk=desk, knowledge=KNOWLEDGE),
    )
    async with app.run_test(size=size) as pilot:
        bench = Bench(app, pilot, opener)
        frames = {"home": await _frame(bench, "home")}
        app.open_model(FromSample("support-rag"))
        await bench.until(lambda: app.current_mode == "interview")
        await bench.settle()
        await bench.until(lambda: card(bench))
        await over(bench, desk, *HIT, *MISSES)  # so that there are findings to see
        for screen in [*KEYS][1:]:
            await bench.press(KEYS[screen])
            frames[screen] = await _frame(bench, screen)
    return frames


async def _frame(bench: Bench, screen: str) -> str:
    await bench.until(lambda: STANDS.get(screen, "") in bench.text)
    bench.app.clear_notifications()
    await bench.settle()
    await bench.until(lambda: "f1 Help" in bench.text)  # the keys are drawn last
    await _still(bench)
    folder = str(bench.app.models_in)
    shown = bench.text.replace(folder, FOLDER.ljust(len(folder)))
    return "".join(f"{line.rstrip()}\n" for line in shown.splitlines())


async def _still(bench: Bench) -> None:
    """Wait until nothing on the screen changes any more."""
    before = ""
    while before != bench.text:
        before = bench.text
        await bench.pilot.pause(STILL)


async def _write_anew() -> None:
    FRAMES.mkdir(exist_ok=True)
    for size in SIZES:
        for screen, frame in (await drawn(size)).items():
            path_of(screen, size).write_text(frame, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write_anew())
