"""Text that comes in pieces, broken between words so that it fits a terminal."""

from __future__ import annotations

import re

_WORDS = re.compile(r"(\n)|([^\S\n]+)|(\S+)")


class Column:
    """Where a text stands that is printed piece by piece."""

    def __init__(self, width: int | None) -> None:
        """`width` is in characters; None breaks nothing."""
        self._width = width
        self._at = 0
        self._held = ""
        """A word that may go on, with the space before it."""
        self._is_begun = False

    def put(self, piece: str) -> str:
        """What can be printed now that this has come."""
        self._is_begun = self._is_begun or bool(piece)
        if self._width is None:
            return piece
        self._held += piece
        whole = max(self._held.rfind(" "), self._held.rfind("\n"))
        ready, self._held = self._held[: max(whole, 0)], self._held[max(whole, 0) :]
        return self._broken(ready, self._width)

    def end(self) -> str:
        """What is left, and the end of the line; nothing if nothing came."""
        left, self._held = self._held, ""
        rest = self._broken(left, self._width) if self._width is not None else left
        return f"{rest}\n" if self._is_begun else ""

    def _broken(self, text: str, width: int) -> str:
        out: list[str] = []
        space = ""
        for line_end, gap, word in _WORDS.findall(text):
            if line_end:
                out.append("\n")
                self._at, space = 0, ""
            elif gap:
                space = " " if self._at else ""
            else:
                is_beyond = self._at and self._at + len(space) + len(word) > width
                out.append(f"\n{word}" if is_beyond else f"{space}{word}")
                self._at = len(word) if is_beyond else self._at + len(space) + len(word)
                space = ""
        return "".join(out)
