"""A list to pick one thing from, narrowed by what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from threatwright.exchange.plain import one_line
from threatwright.tui.widgets.fields import Line
from threatwright.tui.wording import MUTED

if TYPE_CHECKING:
    from textual.app import ComposeResult

NONE = "Nothing fits."


class Item(NamedTuple):
    """One thing to pick."""

    id: str
    text: str
    beside: str = ""
    """What stands behind the text, faded."""

    @property
    def line(self) -> Content:
        """The item in a line."""
        beside = (f"  {one_line(self.beside)}", MUTED) if self.beside else ""
        return Content.assemble(one_line(self.text), beside)

    def fits(self, words: str) -> bool:
        """Whether all of the words stand in it."""
        text = f"{self.id} {self.text} {self.beside}".lower()
        return all(word in text for word in words.lower().split())


class Pick(ModalScreen[str | None]):
    """Gives the id of what is picked; Escape gives None."""

    AUTO_FOCUS = "Line"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "move(8)", show=False),
        Binding("pageup", "move(-8)", show=False),
    ]

    def __init__(self, title: str, items: Sequence[Item], *, at: str = "") -> None:
        super().__init__()
        self._title, self._items, self._at = title, items, at

    def compose(self) -> ComposeResult:
        """Title, a line to narrow by, the list."""
        with Vertical(classes="dialog -large -pick"):
            yield Static(Content(one_line(self._title)), classes="dialog-title")
            yield Line(placeholder="type to narrow the list", compact=True)
            # The focus stays in the line.
            listed = OptionList(markup=False)
            listed.can_focus = False
            yield listed
            yield Static(
                Content("↑ ↓ choose   Enter: take it   Escape: change nothing"),
                classes="dialog-keys",
            )

    def on_mount(self) -> None:
        """Show all of it."""
        self._show("")
        ids = [item.id for item in self._items]
        if self._at in ids:
            self.query_one(OptionList).highlighted = ids.index(self._at)

    def _show(self, words: str) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        fitting = [item for item in self._items if item.fits(words)]
        listed.add_options(Option(item.line, id=item.id) for item in fitting)
        if fitting:
            listed.highlighted = 0
        else:
            listed.add_option(Option(Content.styled(NONE, MUTED), disabled=True))

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value)

    def action_move(self, step: int) -> None:
        """Move in the list."""
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            most = listed.option_count - 1
            listed.highlighted = max(0, min(most, listed.highlighted + step))

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _take(self) -> None:
        chosen = self.query_one(OptionList).highlighted_option
        if chosen is None or chosen.id is None:
            self.app.bell()
        else:
            self.dismiss(chosen.id)
