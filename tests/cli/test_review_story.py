"""The whole of a review, as a team does it: draft, decide by keyboard, answer anew, compare, gate.

No language model; the command line and the user interface that ship, on the sample platform.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events

from tests.cli.conftest import CommandLine
from threatwright import bootstrap
from threatwright.cli.ui import build_app
from threatwright.exchange.checked import Report
from threatwright.model.difference import Aspect, Became, CauseKind, Difference
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided
from threatwright.model.terms import Status
from threatwright.model.threats import Threat
from threatwright.tui.app import ThreatwrightApp
from threatwright.tui.screens.form import Form
from threatwright.tui.screens.history import HistoryDialog
from threatwright.tui.screens.revise import PreviewDialog, ReviseDialog
from threatwright.tui.widgets.threat_table import ThreatTable

if TYPE_CHECKING:
    from textual.pilot import Pilot

pytestmark = pytest.mark.slow

MODEL = "platform.threatmodel.yaml"
REVIEWED = "reviewed.threatmodel.yaml"
"""A copy of the model as it was when the review was done."""
EXPOSED, OPEN = "T-notebook-exposed@notebook", "T-open-registration@notebook"
WHO = "notebook.public_access"
"""The question that the sample answers: staff alone reach the notebooks."""
LAST_DAY = "2999-06-30"
ONE_BY_ONE = 9
"""Decisions before the rest is decided at once."""


class Keyboard:
    """Hands on the keyboard of an app, which look at the screen before they go on."""

    def __init__(self, app: ThreatwrightApp, pilot: Pilot[Path | None]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.until(self._waits)

    async def type(self, text: str) -> None:
        """Put text in at once where the focus is; keys one by one take long."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def fill(self, *texts: str) -> None:
        """Fill in a form, a field after the other, and hand it in."""
        await self.until(lambda: isinstance(self.app.screen, Form))
        for text in texts:
            await self.type(text)
            await self.pilot.press("tab")
        await self.press("ctrl+s")
        await self.until(lambda: not isinstance(self.app.screen, Form))

    async def find(self, words: str, threat: str) -> None:
        """Filter the threats so that the cursor is on one."""
        await self.filter(words)
        await self.until(lambda: self.app.screen.query_one(ThreatTable).threat_id == threat)

    async def filter(self, words: str) -> None:
        await self.press("/", "end", "ctrl+u")
        await self.type(words)
        await self.press("enter")

    async def until(self, holds: Callable[[], object]) -> None:
        for _ in range(3000):
            await self.pilot.pause()
            if holds():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"it never came to that; the screen shows\n{self.text}")

    @property
    def model(self) -> ThreatModel:
        assert self.app.model is not None
        return self.app.model

    def _waits(self) -> bool:
        return self.app.conversation is not None and not self.app.conversation.is_busy

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)


def at_the_keyboard(do: Callable[[Keyboard], Awaitable[None]]) -> None:
    """Open the model in the user interface, do something by keyboard, save and leave."""

    async def run() -> None:
        app = build_app([MODEL], offline=True)
        async with app.run_test(size=(120, 40)) as pilot:
            keyboard = Keyboard(app, pilot)
            await keyboard.until(lambda: app.current_mode == "interview")
            await keyboard.until(keyboard._waits)
            await do(keyboard)
            await pilot.press("ctrl+q")
            await keyboard.until(lambda: not app.is_running)

    asyncio.run(run())


def loaded(path: str = MODEL) -> ThreatModel:
    return bootstrap.store().load(Path(path))


def by_id(model: ThreatModel) -> dict[str, Threat]:
    return {threat.id: threat for threat in model.threats}


async def review(keyboard: Keyboard) -> None:
    """Nine decisions one by one, an edit among them, and the rest at once."""
    await keyboard.press("f4")
    await keyboard.until(lambda: keyboard.app.current_mode == "threats")
    await keyboard.find("notebook-exposed", EXPOSED)
    await keyboard.press("e")
    await keyboard.until(lambda: isinstance(keyboard.app.screen, Form))
    await keyboard.press("end", "ctrl+u")
    await keyboard.fill("Whoever reaches JupyterHub runs code")
    await keyboard.press("a")
    await keyboard.fill("It moves behind the VPN this year", "Ana", "", LAST_DAY)
    await keyboard.filter("undecided")
    for number in range(ONE_BY_ONE - 1):
        await keyboard.press("rt"[number % 2])
        await keyboard.fill(f"Looked at in meeting {number}", "Bo")
    await keyboard.press("*", "t")
    await keyboard.fill("The platform team takes the rest", "Platform team")


