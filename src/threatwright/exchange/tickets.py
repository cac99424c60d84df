"""What is left to do about threats, as tickets; a file beside this one writes each tracker's."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.exchange.marks import count
from threatwright.exchange.report.content import Content
from threatwright.exchange.report.mitigated import Mitigated, first_steps, mitigated
from threatwright.model.terms import Level
from threatwright.model.threats import Threat

MOST_PLACES = 2
"""Names of elements in a title."""


class Ticket(NamedTuple):
    """One mitigation that is not in place everywhere."""

    key: str
    """The same at every export of the model, whatever else changes: of the model and the
    mitigation. Importing again, look for it before making a ticket anew."""
    title: str
    level: Level
    """The highest residual level among its threats."""
    of: Mitigated
    where: tuple[str, ...]
    """Names of the elements where there is something to do."""

    @property
    def threats(self) -> tuple[Threat, ...]:
        """What it is to be done against, the highest risk first."""
        return self.of.against


def tickets(content: Content) -> list[Ticket]:
    """A ticket for each mitigation with something to do, that first which takes off most risk."""
    ordered = {one.id: one for one in (*first_steps(content), *mitigated(content))}
    return [_ticket(content, one) for one in ordered.values() if one.is_open]


def _ticket(content: Content, one: Mitigated) -> Ticket:
    where = tuple(map(content.named, one.open_at))
    shown = ", ".join(where[:MOST_PLACES])
    more = f" and {len(where) - MOST_PLACES} more" if len(where) > MOST_PLACES else ""
    return Ticket(
        key=f"tw-{content.model.id[:8]}-{one.id}".lower(),
        title=f"{one.title}: {shown}{more}" if where else one.title,
        level=content.level(max(threat.residual for threat in one.against)),
        of=one,
        where=where,
    )


def facts_of(ticket: Ticket) -> list[str]:
    """What is known of the work, a sentence each."""
    entry = ticket.of.entry
    gain = ticket.of.gain
    said = [
        f"It stands against {count(len(ticket.threats), 'threat')}"
        + (f" and would by itself take {gain} off their residual risk." if gain else "."),
    ]
    if entry is not None:
        said.append(f"Effort: {entry.effort}. Lifecycle stage: {entry.stage}.")
    if entry is not None and entry.nist:
        said.append(f"NIST AI RMF 1.0: {', '.join(entry.nist)}.")
    return said
