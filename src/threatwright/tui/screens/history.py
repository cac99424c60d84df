"""The inputs so far: to answer one anew, to take one back, or to go back to before it."""

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
from threatwright.workflow.events import Undo

if TYPE_CHECKING:
    from textual.app import ComposeResult

Chosen = Input | Undo
"""An input to answer anew, or what to take back."""


class HistoryDialog(ModalScreen[Chosen | None]):
    """Pick an earlier input, newest first. Escape picks none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("x,delete", "take_back", "Take back"),
        Binding("b", "go_back", "Back to before it"),
    ]

    def __init__(self, entries: Sequence[Input]) -> None:
        super().__init__()
        self._entries = list(reversed(entries))

    def compose(self) -> ComposeResult:
        """The inputs, each with what it was about."""
        with Vertical(classes="dialog -large"):
            yield Static(Content("What you said, newest first"), classes="dialog-title")
            yield OptionList(*(Option(_line(entry)) for entry in self._entries))
            yield Static(_keys(), classes="dialog-keys")

    @property
    def _entry(self) -> Input:
        return self._entries[self.query_one(OptionList).highlighted or 0]

    @on(OptionList.OptionSelected)
    def _pick(self) -> None:
        entry = self._entry
        if entry.question is None:
            self.action_take_back()
        else:
            self.dismiss(entry)

    def action_take_back(self) -> None:
        """Take this input back, and nothing else."""
        self.dismiss(Undo(entry=self._entry.n))

    def action_go_back(self) -> None:
        """Take this input back and all after it."""
        self.dismiss(Undo(steps=self._entry.steps))


def _keys() -> Content:
    keys = (
        ("Enter", "answer anew"),
        ("x", "take it back"),
        ("b", "back to before it"),
        ("Esc", "cancel"),
    )
    parts = [part for key, what in keys for part in ((key, "bold $primary"), f" {what}  ")]
    return Content.assemble(*parts, "\nWhat it would change is shown first.")


def _line(entry: Input) -> Content:
    return Content.assemble((entry.topic, MUTED), "\n  ", (entry.said, "bold"))
