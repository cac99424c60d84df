"""Threats and mitigations as rows of tables, for every format that is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from threatwright.exchange.names import spaced
from threatwright.exchange.report.content import Content
from threatwright.exchange.report.mitigated import Mitigated, mitigated
from threatwright.model.threats import Threat

Cell = str | int | float
Of = TypeVar("Of")


class Column(NamedTuple, Generic[Of]):
    """A column: its title, its width in characters, and what stands in it."""

    title: str
    width: float
    cell: Callable[[Content, Of], Cell]


THREATS: tuple[Column[Threat], ...] = (
    Column("Number", 8, lambda c, t: c.numbers.get(t.id, "")),
    Column("Id", 34, lambda c, t: t.id),
    Column("Threat", 46, lambda c, t: t.title),
    Column("Element", 24, lambda c, t: c.named(t.element)),
    Column("STRIDE", 20, lambda c, t: "; ".join(map(spaced, t.stride))),
    Column("Stage", 12, lambda c, t: spaced(t.stage)),
    Column("Level", 10, lambda c, t: t.level.value),
    Column("Risk", 7, lambda c, t: t.risk),
    Column("Likelihood", 11, lambda c, t: t.likelihood),
    Column("Impact", 8, lambda c, t: t.impact),
    Column("Residual level", 14, lambda c, t: c.level(t.residual).value),
    Column("Residual risk", 13, lambda c, t: t.residual),
    Column("Residual likelihood", 18, lambda c, t: t.residual_likelihood),
    Column("Residual impact", 15, lambda c, t: t.residual_impact),
    Column("Confidence", 11, lambda c, t: t.confidence),
    Column("Status", 12, lambda c, t: t.status.value),
    Column("Owner", 16, lambda c, t: t.owner),
    Column("Due", 12, lambda c, t: str(t.due or "")),
    Column("Accepted until", 14, lambda c, t: str(t.until or "")),
    Column("Reason", 30, lambda c, t: t.reason),
    Column("Origin", 10, lambda c, t: t.origin.value),
    Column("Scenario", 60, lambda c, t: t.scenario),
    Column("Assumptions", 40, lambda c, t: "\n".join(t.assumptions)),
    Column("References", 44, lambda c, t: "\n".join(f"{r.id} {r.name}" for r in t.references)),
    Column(
        "Mitigations",
        50,
        lambda c, t: "\n".join(f"{m.id} {m.title}: {spaced(m.status)}" for m in t.mitigations),
    ),
    Column("Disputed by a language model", 30, lambda c, t: t.dispute),
    Column("The same as", 30, lambda c, t: t.duplicate_of),
    Column("Inherited from", 14, lambda c, t: t.inherited),
    Column("Handling", 14, lambda c, t: c.model.scope.handling),
)

MITIGATIONS: tuple[Column[Mitigated], ...] = (
    Column("Id", 26, lambda c, m: m.id),
    Column("Mitigation", 44, lambda c, m: m.title),
    Column("Status", 20, lambda c, m: "; ".join(map(spaced, m.statuses))),
    Column("Coverage", 16, lambda c, m: "; ".join(map(spaced, m.coverages))),
    Column("Effect", 18, lambda c, m: "; ".join(map(spaced, m.effects))),
    Column("Effort", 9, lambda c, m: m.entry.effort.value if m.entry else ""),
    Column("Stage", 12, lambda c, m: spaced(m.entry.stage) if m.entry else ""),
    Column("Residual risk it would still take off", 18, lambda c, m: m.gain),
    Column("Threats", 9, lambda c, m: len(m.against)),
    Column("Where", 36, lambda c, m: "; ".join(map(c.named, m.at))),
    Column("What it is", 60, lambda c, m: m.entry.description if m.entry else ""),
    Column("How to check", 44, lambda c, m: m.entry.verify if m.entry else ""),
    Column("NIST AI RMF", 18, lambda c, m: "; ".join(m.entry.nist) if m.entry else ""),
    Column("Threat ids", 44, lambda c, m: "\n".join(t.id for t in m.against)),
    Column("Handling", 14, lambda c, m: c.model.scope.handling),
)


def threat_rows(content: Content) -> list[list[Cell]]:
    """A row for every threat, the rejected and inherited among them, in order of risk."""
    return [[column.cell(content, t) for column in THREATS] for t in content.model.threats]


def mitigation_rows(content: Content) -> list[list[Cell]]:
    """A row for every mitigation, those first that stand against most threats."""
    return [[column.cell(content, m) for column in MITIGATIONS] for m in mitigated(content)]
