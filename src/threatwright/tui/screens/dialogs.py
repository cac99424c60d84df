"""Small dialogs: yes or no, a line of text, lines to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from threatwright.exchange.plain import one_line, plain
from threatwright.tui.widgets.fields import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Confirm(ModalScreen[bool]):
    """Yes or no. Escape is no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = question, yes

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(classes="dialog"):
            yield Static(Content(plain(self._question)), classes="dialog-text")
            with Horizontal(classes="buttons"):
                yield Button(Content(f"{self._yes} (y)"), id="yes", variant="primary")
                yield Button(Content("Cancel (n)"), id="no")

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class AskLine(ModalScreen[str | None]):
    """A line of text. Enter takes it, Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, hint: str, *, value: str = "", needed: bool = True) -> None:
        super().__init__()
        self._title, self._hint, self._value, self._needed = title, hint, value, needed

    def compose(self) -> ComposeResult:
        """Title, line, and what the keys do."""
        with Vertical(classes="dialog"):
            yield Static(Content(one_line(self._title)), classes="dialog-title")
            yield Static(Content(plain(self._hint)), classes="dialog-text")
            yield Line(value=one_line(self._value))
            yield Static(Content("Enter: take it   Escape: cancel"), classes="dialog-keys")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        text = one_line(event.value)
        if text or not self._needed:
            self.dismiss(text)
        else:
            self.app.bell()


class Told(ModalScreen[None]):
    """Lines to read. Any of Enter and Escape closes them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape", "dismiss", "Close")]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        """Title, lines, and how to close them."""
        with Vertical(classes="dialog -large"):
            yield Static(Content(one_line(self._title)), classes="dialog-title")
            with VerticalScroll(classes="changes"):
                yield Static(Content(plain("\n".join(f"- {line}" for line in self._lines))))
            yield Static(Content("Enter: close"), classes="dialog-keys")
