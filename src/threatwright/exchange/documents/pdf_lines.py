"""The lines on a page of a PDF: where they stand and in what size, put together from its pieces."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pypdf import PageObject

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_WRITTEN_OUT = str.maketrans(_LIGATURES)
_BULLET = re.compile(
    r"\s*(?:o(?= )"  # as word processors write it on the second level
    r"|[\xb7\u2022\u2023\u2043\u2219\u25a0-\u25ff\u2713\u2714\u2756\u27a2\u27a4\uf000-\uf0ff])\s*"
)
_MARKER = re.compile(r"(?:-|\(?(?:\d{1,3}|[a-zA-Z])[.)])")
_WIDEST = 0.6
"""Of a letter on average, in font sizes: what is further off than that stands in a new column."""

_SMALLEST = 1.0
"""Points that letters which are meant to be read have at least."""


class Line(NamedTuple):
    """A line of a page."""

    text: str
    y: float
    """Of its baseline, in points from the bottom of the page."""
    size: float
    """Of most of its letters, in points."""


class _Piece(NamedTuple):
    text: str
    x: float
    y: float
    size: float


def lines_of(page: PageObject) -> list[Line]:
    """The lines of a page, in the order in which they are to be read."""
    lines: list[list[_Piece]] = [[]]

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            piece = _placed(part, cm, tm, size)
            if part and _is_seen(piece):
                lines[-1].append(piece)

    page.extract_text(visitor_text=visit)
    found = [line for pieces in lines if (line := _line(pieces)).text]
    return _with_markers(found)


def _placed(text: str, cm: Sequence[float], tm: Sequence[float], size: float) -> _Piece:
    """A piece of text where the two matrices of PDF put it."""
    x, y = float(tm[4]), float(tm[5])
    scale = math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
    return _Piece(
        text=text,
        x=x * cm[0] + y * cm[2] + cm[4],
        y=x * cm[1] + y * cm[3] + cm[5],
        size=float(size) * scale,
    )


def _is_seen(piece: _Piece) -> bool:
    """Whether a person could read it: what is hidden was not said to anybody."""
    is_somewhere = math.isfinite(piece.x) and math.isfinite(piece.y)
    return is_somewhere and _SMALLEST <= piece.size < math.inf


def _line(pieces: Sequence[_Piece]) -> Line:
    written = [piece for piece in pieces if piece.text.strip()]
    if not written:
        return Line("", 0, 0)
    cells = [""]
    before: _Piece | None = None
    for piece in pieces:
        if before is not None and piece.text.strip() and _is_far(before, piece):
            cells.append("")
        cells[-1] += piece.text
        before = piece if piece.text.strip() else before
    cells = [cell for cell in map(_clean, cells) if cell]
    text = f"| {' | '.join(cells)} |" if len(cells) > 1 else cells[0]
    sizes = Counter[float]()
    for piece in written:
        sizes[round(piece.size, 1)] += len(piece.text)
    return Line(text, written[0].y, sizes.most_common(1)[0][0])


def _is_far(before: _Piece, piece: _Piece) -> bool:
    if _MARKER.fullmatch(before.text.strip()) or _BULLET.fullmatch(before.text):
        return False
    room = (_WIDEST * len(before.text.strip()) + 2) * before.size
    return abs(piece.y - before.y) < before.size / 2 and piece.x - before.x > room


def _clean(text: str) -> str:
    """The text with its ligatures written out, and a bullet as Markdown has it."""
    text = text.translate(_WRITTEN_OUT)
    bullet = _BULLET.match(text)
    rest = text[bullet.end() :] if bullet else text
    return " ".join(("- " * bool(bullet) + rest).split())


def _with_markers(lines: Sequence[Line]) -> list[Line]:
    """The lines with bullets and numbers that stand apart put before what is on their height."""
    found = [line for line in lines if not _MARKER.fullmatch(line.text)]
    at = {round(line.y): number for number, line in reversed(list(enumerate(found)))}
    for marker in lines:
        if _MARKER.fullmatch(marker.text):
            height = round(marker.y)
            number = next((at[y] for y in (height, height - 1, height + 1) if y in at), None)
            if number is not None:
                line = found[number]
                found[number] = line._replace(text=f"{marker.text} {line.text}")
    return found
