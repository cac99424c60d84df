"""From the start of the process to the first painted frame, beside an app that shows nothing.

Run as `python -m evals.bench.first_frame empty` or `… threatwright`: paints one frame and leaves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evals.bench.processes import in_turn

if TYPE_CHECKING:
    from textual.app import App

HERE = (sys.executable, "-m", "evals.bench.first_frame")


def figures(home: str) -> Iterator[tuple[str, float, float, str, str]]:
    """The figure, as `Figure` takes it."""
    env = {**os.environ, "THREATWRIGHT_HOME": home, "PYTHONDONTWRITEBYTECODE": ""}
    pair = in_turn((*HERE, "threatwright"), (*HERE, "empty"), env)
    detail = f"{pair.command.seconds * 1000:.0f} ms beside {pair.reference.seconds * 1000:.0f} ms"
    yield "first frame of the UI", pair.ratio, 1.5, "× an empty Textual app", detail


def paint_and_leave(app: App[Any]) -> None:
    """Run the app without a terminal until its first frame is painted."""

    async def leave(pilot: Any) -> None:
        await pilot.pause(0)  # until it is painted; without a delay, until the process is idle
        sys.stdout.flush()
        os._exit(0)  # what loads behind the frame is not waited for

    app.run(headless=True, auto_pilot=leave)


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        from textual.app import App as EmptyApp

        paint_and_leave(EmptyApp())
    else:
        from threatwright.cli.ui import build_app

        paint_and_leave(build_app())
