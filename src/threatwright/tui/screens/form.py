"""A form: labelled fields that say one thing, which is checked before the form closes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from threatwright.errors import InputError
from threatwright.exchange.plain import one_line, plain
from threatwright.model.said import Said

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

Check = Callable[[Said], None]
"""Raises InputError if something cannot be taken down as it is."""
KEYS = "Enter or Ctrl+S: take it   Tab: next field   Escape: change nothing"


class Form(ModalScreen[Said | None]):
    """Gives what the fields say, once nothing is wrong with it; Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("ctrl+s", "take", "Take it", priority=True),
    ]
    KEYS: ClassVar[str] = KEYS

    def __init__(self, title: str, check: Check, *, hint: str = "") -> None:
        super().__init__()
        self._title, self._check, self._hint = title, check, hint

    def compose(self) -> ComposeResult:
        """Title, fields, what is wrong with them, and what the keys do."""
        with VerticalScroll(classes="dialog -large -form", can_focus=False):
            yield Static(Content(one_line(self._title)), classes="dialog-title")
            if self._hint:
                yield Static(Content(plain(self._hint)), classes="dialog-text")
            for label, field in self.fields():
                with Horizontal(classes="field"):
                    yield Static(Content(label), classes="label")
                    yield field
            yield Static(id="problem")
            yield Static(Content(self.KEYS), classes="dialog-keys")

    @abstractmethod
    def fields(self) -> Iterator[tuple[str, Widget]]:
        """The fields, each with its label."""

    @abstractmethod
    def said(self) -> Said:
        """What the fields say. Raises InputError if one of them cannot be read."""

    def text(self, name: str) -> str:
        """What stands in a line."""
        return one_line(self.query_one(f"#{name}", Input).value)

    @on(Input.Submitted)
    def action_take(self) -> None:
        """Take it, or say what is wrong and stay."""
        try:
            said = self.said()
            self._check(said)
        except InputError as error:
            wrong = Content.assemble(
                (plain(error.problem), "bold $text-error"), f"\n{plain(error.fix)}"
            )
            problem = self.query_one("#problem", Static)
            problem.update(wrong)
            self.call_after_refresh(problem.scroll_visible, animate=False)
            self.app.bell()
        else:
            self.dismiss(said)


def number_of(text: str, name: str) -> int | None:
    """A rating from 1 to 5; None where the line is empty. Raises InputError if it is none."""
    if not text:
        return None
    if text not in {"1", "2", "3", "4", "5"}:
        raise InputError(f"“{text}” is no {name}.", "Write a number from 1 to 5.")
    return int(text)
