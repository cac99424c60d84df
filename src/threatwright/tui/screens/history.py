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

    def __init__(self, entries: Sequence[Input], gone: Sequence[Input] = ()) -> None:
        super().__init__()
        self._gone = {entry.n for entry in gone[:MOST_GONE]}
        all_ = [*entries, *gone[:MOST_GONE]]
        self._entries = sorted(all_, key=lambda entry: entry.n, reverse=True)

    def compose(self) -> ComposeResult:
        """The inputs, each with what it was about."""
        with Vertical(classes="dialog -large"):
            yield Static(Content("What you said, newest first"), classes="dialog-title")
            yield OptionList(*map(self._option, self._entries))
            yield Static(_keys(), classes="dialog-keys")

    def _option(self, entry: Input) -> Option:
        is_gone = entry.n in self._gone
        return Option(_gone(entry) if is_gone else _line(entry), disabled=is_gone)

    @property
    def _entry(self) -> Input | None:
        """The input that the cursor is on, else the last one; None where all were taken back."""
        at = self.query_one(OptionList).highlighted
        standing = (entry for entry in self._entries if entry.n not in self._gone)
        return next(standing, None) if at is None else self._entries[at]

    @on(OptionList.OptionSelected)
    def _pick(self) -> None:
        entry = self._entry
        if entry is None or entry.question is None:
            self.action_take_back()
        else:
            self.dismiss(entry)

    def action_take_back(self) -> None:
        """Take this input back, and nothing else."""
        if (entry := self._entry) is not None:
            self.dismiss(Undo(entry=entry.n))

    def action_go_back(self) -> None:
        """Take this input back and all after it."""
        if (entry := self._entry) is not None:
            self.dismiss(Undo(steps=entry.steps))


MOST_GONE = 20
"""As many of what was taken back are shown."""


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


def _gone(entry: Input) -> Content:
    return Content.assemble((f"taken back · {entry.topic}\n  ", MUTED), (entry.said, "strike dim"))
