"""Probes: a plan to look through, the consent to it, the run as it goes, and what it found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import DataTable, ProgressBar, Static

from threatwright.errors import ThreatwrightError
from threatwright.exchange.plain import one_line
from threatwright.exchange.probes.words import costs, duration
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Finding, Tried
from threatwright.tui.screens.dialogs import AskLine, Confirm, Told
from threatwright.tui.screens.model_screen import UNDO, ModelScreen
from threatwright.tui.screens.pick import Item, Pick
from threatwright.tui.widgets import probe_detail, probe_table
from threatwright.tui.widgets.element_tables import ElementTable
from threatwright.tui.wording import MUTED, count

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from threatwright.tui.probe_work import ProbeWork
    from threatwright.workflow.probing import Probing

NO_DESK = "Probes cannot be planned here: the core is not loaded."
EMPTY = (
    "Nothing was probed yet.\n\n"
    "A probe tries drafted threats on a real endpoint. It needs a scope file: which endpoint, "
    "until when, who authorised it, how much it may spend.\n\n"
    "o  choose a scope file beside the model, or begin one to fill in"
)
NEW = "new"
CONCURRENCY = 4


class ProbesScreen(ModelScreen):
    """Plan, run and findings of one endpoint at a time."""

    MODE = "probes"
    AUTO_FOCUS = "#probe-threats"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "scope", "Scope"),
        Binding("space", "want", "Want"),
        Binding("f", "families", "Families"),
        Binding("k", "kit", "Canaries", show=False),
        Binding("r", "run", "Run"),
        Binding("x", "cancel", "Stop"),
        Binding("y", "rule(True)", "Confirmed"),
        Binding("n", "rule(False)", "Nothing"),
        *UNDO,
    ]

    table = query_one("#probe-threats", ElementTable)
    families = query_one("#probe-families", ElementTable)
    detail = query_one("#probe-detail", Static)

    def body(self) -> ComposeResult:
        """What is probed above, the threats left, the one that is marked right."""
        yield Static(id="probe-head")
        yield ProgressBar(id="probe-progress", show_eta=False)
        with Container(id="probes"):
            with Vertical(id="probe-tables"):
                yield probe_table.table()
                yield probe_table.families_table()
                yield Static(Content(EMPTY), id="probe-empty")
            with VerticalScroll(id="probe-pane"):
                yield Static(id="probe-detail")

    def on_mount(self) -> None:
        """Follow the run, too."""
        self.workbench.probes_changed.subscribe(self, lambda _: self.refresh_model(anew=True))

    @property
    def at_work(self) -> ProbeWork | None:
        """The plan and run of the model that is open; None where there is nothing to run them."""
        return self.workbench.probe_work

    # --- drawing ----------------------------------------------------------------------------

    def show_model(self, model: ThreatModel) -> None:
        """Draw the plan, the run, or what was found before."""
        doing = self.at_work
        self.query_one("#probe-head", Static).update(self._head(doing))
        rows = probe_table.rows(doing, model) if doing else []
        self.set_class(not rows and not (doing and doing.is_planning), "-empty")
        self.set_class(doing is not None and doing.is_running, "-running")
        self.table.show(rows)
        if doing is not None:
            self.families.show(probe_table.family_rows(doing))
        if doing is not None and doing.is_running:
            bar = self.query_one(ProgressBar)
            bar.update(total=1.0, progress=doing.shown.done if doing.shown else 0.0)
        self._tell_trouble(doing)
        self._show_detail()
        self.refresh_bindings()

    def _tell_trouble(self, doing: ProbeWork | None) -> None:
        if doing is not None and doing.trouble is not None:
            self.workbench.show_error(doing.trouble)
            doing.trouble = None

    def _head(self, doing: ProbeWork | None) -> Content:
        if doing is None:
            return Content.styled(NO_DESK, MUTED)
        if doing.is_planning:
            return Content("Working out what would be sent; nothing is sent.")
        if doing.plan is None or doing.probing is None:
            return Content("What was found by the last run of each endpoint")
        target = doing.plan.target
        lines = [
            Content.assemble(
                (one_line(f"{target.element} at {target.origin}"), "bold"),
                (one_line(f"  {target.environment}, until {self._until(doing)}"), MUTED),
            )
        ]
        if doing.run is not None:
            lines.append(Content(_progress(doing)))
        else:
            lines += [Content(line) for line in costs(doing.plan, doing.probing.scope, CONCURRENCY)]
            lines.append(Content.styled("Nothing was sent. r runs what is wanted.", MUTED))
        return Content("\n").join(lines)

    def _until(self, doing: ProbeWork) -> str:
        assert doing.probing is not None
        return doing.probing.scope.window.ends.isoformat(sep=" ", timespec="minutes")

    @on(DataTable.RowHighlighted)
    def _show_detail(self) -> None:
        self.detail.update(self._told())

    def _told(self) -> Content:
        doing, model = self.at_work, self.workbench.model
        if doing is None or model is None:
            return Content()
        if self.has_class("-families") and doing.plan and (family := self.families.element):
            return probe_detail.of_family(family, doing.plan)
        at = self.table.element
        if at is None:
            return Content()
        if (finding := self._finding(at)) is not None:
            return probe_detail.found(finding)
        plan = doing.run.request.plan if doing.run else doing.plan
        if plan is None:
            return Content()
        out = next((one for one in plan.left_out if at == f"left out {one.what}"), None)
        if out is not None:
            return probe_detail.left_out(out)
        return probe_detail.planned(at, plan, doing.without)

    def _finding(self, threat: str) -> Finding | None:
        """What was found about a threat: by the run that is shown, else by the last one."""
        doing, model = self.at_work, self.workbench.model
        if doing is None or model is None:
            return None
        if doing.run is not None:
            shown = doing.shown.findings if doing.shown else ()
            return next((f for f in shown if f.threat == threat), None)
        if doing.plan is not None:
            return None
        return next((f for f, _ in probe_table.last_findings(model) if f.threat == threat), None)

    def _run_of(self, threat: str) -> str:
        """The run that the finding shown is of."""
        doing, model = self.at_work, self.workbench.model
        if doing is not None and doing.run is not None:
            return doing.run.name
        found = probe_table.last_findings(model) if model else []
        return next((run.run for f, run in found if f.threat == threat), "")

    # --- planning ---------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        doing = self.at_work
        running = doing is not None and doing.is_running
        has_plan = doing is not None and doing.plan is not None and doing.run is None
        match action:
            case "scope":
                return doing is not None and not running and not doing.is_planning
            case "want" | "families" | "run" | "kit":
                return has_plan
            case "cancel":
                return running
            case "rule":
                at = self.table.element if self.is_mounted else None
                found = self._finding(at) if at and not running else None
                return found is not None and found.verdict is Tried.SUSPECTED
            case _:
                return super().check_action(action, parameters)

    def action_scope(self) -> None:
        """Choose a scope file, or begin one."""
        doing, place = self.at_work, self._place()
        if doing is None or place is None:
            return
        files = doing.desk.scopes(place)
        items = [Item(str(file), file.name) for file in files]
        items.append(Item(NEW, "Begin a scope file, to be filled in"))
        self.app.push_screen(Pick("Scope of probes", items), self._chosen)

    def _place(self) -> Path | None:
        conversation = self.workbench.conversation
        session = conversation.session if conversation else None
        return session.path if session else None

    def _chosen(self, picked: str | None) -> None:
        doing, place, model = self.at_work, self._place(), self.workbench.model
        if picked is None or doing is None or place is None or model is None:
            return
        try:
            if picked == NEW:
                written = doing.desk.begin_scope(model, place)
                self.workbench.note(f"Wrote {written}. Fill it in, then choose it here.")
                return
            scope = Path(picked)
            self._target(doing.desk.probings(scope, model), scope)
        except ThreatwrightError as error:
            self.workbench.show_error(error)

    def _target(self, probings: Sequence[Probing], scope: Path) -> None:
        """Plan for the one target of a scope, or for the one that is picked."""
        if len(probings) == 1:
            self._plan(probings[0], scope)
            return
        items = [
            Item(str(n), f"{p.target.element} at {p.target.origin}", p.target.environment)
            for n, p in enumerate(probings)
        ]

        def picked(number: str | None) -> None:
            if number is not None:
                self._plan(probings[int(number)], scope)

        self.app.push_screen(Pick("Which endpoint?", items), picked)

    @work(group="probe-plan", exclusive=True)
    async def _plan(self, probing: Probing, scope: Path) -> None:
        assert self.at_work is not None
        try:
            await self.at_work.prepare(probing, scope)
        except ThreatwrightError as error:
            self.workbench.show_error(error)

    def action_kit(self) -> None:
        """Make canaries to plant; the plan is worked out anew with them."""
        doing = self.at_work
        if doing is None or doing.probing is None or doing.scope is None:
            return
        try:
            path, plant = doing.desk.begin_kit(doing.probing, doing.scope)
            self.app.push_screen(
                Told(f"Wrote {path.name}. Plant these, then choose the scope", plant)
            )
        except ThreatwrightError as error:
            self.workbench.show_error(error)

    def action_want(self) -> None:
        """Want the threat or family, or want it no more."""
        doing = self.at_work
        table = self.families if self.has_class("-families") else self.table
        at = table.element
        if doing is not None and at is not None and not at.startswith("left out "):
            doing.toggle(at)

    def action_families(self) -> None:
        """Show the families instead of the threats, or the threats again."""
        self.toggle_class("-families")
        (self.families if self.has_class("-families") else self.table).focus()
        self._show_detail()

    # --- running ----------------------------------------------------------------------------

    @work(group="probe-run", exclusive=True)
    async def action_run(self) -> None:
        """Ask for consent to what is wanted, and run it."""
        from threatwright.tui.screens.consent import ConsentDialog

        doing = self.at_work
        if doing is None or doing.probing is None or not doing.wanted:
            self.workbench.note("Nothing is wanted: space wants a threat again.", warning=True)
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
        from threatwright.tui.screens.probe_transcript import ProbeTranscript

        doing, at = self.at_work, self.table.element
        finding = self._finding(at) if at else None
        if doing is None or at is None or finding is None:
            return
        try:
            records = await asyncio.to_thread(doing.desk.evidence, self._run_of(at), finding)
        except ThreatwrightError as error:
            self.workbench.show_error(error)
            return
        if records:
            self.app.push_screen(ProbeTranscript(finding.because, records))
        else:
            self.workbench.note("No evidence of this finding is kept here.", warning=True)

    def action_rule(self, is_confirmed: bool) -> None:
        """Say of what is suspected whether it is so."""
        at = self.table.element
        if at is None:
            return
        run = self._run_of(at)
        title = "It is confirmed" if is_confirmed else "It shows nothing"

        def say(reason: str | None) -> None:
            from threatwright.model.said import RuleOn

            if reason:
                self.workbench.say(
                    RuleOn(run=run, threat=at, is_confirmed=is_confirmed, reason=reason)
                )

        self.app.push_screen(AskLine(title, "Why: what the transcript shows."), say)


def _progress(doing: ProbeWork) -> str:
    """How far a run is, in a line."""
    shown = doing.shown
    sent = count(shown.sent, "request") if shown else "0 requests"
    hits = count(len(shown.confirmed), "threat") if shown else "0 threats"
    if not doing.is_running:
        return f"The run {doing.run.name if doing.run else ''} ended: {sent}, {hits} confirmed."
    left = doing.seconds_left
    rest = f", about {duration(left)} left" if left is not None else ""
    cap = doing.probing.scope.caps.target.requests if doing.probing else 0
    return (
        f"Running: {sent} of {cap} at the most, {hits} confirmed, {duration(doing.seconds)}{rest}"
    )
