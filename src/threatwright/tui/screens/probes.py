"""Probes: a plan to look through, the consent to it, the run as it goes, and what it found."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, ProgressBar, Static

from threatwright.errors import ThreatwrightError
from threatwright.model.document import ThreatModel
from threatwright.model.said import RuleOn
from threatwright.tui import probe_found
from threatwright.tui.probe_found import Found
from threatwright.tui.screens.consent import ConsentDialog
from threatwright.tui.screens.dialogs import AskLine, Confirm
from threatwright.tui.screens.model_screen import UNDO
from threatwright.tui.screens.probe_planning import ProbePlanning
from threatwright.tui.screens.probe_transcript import ProbeTranscript
from threatwright.tui.widgets import probe_detail, probe_table
from threatwright.tui.widgets.detail import Detail
from threatwright.tui.widgets.probe_head import CONCURRENCY, NONE_WANTED, head

if TYPE_CHECKING:
    from textual.app import ComposeResult

EMPTY = (
    "Nothing was probed yet.\n\n"
    "A probe tries drafted threats on a real endpoint. It needs a scope file: which endpoint, "
    "until when, who authorised it, how much it may spend.\n\n"
    "o  choose a scope file beside the model, or begin one to fill in"
)
ON_ITS_WAY = 0.3
"""Seconds in which a cursor that moved is likely to move again."""
LONGEST = 3.0
"""Seconds that a cursor on its way keeps a run from being drawn."""


class ProbesScreen(ProbePlanning):
    """Plan, run and findings of one endpoint at a time."""

    MODE = "probes"
    AUTO_FOCUS = "#probe-threats"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run"),
        Binding("x", "cancel", "Stop"),
        Binding("y", "rule(True)", "Confirmed"),
        Binding("n", "rule(False)", "Shows nothing"),
        *UNDO,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._moved = self._drawn_at = 0.0
        """When the cursor moved last, and when a run was drawn last."""
        self._offered: tuple[bool | None, ...] = ()
        """Which of its keys can be pressed, as they were shown last."""

    def body(self) -> ComposeResult:
        """What is probed above, the threats left, the one that is marked right."""
        yield Static(id="probe-head")
        yield ProgressBar(id="probe-progress", total=1.0, show_eta=False)
        with Container(id="probes"):
            with Vertical(id="probe-tables"):
                yield probe_table.table()
                yield probe_table.families_table()
                yield Static(Content(EMPTY), id="probe-empty")
            with VerticalScroll(id="probe-pane"):
                yield Detail("probe-detail")

    def on_mount(self) -> None:
        """Follow the run, too."""
        self.workbench.probes_changed.subscribe(self, lambda _: self._follow_run())

    def on_screen_resume(self) -> None:
        """A plan and a run may be another, although the model is not."""
        self.refresh_model(anew=True)

    def _follow_run(self) -> None:
        """Draw how far it is; while the cursor is on its way, keys come first."""
        now, running = time.monotonic(), self.at_work is not None and self.at_work.is_running
        if running and now - self._moved < ON_ITS_WAY and now - self._drawn_at < LONGEST:
            return  # a run tells of itself again soon, and of its end anyway
        self._drawn_at = now
        self.refresh_model(anew=True)

    # --- drawing ----------------------------------------------------------------------------

    def show_model(self, model: ThreatModel) -> None:
        """Draw the plan, the run, or what was found before."""
        doing = self.at_work
        rows = probe_table.rows(doing, model)
        is_empty = not rows and not (doing and (doing.is_planning or doing.plan))
        self.set_class(is_empty, "-empty")
        self.set_class(doing is not None and doing.is_running, "-running")
        self.query_one("#probe-head", Static).update(head(doing, is_empty=is_empty))
        self.table.show(rows)
        if doing is not None:
            self.families.show(probe_table.family_rows(doing))
            if doing.run is not None:
                self.query_one(ProgressBar).update(progress=doing.run.shown.done)
        self._show_detail()
        self._offer()

    @on(DataTable.RowHighlighted)
    def _follow_cursor(self) -> None:
        self._moved = time.monotonic()
        self._show_detail()
        self._offer()

    def _offer(self) -> None:
        """Show the keys anew if they are others: a run tells of itself all the time."""
        actions = ("scope", "want", "run", "cancel", "rule")
        offered = tuple(self.check_action(action, ()) for action in actions)
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    def _show_detail(self) -> None:
        at = self.families.element if self.shows_families else self.table.element
        self.query_one(Detail).tell(at, lambda: self._detail(at) if at else Content())

    def _detail(self, at: str) -> Content:
        """What is known of the row with a key."""
        doing = self.at_work
        if (found := self._found.get(at)) is not None:
            return probe_detail.found(found)
        if doing is None or doing.plan is None:
            return Content()
        plan = doing.run.run.request.plan if doing.run else doing.plan
        if self.shows_families:
            return probe_detail.of_family(at, plan, doing.without)
        key = at.removeprefix(probe_table.LEFT_OUT)
        out = next((one for one in plan.left_out if at != key == one.what), None)
        if out is not None:
            return probe_detail.left_out(out)
        return probe_detail.planned(at, plan, () if doing.run else doing.without)

    @property
    def _found(self) -> dict[str, Found]:
        """What is found about the rows that are shown."""
        doing, model = self.at_work, self.workbench.model
        if model is None or (doing is not None and doing.plan is not None and doing.run is None):
            return {}
        if doing is not None and doing.run is not None:
            return dict(probe_found.of_run(doing.run, model))
        return dict(probe_found.of_journal(model))

    @property
    def _found_here(self) -> Found | None:
        """What is found about the row that the cursor is on."""
        at = self.table.element if self.is_mounted and not self.shows_families else None
        return self._found.get(at) if at else None

    # --- running ----------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        doing = self.at_work
        match action:
            case "run":
                return super().check_action("want", ())
            case "cancel":
                return doing is not None and doing.run is not None and doing.is_running
            case "rule":
                found = None if doing is not None and doing.is_running else self._found_here
                return found is not None and found.is_open
            case _:
                return super().check_action(action, parameters)

    @work(group="probe-run", exclusive=True)
    async def action_run(self) -> None:
        """Ask for consent to what is wanted, and run it."""
        doing = self.at_work
        if doing is None or doing.probing is None or doing.outlook is None:
            return
        if not doing.outlook.probes:
            self.workbench.note(NONE_WANTED, warning=True)
            return
        try:
            plan = await doing.final()
            dialog = ConsentDialog(plan, doing.probing.scope, CONCURRENCY)
            typed = await self.app.push_screen_wait(dialog)
            if typed is not None:
                consent = doing.desk.consent(doing.probing, plan, typed)
                self.remove_class("-families")
                doing.begin(plan, consent)
        except ThreatwrightError as error:
            self.workbench.show_error(error)

    def action_cancel(self) -> None:
        """Stop the run; what it has shown is kept."""

        def stop(agreed: bool | None) -> None:
            if agreed and self.at_work is not None:
                self.at_work.cancel()

        self.app.push_screen(Confirm("Stop the run? What it has shown is kept.", "Stop"), stop)

    # --- findings ---------------------------------------------------------------------------

    @on(DataTable.RowSelected, "#probe-threats")
    @work(group="probe-evidence", exclusive=True)
    async def _read(self) -> None:
        """Show what was said in the trials that a finding rests on."""
        doing, found = self.at_work, self._found_here
        if doing is None or found is None:
            return
        try:
            records = await asyncio.to_thread(doing.desk.evidence, found.run, found.finding)
        except ThreatwrightError as error:
            self.workbench.show_error(error)
            return
        if records:
            self.app.push_screen(ProbeTranscript(found.finding.because, records))
        else:
            self.workbench.note("No evidence of this finding is kept here.", warning=True)

    def action_rule(self, is_confirmed: bool) -> None:
        """Say of what is suspected whether it is so."""
        if (found := self._found_here) is None:
            return
        said = RuleOn(
            run=found.run, threat=found.finding.threat, is_confirmed=is_confirmed, reason=""
        )

        def say(reason: str | None) -> None:
            if reason:
                self.workbench.say(said.model_copy(update={"reason": reason}))

        title = "It is confirmed" if is_confirmed else "It shows nothing"
        self.app.push_screen(AskLine(title, "Why: what the transcript shows."), say)
