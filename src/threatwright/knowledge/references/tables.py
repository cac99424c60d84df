"""Rows of tables in Markdown, CSV and HTML, with the heads of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from threatwright.knowledge.references.places import Claim, Place

REACH = 4000
"""Characters of a row on either side of the id, and of a table above its row."""

SEPARATED = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|"}
"""Extensions of files whose every line is a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: where its cells stand, and which of them holds the id."""

    cells: tuple[tuple[int, int], ...]
    own: int
    heads: tuple[str, ...] = ()

    def head(self, column: int) -> str:
        """What the column is called; empty if that is not known."""
        return self.heads[column] if column < len(self.heads) else ""


def row_at(text: str, start: int, suffix: str) -> Row | None:
    """The row that holds the id at `start`, if it stands in a table."""
    left, right = line_at(text, start)
    if suffix in SEPARATED:
        mark = _separator(text, SEPARATED[suffix])
        head = text[: _line_end(text, 0)].removeprefix("\ufeff")
        heads = tuple(head[a:b] for a, b in _fields(head, 0, len(head), mark)) if left else ()
        return _row(list(_fields(text, left, right, mark)), start, heads)
    if text.count("|", left, right) >= 2 or (text.count("|", left, right) and _ruled(text, left)):
        return _row(list(_piped(text, left, right)), start, _markdown_heads(text, left))
    return _html_row(text, start)


def line_at(text: str, at: int) -> tuple[int, int]:
    """Start and end of the line, or of as much of it as is looked at."""
    low = max(0, at - REACH)
    left = max(text.rfind("\n", low, at), text.rfind("\r", low, at)) + 1
    return max(left, low), _line_end(text, at)


def _line_end(text: str, at: int) -> int:
    high = min(len(text), at + REACH)
    ends = [e for e in (text.find("\n", at, high), text.find("\r", at, high)) if e >= 0]
    return min([*ends, high])


def _row(cells: list[tuple[int, int]], start: int, heads: tuple[str, ...]) -> Row | None:
    for number, (left, right) in enumerate(cells):
        if left <= start < right:
            return Row(tuple(cells), number, heads)
    return None


# --- separated values -------------------------------------------------------------------------


def _separator(text: str, usual: str) -> str:
    head = text[: _line_end(text, 0)]
    return max((usual, ";", "\t"), key=head.count) if usual == "," else usual


def _fields(text: str, left: int, right: int, mark: str) -> Iterator[tuple[int, int]]:
    """Fields of one line. A field in quotes may hold the separator."""
    at, begin, quoted = left, left, False
    while at < right:
        if text[at] == '"':
            quoted = not quoted
        elif text[at] == mark and not quoted:
            yield begin, at
            begin = at + 1
        at += 1
    yield begin, right


# --- Markdown ---------------------------------------------------------------------------------

_RULE = re.compile(r"[ \t>]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")


def _piped(text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
    begin = left
    for bar in re.compile(r"(?<!\\)\|").finditer(text, left, right):
        if bar.start() > begin or begin > left:
            yield begin, bar.start()
        begin = bar.end()
    if text[begin:right].strip():
        yield begin, right


def _lines_above(text: str, left: int) -> Iterator[tuple[int, int]]:
    low = max(0, left - 10 * REACH)
    while left > low:
        end = left - 1
        left = text.rfind("\n", low, end) + 1 or low
        yield left, end


def _ruled(text: str, left: int) -> bool:
    return any("|" in text[a:b] for a, b in _lines_above(text, left) for _ in range(1))


def _markdown_heads(text: str, left: int) -> tuple[str, ...]:
    ruled = False
    for a, b in _lines_above(text, left):
        line = text[a:b].rstrip("\r")
        if "|" not in line and not _RULE.fullmatch(line):
            return ()
        if ruled:
            return tuple(text[x:y] for x, y in _piped(text, a, b))
        ruled = "-" in line and bool(_RULE.fullmatch(line))
    return ()


# --- HTML -------------------------------------------------------------------------------------

_CELL = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</?t[dhr]\b|</?t(?:able|body|head)\b", re.IGNORECASE)


def _html_row(text: str, start: int) -> Row | None:
    low, high = max(0, start - REACH), min(len(text), start + REACH)
    opened = max(text.rfind("<tr", low, start), text.rfind("<TR", low, start))
    if opened < 0 or text.find("</tr", opened, start) >= 0:
        return None
    closed = re.compile(r"</tr|<tr\b|</table", re.IGNORECASE).search(text, start, high)
    right = closed.start() if closed else high
    table = max(text.rfind("<table", max(0, opened - 10 * REACH), opened), 0)
    first = text.find("<tr", table, opened + 1)
    heads: tuple[str, ...] = ()
    if 0 <= first < opened:
        until = text.find("</tr", first, opened)
        spans = _html_cells(text, first, until if until >= 0 else opened)
        heads = tuple(re.sub(r"<[^<>]*>", " ", text[a:b]) for a, b in spans)
    return _row(list(_html_cells(text, opened, right)), start, heads)


def _html_cells(text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
    for cell in _CELL.finditer(text, left, right):
        end = _CELL_END.search(text, cell.end(), right)
        yield cell.end(), end.start() if end else right


# --- names in other cells ---------------------------------------------------------------------

_ID_HEAD = re.compile(r"\b(?:ids?|identifiers?|codes?|reference|ref|no|number)\b|^#$")
_NAMES = {"name", "title", "official name", "full name", "short name", "atlas name", "owasp name"}
_KINDS = {
    "T": ("technique", "atlas technique", "sub technique"),
    "TA": ("tactic", "atlas tactic"),
    "M": ("mitigation", "atlas mitigation"),
    "": ("risk", "owasp risk", "entry", "vulnerability", "weakness", "category"),
}


def cells_beside(row: Row, taken: tuple[tuple[int, int], ...], kind: str) -> Iterator[Place]:
    """The cells that may hold the name of an id in the row; `taken` are spans of other ids.

    `kind` is what it is an id of, as in `Token`.
    """

    def free(column: int) -> bool:
        left, right = row.cells[column]
        return not any(left <= a < right for a, _ in taken)

    own = _head(row.head(row.own))
    heads = _NAMES | {f"{noun}{name}" for noun in _KINDS[kind] for name in ("", "s", " name")}
    if _ID_HEAD.search(own) or own in ("technique", "atlas", "owasp"):
        for column in range(len(row.cells)):
            is_name = _head(row.head(column)) in heads
            if column != row.own and is_name and free(column):
                sure = column == row.own + 1 or own.split(" ")[0] == _head(row.head(column))
                left, right = row.cells[column]
                yield Place(left, right, Claim.FIELD if sure else Claim.WEAK, whole=True, cell=True)
                return
    for step in (1, -1):
        column = row.own + step
        while 0 <= column < len(row.cells) and free(column):
            nearest = column == row.own + step
            claim = Claim.WEAK if nearest and not _other(row.head(column)) else Claim.HINT
            yield Place(*row.cells[column], claim, whole=True, cell=True, behind=step > 0)
            column += step


def _head(text: str) -> str:
    return " ".join(re.sub(r"[^\w#]+", " ", text).replace("_", " ").split()).lower()


def _other(head: str) -> bool:
    """Whether the column says of itself that it holds something else."""
    plain = _head(head)
    return bool(plain) and bool(
        re.search(r"mitigat|control|tactic|parent|see|related|next|previous|target|leads", plain)
    )
