"""The data-flow diagram in text, drawn for the width that there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content, Span
from textual.widgets import Static

from threatwright.exchange.drawing import drawing

if TYPE_CHECKING:
    from threatwright.exchange.drawing_rows import Kinds
    from threatwright.model.system import SystemModel

_STROKES = re.compile(r"[╭╮╰╯│─┼┤╌╎◀]+")
_MARK = re.compile(r"^│ (\?\d*)")
_TITLE = re.compile(r"^╭─ (.+?) ─")


class Drawing(Static):
    """A system as a picture; where it is not drawn yet, nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[SystemModel, Kinds, Mapping[str, str]] | None = None
        self._width = 0

    def show(self, system: SystemModel, kinds: Kinds, marks: Mapping[str, str]) -> None:
        """Draw a system, with the marks of what is assumed."""
        self._drawn = system, kinds, marks
        self._draw()

    def on_resize(self) -> None:
        """Another width is another drawing."""
        if self.size.width != self._width:
            self._draw()

    def _draw(self) -> None:
        self._width = self.size.width
        if self._drawn is not None and self._width:
            system, kinds, marks = self._drawn
            lines = drawing(system, kinds, width=self._width, marks=marks)
            self.update(Content("\n").join(map(styled, lines)))


def styled(line: str) -> Content:
    """A line of the drawing: strokes in colour, the names of zones and what is assumed strong."""
    spans = [Span(*found.span(), "$primary") for found in _STROKES.finditer(line)]
    if title := _TITLE.match(line):
        spans.append(Span(*title.span(1), "bold"))
    if mark := _MARK.match(line):
        spans.append(Span(*mark.span(1), "bold $text-warning"))
    return Content(line, spans=spans)