async def look_at_the_roadmap(keyboard: Keyboard) -> None:
    """The phases of what is left to do."""
    await keyboard.press("f7")
    await keyboard.until(lambda: "Today" in keyboard.text)
    for phase in ("After now", "After next", "After later"):
        assert phase in keyboard.text


async def answer_anew(keyboard: Keyboard) -> None:
    """Say that anybody can reach the notebooks, where it was said that only staff can."""
    await keyboard.press("ctrl+b")
    await keyboard.until(lambda: isinstance(keyboard.app.screen, HistoryDialog))
    dialog = keyboard.app.screen
    assert isinstance(dialog, HistoryDialog)
    while dialog._entry is None or dialog._entry.question != WHO:
        await keyboard.press("down")
    await keyboard.press("enter")
    await keyboard.until(lambda: isinstance(keyboard.app.screen, ReviseDialog))
    assert "So far: " in keyboard.text
    await keyboard.press("1")
    await keyboard.until(lambda: isinstance(keyboard.app.screen, PreviewDialog))
    await keyboard.press("enter")
    await keyboard.until(lambda: OPEN in {t.id for t in keyboard.model.threats})


def test_a_review_by_keyboard_is_kept_compared_and_held_by_the_gate(tw: CommandLine) -> None:
    gate = ("check", MODEL, "--max-residual", "high", "--require-decisions", "--json")
    assert tw("draft", "sample:mlops-platform", "--offline", "-o", MODEL).code == 0
    assert tw(*gate).code == 1
    drafted = loaded()

    # The review
    async def first_sitting(keyboard: Keyboard) -> None:
        await review(keyboard)
        await look_at_the_roadmap(keyboard)

    at_the_keyboard(first_sitting)
    said = loaded().journal[len(drafted.journal) :]
    decided = [entry for entry in said if isinstance(entry, Decided)]
    assert len([entry for entry in decided if entry.first is None]) == ONE_BY_ONE + 1
    assert len(decided) == len(drafted.threats)
    reviewed = by_id(loaded())
    assert reviewed[EXPOSED].title == "Whoever reaches JupyterHub runs code"
    assert reviewed[EXPOSED].status is Status.ACCEPTED
    assert str(reviewed[EXPOSED].until) == LAST_DAY
    assert all(threat.status is not Status.PROPOSED for threat in reviewed.values())
    told = tw("check", MODEL, "--max-residual", "high", "--require-decisions")
    assert (told.code, told.err) == (0, "")

    # An answer is another
    shutil.copy(MODEL, REVIEWED)
    at_the_keyboard(answer_anew)
    now = by_id(loaded())
    assert now[OPEN].status is Status.PROPOSED
    assert now[EXPOSED].residual > reviewed[EXPOSED].residual
    assert now[EXPOSED].title == reviewed[EXPOSED].title

    # What that changed, and why
    difference = Difference.model_validate_json(tw("diff", REVIEWED, MODEL, "--json").out)
    changed = {one.id: one for one in difference.threats}
    assert {id_ for id_, one in changed.items() if one.became is Became.NEW} == {OPEN}
    assert Aspect.RESIDUAL in changed[EXPOSED].changed
    for id_ in (OPEN, EXPOSED):
        causes = [cause for cause in changed[id_].causes if cause.kind is CauseKind.ANSWER]
        assert any(f"fact:{WHO}" in [g.id for g in cause.through] for cause in causes)
    text = tw("diff", REVIEWED, MODEL).out
    assert now[OPEN].title in text
    assert "1 answer." in text
    assert "~ Reach of JupyterHub: " in text

    # The gate
    failed = tw(*gate)
    report = Report.model_validate_json(failed.out)
    assert (failed.code, report.passed) == (1, False)
    stops = {(one.objection.rule, one.objection.subject) for one in report.files[0].stopping}
    assert stops == {
        ("max-residual", OPEN),
        ("undecided", OPEN),
        ("acceptance-stale", EXPOSED),
    }
