"""The report as it would be handed in, and its export."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Markdown, OptionList, Static

from threatwright.errors import ThreatwrightError
from threatwright.exchange.plain import plain
from threatwright.model.document import ThreatModel
from threatwright.tui.export import Export, write
from threatwright.tui.screens.dialogs import Confirm
from threatwright.tui.screens.export import ExportDialog
from threatwright.tui.screens.model_screen import ModelScreen
from threatwright.tui.sections import Section, sections

if TYPE_CHECKING:
    from textual.app import ComposeResult

NO_REPORT = "No report can be written here: the exporters are not loaded."


class ReportScreen(ModelScreen):
    """Rendered Markdown, a section at a time; `x` writes it, or another format, to a file."""

    MODE = "report"
    AUTO_FOCUS = "#sections"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "export", "Export")]

    def __init__(self) -> None:
        super().__init__()
        self._sections: tuple[Section, ...] = ()

    def body(self) -> ComposeResult:
        """The sections, and the one that is read."""
        yield Static(Content(NO_REPORT), id="no-report")
        with Horizontal(id="report"):
            yield OptionList(id="sections", markup=False)
            with VerticalScroll(id="section"):
                # A link in a report may come from anyone; none is opened from here.
                yield Markdown(open_links=False)

    def show_model(self, model: ThreatModel) -> None:
        """Write the report anew, off the event loop."""
        self.set_class(self.workbench.core.report is not None, "-has-report")
        self._draw(model)

    @work(group="report", exclusive=True)
    async def _draw(self, model: ThreatModel) -> None:
        if (report := self.workbench.core.report) is None:
            return
        listed = self.query_one(OptionList)
        listed.loading = True
        try:
            self._sections = sections(plain(await asyncio.to_thread(report, model)))
        except ThreatwrightError as error:
            self.workbench.show_error(error)
            return
        finally:
            listed.loading = False
        seen = listed.highlighted or 0
        listed.clear_options()
        listed.add_options(Content("  " * max(0, s.level - 2) + s.title) for s in self._sections)
        listed.highlighted = min(seen, len(self._sections) - 1) if self._sections else None

    @on(OptionList.OptionHighlighted, "#sections")
    def _read(self, event: OptionList.OptionHighlighted) -> None:
        self._show(event.option_index)

    @work(group="section", exclusive=True)
    async def _show(self, place: int) -> None:
        await self.query_one(Markdown).update(self._sections[place].markdown)
        self.query_one("#section").scroll_home(animate=False)

    def action_export(self) -> None:
        """Choose a format and a file."""
        conversation = self.workbench.conversation
        if conversation is None or conversation.session is None:
            return
        formats = self.workbench.core.formats
        if not formats:
            self.workbench.note(NO_REPORT, warning=True)
            return
        dialog = ExportDialog(formats, conversation.session.path)
        self.app.push_screen(dialog, self._check)

    def _check(self, export: Export | None) -> None:
        if export is None:
            return
        if not export.path.exists():
            self._write(export)
            return

        def overwrite(agreed: bool | None) -> None:
            if agreed:
                self._write(export)

        self.app.push_screen(Confirm(f"{export.path} exists. Write over it?", "Write"), overwrite)

    @work(group="export")
    async def _write(self, export: Export) -> None:
        model = self.workbench.model
        if model is None:
            return
        try:
            path: Path = await asyncio.to_thread(write, model, export)
        except ThreatwrightError as error:
            self.workbench.show_error(error)
        else:
            self.workbench.note(f"Written to {path}")
