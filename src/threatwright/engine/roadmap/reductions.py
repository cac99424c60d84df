"""What each control that is planned against a threat would take off, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.roadmap.gains import best, full, left
from threatwright.engine.rules.wording import off_in_words
from threatwright.model.risk_table import RiskTable
from threatwright.model.terms import MitigationStatus
from threatwright.model.threats import Threat


def planned(threat: Threat, table: RiskTable, *, is_answered: bool) -> tuple[str, ...]:
    """From residual to target risk in words, a line for each planned control."""
    return tuple(_planned(threat, table, is_answered))


def _planned(threat: Threat, table: RiskTable, is_answered: bool) -> Iterator[str]:
    held = list(threat.mitigations)
    for index, one in enumerate(threat.mitigations):
        if one.status is not MitigationStatus.PLANNED:
            continue
        before = left(threat, best(held), table, is_answered)
        held[index] = full(one)
        after = left(threat, best(held), table, is_answered)
        off = off_in_words(before[0] - after[0], before[1] - after[1])
        yield f"{one.title} {one.effect} it, once in place: {off or 'takes nothing further off'}"
