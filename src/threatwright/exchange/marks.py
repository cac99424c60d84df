"""Writes Markdown: text that stays text, code spans, tables, lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from threatwright.exchange.plain import one_line

_SPECIAL = re.compile(
    r"[\\`*\[\]|#~$]"  # always mean something somewhere
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore inside a word does not
)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_STARTS_BLOCK = re.compile(r"^(?:\d+(?=[.)])|(?=[-+=>]))")


def text(value: str) -> str:
    """Text on one line that no Markdown renderer takes for markup."""
    line = _ENTITY.sub("&amp;", one_line(value))
    return _SPECIAL.sub(r"\\\g<0>", line).replace("<", "&lt;")


def paragraph(markdown: str) -> str:
    """Markdown at the start of a line, which must not begin a list, a heading or a quotation."""
    return _STARTS_BLOCK.sub(r"\g<0>\\", markdown)


def code(value: str) -> str:
    """A code span. A backtick, which would end it, becomes an apostrophe."""
    line = one_line(value).replace("`", "'").replace("|", "\\|")
    return f"`{line}`" if line else ""


def quote(value: str) -> str:
    """Somebody's own words."""
    return f"“{text(value)}”"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already, and an empty line after it; none without rows."""
    lines = [_row(row) for row in rows]
    return [_row(head), "|" + " --- |" * len(head), *lines, ""] if lines else []


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def bullets(items: Iterable[str]) -> list[str]:
    """A list of items that are Markdown already, with an empty line after it."""
    lines = [f"- {paragraph(item)}" for item in items]
    return [*lines, ""] if lines else []


def numbered(items: Iterable[str]) -> list[str]:
    """A numbered list of items that are Markdown already, with an empty line after it."""
    lines = [f"{n}. {paragraph(item)}" for n, item in enumerate(items, 1)]
    return [*lines, ""] if lines else []


def link_to(heading: str) -> str:
    """The address of a heading in the same document, as GitHub, GitLab and editors make it."""
    return "#" + re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def count(n: int, one: str, many: str = "") -> str:
    """`1 threat`, `2 threats`."""
    return f"{n} {one if n == 1 else many or one + 's'}"
