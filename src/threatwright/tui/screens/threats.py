"""The threats: a table to sort and filter, one in full, and decisions about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import DataTable, Input, Static

from threatwright.model.document import ThreatModel
from threatwright.model.terms import Outcome, Status
from threatwright.model.threats import Verdict
from threatwright.tui.filter_choices import filter_choices
from threatwright.tui.marks import OUTCOMES
from threatwright.tui.screens.pick import Item, Pick
from threatwright.tui.screens.threat_explaining import ThreatExplaining
from threatwright.tui.threat_filter import (
    HINT,
    By,
    matching,
    matching_stale,
    next_part,
    toggled,
)
from threatwright.tui.widgets.detail import Detail
from threatwright.tui.widgets.element_tables import ElementTable
from threatwright.tui.widgets.fields import Line
from threatwright.tui.widgets.threat_detail import considered, described, gone
from threatwright.tui.widgets.threat_table import COLUMNS, SORTS, Rows, ThreatTable
from threatwright.tui.wording import count

if TYPE_CHECKING:
    from textual.app import ComposeResult

NOT_ASSESSED = Outcome.NOT_ASSESSED
"""What could yet become a threat: listed first."""

EMPTY = (
    "No threats yet.\n\nThey follow from what is known of the system: answer a few questions (F2)."
    "\nn states one by hand."
)


class ThreatsScreen(ThreatExplaining):
    """Table, filter and detail; `c` shows what was considered and left out."""

    MODE = "threats"
    AUTO_FOCUS = "ThreatTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "Sort", show=False),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("f", "choose_filter", "Filters", show=False),
        Binding("x", "explain", "Explain"),
        Binding("m", "part", "By model", show=False),
        Binding("c", "considered", "Left out", show=False),
        Binding("enter", "detail", "Detail", show=False),
    ]

    table = query_one(ThreatTable)
    verdicts = query_one("#verdicts", ElementTable)
    line = query_one("#filter", Input)

    def __init__(self) -> None:
        super().__init__()
        self._verdicts: list[Verdict] = []

    def body(self) -> ComposeResult:
        """Filter and table, and the detail beside or below."""
        with Container(id="threats"):
            with Vertical(id="list"):
                with Container(id="filter-row"):
                    yield Line(placeholder=HINT, id="filter", compact=True)
                    yield Static(id="shown")
                yield ThreatTable()
                yield ElementTable("verdicts", "Outcome", "Threat", "Element")
                yield Static(Content(EMPTY), id="empty")
            with VerticalScroll(id="detail"):
                yield Static(id="explanation")
                yield Detail("detail-text")

    def on_mount(self) -> None:
        """Colours in cells are fixed when they are drawn, so a new theme draws them anew."""
        self.watch(self.app, "theme", lambda: self.refresh_model(anew=True), init=False)

    # --- drawing ----------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """The matrix may have set the filter."""
        with self.prevent(Input.Changed):
            self.line.value = self.workbench.threat_filter
        self.refresh_model(anew=True)

    def show_model(self, model: ThreatModel) -> None:
        """Draw the threats that the filter lets through."""
        if self.has_class("-considered"):
            self._show_verdicts(model)
        else:
            line, today = self.workbench.threat_filter, _today()
            shown = matching(model.threats, line, self._by(model))
            self.table.picked &= {threat.id for threat in model.threats}
            stale = matching_stale(model.stale, line)
            self.table.show(Rows(shown, model.system, stale, today))
        self.set_class(not (model.threats or model.considered or model.stale), "-empty")
        self._show_figure()
        self._show_detail()

    def _by(self, model: ThreatModel) -> By:
        """What the filter is read by."""
        targets = self.workbench.core.targets
        return By(model.system, _today(), targets(model) if targets else {})

    def _show_figure(self) -> None:
        """How many there are, how many of them are decided, and how many are marked."""
        if (model := self.workbench.model) is not None:
            is_left_out = self.has_class("-considered")
            left_out = f"{len(model.considered)} left out"
            figure = left_out if is_left_out else _figure(model, self.table)
            self.query_one("#shown", Static).update(Content(figure))

    def _show_verdicts(self, model: ThreatModel) -> None:
        names = self.workbench.names
        self._verdicts = sorted(model.considered, key=lambda v: v.outcome is not NOT_ASSESSED)
        self.verdicts.show(
            [
                (str(number), (OUTCOMES[v.outcome], names.pattern(v.pattern, element), element))
                for number, v in enumerate(self._verdicts)
                for element in (model.system.name_of(v.element),)
            ]
        )

    @on(DataTable.RowHighlighted)
    def _show_detail(self) -> None:
        model = self.workbench.model
        if model is None:
            return
        about = self._verdict if self.has_class("-considered") else self.table.threat_id
        self.query_one(Detail).tell(about, lambda: self._detail(model))
        self.show_explanation()

    @property
    def _verdict(self) -> Verdict | None:
        """What the cursor is on in the table of what was considered."""
        row = self.verdicts.cursor_row
        return self._verdicts[row] if row < len(self._verdicts) else None

    def _detail(self, model: ThreatModel) -> Content:
        if self.has_class("-considered"):
            if (verdict := self._verdict) is not None:
                element = model.system.name_of(verdict.element)
                title = self.workbench.names.pattern(verdict.pattern, element)
                return considered(verdict, title, element)
            return Content("Nothing else was considered.")
        threat = next((t for t in model.threats if t.id == self.table.threat_id), None)
        if threat is not None:
            titles = {one.id: one.title for one in model.threats}
            element = model.system.name_of(threat.element)
            return described(threat, element, today=_today(), titles=titles)
        stale = next((one for one in model.stale if one.threat == self.table.threat_id), None)
        if stale is not None:
            return gone(stale)
        return Content("No threat fits the filter. / changes it, Escape clears it.")

    # --- for the review -----------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        """The id of what the cursor is on in the table of threats; empty where there is none."""
        return "" if self.has_class("-considered") else self.table.threat_id or ""

    @property
    def picked(self) -> set[str]:
        """Ids of the threats that are marked."""
        return set() if self.has_class("-considered") else self.table.picked

    @property
    def shown_ids(self) -> tuple[str, ...]:
        """Ids of the threats that the filter shows."""
        return () if self.has_class("-considered") else self.table.shown_ids

    def pick(self, ids: Sequence[str]) -> None:
        """Mark threats, or unmark them where all are marked."""
        self.table.pick(ids)
        self._show_figure()

    def go_on(self) -> None:
        """Move to the next threat."""
        self.table.action_cursor_down()

    # --- looking ----------------------------------------------------------------------------

    def action_sort(self) -> None:
        """Sort by the next column."""
        names = list(SORTS)
        self._sort(names[(names.index(self.table.sorted_by) + 1) % len(names)])

    @on(DataTable.HeaderSelected, "ThreatTable")
    def _sort_by_header(self, event: DataTable.HeaderSelected) -> None:
        name = event.column_key.value or "risk"
        self._sort({"mark": "status", "part-mark": "part"}.get(name, name))

    def _sort(self, name: str) -> None:
        self.table.sorted_by = name
        self.refresh_model(anew=True)
        self.table.move_cursor(row=0)
        if name not in {key for key, _, _ in COLUMNS}:
            self.workbench.note(f"Sorted by {name}.")

    def action_filter(self) -> None:
        """Type a filter."""
        self.remove_class("-considered", "-reading")
        self.refresh_model(anew=True)
        self.line.focus()

    def action_choose_filter(self) -> None:
        """Pick a word to filter by, or one that stands in the filter to leave it out."""
        if (model := self.workbench.model) is None:
            return
        found = filter_choices(model, self.line.value, self._by(model))
        items = [Item(c.word, f"{'✓' if c.is_on else ' '} {c.label}", f"{c.number}") for c in found]

        def choose(word: str | None) -> None:
            if word is not None:
                self.remove_class("-considered", "-reading")
                self.line.value = toggled(self.line.value, word)
                self.table.focus()

        self.app.push_screen(Pick("Show only threats that are …", items), choose)

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        chosen = self.table.threat_id
        self.workbench.threat_filter = event.value
        self.refresh_model(anew=True)
        if self.table.threat_id != chosen:
            self.table.move_cursor(row=0)

    @on(Input.Submitted, "#filter")
    def _leave_filter(self) -> None:
        self.table.focus()

    def action_part(self) -> None:
        """Show only what a language model disputed, then what it worded, and so on."""
        model = self.workbench.model
        if model is not None:
            self.line.value = next_part(self.line.value, model.threats)

    def action_considered(self) -> None:
        """Show what was considered and is no threat of this model, or go back."""
        self.toggle_class("-considered")
        self.refresh_model(anew=True)
        (self.verdicts if self.has_class("-considered") else self.table).focus()

    @on(DataTable.RowSelected)
    def action_detail(self) -> None:
        """Read the detail; in a narrow terminal it takes the whole screen."""
        self.add_class("-reading")
        self.query_one("#detail").focus()

    def action_back(self) -> None:
        """From detail or filter to the table, from there to the interview."""
        if self.focused in (self.table, self.verdicts):
            if self.table.picked:
                self.pick(tuple(self.table.picked))
            elif self.workbench.threat_filter:
                self.line.value = ""
            elif self.has_class("-considered"):
                self.action_considered()
            else:
                super().action_back()
            return
        self.remove_class("-reading")
        (self.verdicts if self.has_class("-considered") else self.table).focus()


def _today() -> date:
    return datetime.now(UTC).date()


def _figure(model: ThreatModel, table: ThreatTable) -> str:
    shown, total = len(table.shown_ids), len(model.threats)
    parts = [f"{shown} of {total}" if shown != total else count(total, "threat")]
    if table.picked:
        parts.append(f"{len(table.picked)} marked")
    elif undecided := sum(t.status is Status.PROPOSED for t in model.threats):
        parts.append(f"{undecided} undecided")
    if model.stale:
        parts.append(f"{len(model.stale)} stale")
    return " · ".join(parts)
