"""What a screen tells of the row that its cursor is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.timer import Timer

REST = 0.06
"""Seconds that a cursor must rest on a row before it is told of: on the way to another one, the
next key would wait until the text is laid out."""


class Detail(Static):
    """Tells of one thing at a time, and scrolls back to its beginning for another."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._about: object = None
        self._text = Content()
        self._tell: Callable[[], Content] = Content
        self._resting: Timer | None = None

    @property
    def is_resting(self) -> bool:
        """Whether it is about to tell of something else."""
        return self._resting is not None

    def tell(self, about: object, text: Callable[[], Content]) -> None:
        """Tell of something: at once if it is told of already, or nothing is; else after a rest."""
        self._tell = text
        self._stop()
        if about == self._about or self._about is None:
            self._about = about
            self._show()
        else:
            self._resting = self.set_timer(REST, lambda: self._turn_to(about))

    def _turn_to(self, about: object) -> None:
        self._stop()
        self._about = about
        self._show()
        if isinstance(self.parent, Widget) and self.is_attached:
            self.parent.scroll_home(animate=False)

    def _show(self) -> None:
        text = self._tell()
        if not text.is_same(self._text):
            self._text = text
            self.update(text)

    def _stop(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
