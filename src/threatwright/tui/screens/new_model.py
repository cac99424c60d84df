"""Begin a threat model: a name and a description in one's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static, TextArea

from threatwright.exchange.plain import one_line, plain
from threatwright.tui.contract import NewModel
from threatwright.tui.widgets.fields import Line, Page

if TYPE_CHECKING:
    from textual.app import ComposeResult

HINT = (
    "Describe the system as you would to a colleague: who uses it, what the model does, where its "
    "data comes from, what it runs on. A paragraph is enough; the interview asks for the rest."
)
DEFAULT_NAME = "New system"


class NewModelScreen(ModalScreen[NewModel | None]):
    """Gives what to begin from; Escape gives none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "start", "Start", priority=True),
        Binding("escape", "dismiss(None)", "Cancel"),
    ]

    def compose(self) -> ComposeResult:
        """Name, description, start."""
        with Vertical(classes="dialog -large", id="new-model"):
            yield Static(Content("A new threat model"), classes="dialog-title")
            yield Line(placeholder=f"Name (else: {DEFAULT_NAME})", id="name", compact=True)
            yield Static(Content(HINT), classes="dialog-text", id="new-hint")
            yield Page(id="description", placeholder="Type or paste a description")
            with Horizontal(classes="buttons"):
                yield Button("Start (Ctrl+S)", id="start", variant="primary", compact=True)
                yield Button("Cancel (Esc)", id="cancel", compact=True)

    @on(Input.Submitted, "#name")
    def _to_description(self) -> None:
        self.query_one(TextArea).focus()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Begin, if there is a description."""
        text = plain(self.query_one(TextArea).text).strip()
        name = one_line(self.query_one("#name", Input).value) or DEFAULT_NAME
        if text:
            self.dismiss(NewModel(name, text))
        else:
            self.query_one("#new-hint", Static).update(
                Content.assemble(("A description is needed. ", "bold $text-error"), HINT)
            )
            self.query_one(TextArea).focus()
