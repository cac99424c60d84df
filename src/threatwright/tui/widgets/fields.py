"""Fields to type in. What is pasted is made plain first: a terminal would obey an escape in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input, TextArea

from threatwright.exchange.plain import one_line, plain

if TYPE_CHECKING:
    from textual import events


class Line(Input):
    """One line. Pasted lines are joined; the base class would keep the first alone."""

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted."""
        event.stop()
        event.prevent_default()
        self.replace(one_line(event.text), *sorted(self.selection))


class Page(TextArea):
    """Many lines."""

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted."""
        event.stop()
        event.prevent_default()
        self.replace(plain(event.text), *self.selection)
