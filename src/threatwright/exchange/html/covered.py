"""Element × STRIDE with the reason for each cell that holds no threat."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.engine.rules.coverage import UNSPOKEN
from threatwright.exchange.names import spaced
from threatwright.exchange.report.closing import would_be
from threatwright.exchange.report.content import Content
from threatwright.exchange.report.tables import cell_mark, considered
from threatwright.model.terms import Stride
from threatwright.model.threats import CoverageCell

MOST_QUIET = 200
"""Elements of which nothing is to be said that are named."""


class Mark(NamedTuple):
    """One cell."""

    stride: Stride
    text: str
    """A number, ?, –, · or nothing."""
    means: str
    """What that means, in words."""


class Reason(NamedTuple):
    """Why there is no threat of a category at an element."""

    stride: Stride
    text: str
    about: str = ""
    """The threat that was considered."""


class Row(NamedTuple):
    """An element."""

    id: str
    marks: tuple[Mark, ...]
    reasons: tuple[Reason, ...]


class Covered(NamedTuple):
    """The table."""

    rows: tuple[Row, ...]
    """Components first."""
    quiet: tuple[str, ...]
    """Elements without a threat, of which none was considered either, by name."""
    further: int
    """More of these."""


_MEANS = {
    "?": "could apply, but too little is known",
    "–": "ruled out",
    "·": UNSPOKEN,
    "": "means nothing for such an element",
}


def covered(content: Content) -> Covered:
    """A row for each element of which there is something to tell; the others by name."""
    held = considered(content)
    cells: dict[str, list[CoverageCell]] = {}
    for cell in content.coverage:
        cells.setdefault(cell.element, []).append(cell)
    reasons = _reasons(content)
    rows = [
        Row(
            id_,
            tuple(_mark(content, cell, cell_mark(content, cell, held)) for cell in of_element),
            tuple(reasons.get(id_, ())),
        )
        for id_, of_element in cells.items()
    ]
    flows = frozenset(flow.id for flow in content.model.system.flows)
    told = sorted(filter(_tells, rows), key=lambda row: (row.id in flows, content.named(row.id)))
    quiet = [content.named(row.id) for row in rows if not _tells(row)]
    return Covered(tuple(told), tuple(quiet[:MOST_QUIET]), max(0, len(quiet) - MOST_QUIET))


def _tells(row: Row) -> bool:
    return bool(row.reasons) or any(mark.text.isdigit() for mark in row.marks)


def _mark(content: Content, cell: CoverageCell, text: str) -> Mark:
    means = _MEANS.get(text)
    if text == "–" and cell.threats:
        means = "drafted, and rejected in review"
    return Mark(cell.stride, text, means or f"{text} drafted")


def _reasons(content: Content) -> dict[str, list[Reason]]:
    found: dict[str, list[Reason]] = {}
    for verdict in content.model.considered:
        pattern = content.patterns.get(verdict.pattern)
        if pattern is not None:
            title = would_be(content, pattern.id, [verdict.element])
            stride = pattern.stride[0]
            told = f"{spaced(verdict.outcome)}: {verdict.because}"
            found.setdefault(verdict.element, []).append(Reason(stride, told, title))
    return found
