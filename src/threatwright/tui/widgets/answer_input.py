"""The line to answer in. While it is empty, single keys answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from threatwright.tui.widgets.fields import Line

if TYPE_CHECKING:
    from textual import events


class AnswerInput(Line):
    """Free text. 1 to 9 and `?` answer only while nothing is typed; after a space they are text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.look_back", show=False),
        Binding("pageup", "screen.page(-1)", show=False),
        Binding("pagedown", "screen.page(1)", show=False),
    ]

    class Chosen(Message):
        """A number key was pressed while nothing was typed."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class Unsure(Message):
        """`?` was pressed while nothing was typed."""

    def on_key(self, event: events.Key) -> None:
        """Answer by a single key while nothing is typed."""
        if not self.value and event.character is not None and event.character in "123456789?":
            event.stop()
            event.prevent_default()
            self.post_message(
                self.Unsure() if event.character == "?" else self.Chosen(int(event.character))
            )
