"""Tickets as a CSV file for tools that make GitHub issues of rows, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threatwright.exchange import marks
from threatwright.exchange.csv_text import csv_of
from threatwright.exchange.plain import one_line
from threatwright.exchange.report.content import Content
from threatwright.exchange.tickets import Ticket, facts_of, tickets
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

HEAD = ("key", "title", "body", "labels")
_MENTION = re.compile(r"(?<![\w/])@(?=\w)")


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The file: an issue for each mitigation. The key stands in the body, too, to search for it."""
    content = Content(model, knowledge)
    return csv_of(HEAD, [_row(content, ticket) for ticket in tickets(content)])


def _row(content: Content, ticket: Ticket) -> tuple[str, ...]:
    labels = f"threat-model,risk: {ticket.level}"
    return ticket.key, one_line(ticket.title), "\n".join(_body(content, ticket)), labels


def _body(content: Content, ticket: Ticket) -> Iterator[str]:
    entry = ticket.of.entry
    if entry is not None:
        yield _text(entry.description)
        yield ""
    yield "**Where**"
    yield ""
    yield from marks.bullets(map(_text, ticket.where))
    yield "**Against**"
    yield ""
    yield from marks.bullets(
        f"{_text(t.title)}: risk {t.risk} ({t.level}), residual {t.residual} {marks.code(t.id)}"
        for t in ticket.threats
    )
    yield from map(_text, facts_of(ticket))
    yield ""
    if entry is not None:
        yield f"**How to check:** {_text(entry.verify)}"
        yield ""
    if content.model.scope.handling:
        yield f"**Handling:** {_text(content.model.scope.handling)}"
        yield ""
    yield f"From the threat model {_text(content.model.name)}; key {marks.code(ticket.key)}"


def _text(value: str) -> str:
    """Markdown that stays text, and calls nobody: a comment parts an @ from the name after it."""
    return _MENTION.sub("@<!-- -->", marks.text(value))
