"""Lines of Markdown that also read well as plain text, no wider than 80 columns."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

WIDTH = 80
_MARK = re.compile(r"^ *(?:- |\d+\. )")


def wrapped(lines: Iterable[str]) -> list[str]:
    """The lines, those of paragraphs and lists broken; tables and headings stay as they are."""
    return [part for line in lines for part in ([line] if _is_whole(line) else _broken(line))]


def _is_whole(line: str) -> bool:
    return len(line) <= WIDTH or line.startswith(("|", "#"))


def _broken(line: str) -> list[str]:
    """Only a word that is longer than a line stands out."""
    mark = _MARK.match(line)
    first = mark.group() if mark else ""
    return textwrap.wrap(
        line[len(first) :],
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
