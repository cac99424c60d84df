"""Plain tables that fit the terminal: no lines, cells wrapped, wide characters counted as wide."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from threatwright.exchange.plain import one_line

GAP = 2


class Column(NamedTuple):
    """A column: its head, and the share of the spare width it takes (0: as wide as it needs)."""

    head: str
    share: int = 0


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> list[str]:
    """The lines of a table, no wider than `width` where that can be; without one, never wrapped."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = _widths(columns, cells, width)
    return [line for row in ([c.head for c in columns], *cells) for line in _lines(row, widths)]


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None
) -> list[int]:
    wanted = [
        max(cells_of(cell) for cell in (column.head, *(row[i] for row in rows)))
        for i, column in enumerate(columns)
    ]
    room = sum(wanted) if width is None else width - GAP * (len(columns) - 1)
    if sum(wanted) <= room:
        return wanted
    spare = room - sum(w for w, c in zip(wanted, columns, strict=True) if not c.share)
    shares = sum(c.share for c in columns)
    return [
        w if not c.share else max(8, min(w, spare * c.share // shares))
        for w, c in zip(wanted, columns, strict=True)
    ]


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    return [
        (" " * GAP).join(_padded(part, w) for part, w in zip(parts, widths, strict=True)).rstrip()
        for parts in zip_longest(*wrapped, fillvalue="")
    ]


def _wrapped(cell: str, width: int) -> list[str]:
    if cells_of(cell) <= width:
        return [cell]
    # A cell of wide characters is wrapped at half the count, which always fits.
    columns = width if cells_of(cell) == len(cell) else max(width // 2, 1)
    return textwrap.wrap(cell, columns) or [""]


def _padded(part: str, width: int) -> str:
    return part + " " * (width - cells_of(part))


def cells_of(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
