"""The dialog to export: a format and a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from threatwright.tui.contract import Format
from threatwright.tui.export import Export
from threatwright.tui.folder import SUFFIX
from threatwright.tui.widgets.fields import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ExportDialog(ModalScreen[Export | None]):
    """Gives what to write where; Escape gives none."""

    AUTO_FOCUS = "#format"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("ctrl+s", "export", "Export"),
    ]

    def __init__(self, formats: tuple[Format, ...], model_file: Path) -> None:
        super().__init__()
        self._formats = formats
        self._stem = model_file.with_name(model_file.name.removesuffix(SUFFIX))

    def compose(self) -> ComposeResult:
        """The format, and the file that it suggests."""
        with VerticalScroll(classes="dialog"):
            yield Static(Content("Export"), classes="dialog-title")
            yield Select(
                [(Text(f.name), i) for i, f in enumerate(self._formats)],
                value=0,
                allow_blank=False,
                id="format",
            )
            yield Line(value=self._suggested(self._formats[0]), id="path")
            with Horizontal(classes="buttons"):
                yield Button("Export (Ctrl+S)", id="export", variant="primary")
                yield Button("Cancel (Esc)", id="cancel")

    def _suggested(self, wanted: Format) -> str:
        return f"{self._stem}{wanted.suffix}"

    @property
    def _format(self) -> Format:
        chosen = self.query_one("#format", Select).value
        return self._formats[chosen if isinstance(chosen, int) else 0]

    @on(Select.Changed, "#format")
    def _suggest(self) -> None:
        path = self.query_one("#path", Input)
        if path.value in {self._suggested(f) for f in self._formats}:
            path.value = self._suggested(self._format)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#export")
    @on(Input.Submitted)
    def action_export(self) -> None:
        """Take the format and the path."""
        path = self.query_one("#path", Input).value.strip()
        if path:
            self.dismiss(Export(self._format, Path(path).expanduser()))
        else:
            self.app.bell()
