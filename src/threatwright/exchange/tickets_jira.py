"""Tickets as a CSV file for Jira's import, with its wiki markup in the description."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threatwright.exchange.csv_text import csv_of
from threatwright.exchange.plain import one_line
from threatwright.exchange.report.content import Content
from threatwright.exchange.tickets import Ticket, facts_of, tickets
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Level

HEAD = ("External ID", "Summary", "Issue Type", "Priority", "Labels", "Labels", "Description")
"""Two columns of labels: Jira takes one label from each."""
PRIORITY = {
    Level.CRITICAL: "Highest",
    Level.HIGH: "High",
    Level.MEDIUM: "Medium",
    Level.LOW: "Low",
}
MAX_SUMMARY = 250
_MARKUP = re.compile(r"[\\{}\[\]*_|!~^+?]")


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The file: a task for each mitigation. The key stands as a label, too, to search for it."""
    content = Content(model, knowledge)
    return csv_of(HEAD, [_row(content, ticket) for ticket in tickets(content)])


def _row(content: Content, ticket: Ticket) -> tuple[str, ...]:
    return (
        ticket.key,
        one_line(ticket.title)[:MAX_SUMMARY],
        "Task",
        PRIORITY[ticket.level],
        "threat-model",
        ticket.key,
        "\n".join(_description(content, ticket)),
    )


def _description(content: Content, ticket: Ticket) -> Iterator[str]:
    entry = ticket.of.entry
    if entry is not None:
        yield _text(entry.description)
        yield ""
    yield "*Where*"
    yield from (f"* {_text(name)}" for name in ticket.where)
    yield ""
    yield "*Against*"
    for threat in ticket.threats:
        rated = f"risk {threat.risk} ({threat.level}), residual {threat.residual}"
        yield f"* {_text(threat.title)}: {rated}, {_text(threat.id)}"
    yield ""
    yield from map(_text, facts_of(ticket))
    if entry is not None:
        yield f"*How to check:* {_text(entry.verify)}"
    if content.model.scope.handling:
        yield f"*Handling:* {_text(content.model.scope.handling)}"
    yield f"From the threat model {_text(content.model.name)}; key {_text(ticket.key)}"


def _text(value: str) -> str:
    """Text on one line that Jira takes for no markup and no mention."""
    return _MARKUP.sub(r"\\\g<0>", one_line(value))
