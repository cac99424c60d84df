"""The answers so far, to go back to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from threatwright.exchange.history import Input
from threatwright.tui.wording import MUTED

if TYPE_CHECKING:
    from textual.app import ComposeResult


class HistoryDialog(ModalScreen[Input | None]):
    """Pick an earlier input, newest first. Escape picks none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, entries: Sequence[Input]) -> None:
        super().__init__()
        self._entries = list(reversed(entries))

    def compose(self) -> ComposeResult:
        """The inputs, each with what it was about."""
        with Vertical(classes="dialog -large"):
            yield Static(Content("Go back to"), classes="dialog-title")
            yield OptionList(*(Option(_line(entry)) for entry in self._entries))
            yield Static(
                Content("Enter: take back this input and all after it   Escape: cancel"),
                classes="dialog-keys",
            )

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._entries[event.option_index])


def _line(entry: Input) -> Content:
    return Content.assemble((entry.topic, MUTED), "\n  ", (entry.said, "bold"))
