"""How the places in a document are told: by the line, by the paragraph, or by the page."""

from __future__ import annotations

import re
from enum import StrEnum

from threatwright.model.base import Value


class Unit(StrEnum):
    """What the places in a document are counted in."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    """Of a document that has no lines of its own: each line of its text that is not blank."""
    PAGE = "page"


_MARKS = {Unit.LINE: "", Unit.PARAGRAPH: "par", Unit.PAGE: "p"}
_PLACE = re.compile(r"(p|par|)([1-9][0-9]*)", re.ASCII)


class Places(Value):
    """Where things stand in a document, of which only the text is kept."""

    unit: Unit = Unit.LINE
    pages: tuple[int, ...] = ()
    """For each page, the line of the text with which it begins, counted from 1."""

    def place(self, number: int) -> str:
        """How the nth line, paragraph or page is written in provenance: `12`, `par12`, `p12`."""
        return f"{_MARKS[self.unit]}{number}"


def text_named(source: str) -> str:
    """A text as provenance names it, to read: `answer:7` is "answer 7", `document:a.md:4` "a.md:4".

    Anything else comes back as it is.
    """
    kind, _, rest = source.partition(":")
    match kind:
        case "document":
            return rest
        case "answer":
            return f"answer {rest}"
        case _:
            return source


def in_words(place: str) -> str:
    """A place as it is written in provenance, to read: `p3` is "page 3". Empty if it is none."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return ""
    unit = next(unit for unit, mark in _MARKS.items() if mark == found[1])
    return f"{unit} {found[2]}"
