"""How wide text is in a terminal, where some characters take two columns and some none."""

from __future__ import annotations

import unicodedata

from threatwright.exchange.plain import one_line


def width_of(text: str) -> int:
    """The columns that a line takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def fitted(text: str, width: int) -> str:
    """The text on one line of at most `width` columns, cut with an ellipsis; indents stay."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    line = indent + one_line(text)
    if width_of(line) <= width:
        return line
    while line and width_of(line) >= width:
        line = line[:-1]
    return line.rstrip() + "…" if width > 0 else ""


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
