"""Draws `docs/screenshot.svg`: the interview about a sample, a few answers in.

python docs/screenshot.py [SAMPLE] [OUT]
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

SIZE = (132, 38)
KEYS = ("enter", "2", "1")
"""The drawing is confirmed first."""
PATIENCE = 60
"""Seconds that the session may take to come to its next wait."""


async def draw(sample: str) -> str:
    """The screen as SVG, once the sample is open in the working folder and a few are answered."""
    from threatwright.cli.ui import build_app

    app = build_app([f"sample:{sample}"])

    async def waits() -> None:
        while app.conversation is None or app.conversation.is_busy:
            await pilot.pause(0.05)
        await pilot.pause(0.3)

    async with app.run_test(size=SIZE) as pilot:
        await asyncio.wait_for(waits(), PATIENCE)
        for key in KEYS:
            await pilot.press(key)
            await asyncio.wait_for(waits(), PATIENCE)
        picture = app.export_screenshot(title="threatwright", simplify=True)
        await pilot.press("ctrl+q")
    return picture


def main() -> None:
    """Draw without touching the home or the working folder of whoever runs this."""
    sample = sys.argv[1] if len(sys.argv) > 1 else "fraud-api"
    default = Path(__file__).with_name("screenshot.svg")
    out = (Path(sys.argv[2]) if len(sys.argv) > 2 else default).resolve()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["THREATWRIGHT_HOME"] = str(Path(folder, "home"))
        os.chdir(folder)
        out.write_text(asyncio.run(draw(sample)), "utf-8")


if __name__ == "__main__":
    main()
