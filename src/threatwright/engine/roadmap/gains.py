"""What a mitigation would still take off: the residual risk that goes if it came into place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import prod

from threatwright.engine.rules.likelihood import clamp
from threatwright.engine.rules.risk import responds
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.risk_table import Reduction, RiskTable
from threatwright.model.terms import Coverage, Effect, MitigationStatus, Status
from threatwright.model.threats import AppliedMitigation, Threat

DONE = (MitigationStatus.IN_PLACE, MitigationStatus.NOT_DOING)
"""Where nothing more is to be done."""


def gains(model: ThreatModel, knowledge: Knowledge) -> dict[str, int]:
    """Mitigation → the sum of residual risk that it alone would take off the model's own threats.

    Each counts by itself: two that do the same do not add up. Nothing is gained where it is in
    place already, where somebody decided against it, or where a threat was rejected.
    """
    table, is_answered = knowledge.risk, responds(model.system, knowledge)
    found: Counter[str] = Counter()
    for threat in model.threats:
        if threat.inherited or threat.status is Status.REJECTED:
            continue
        now = prod(left(threat, best(threat.mitigations), table, is_answered))
        for mitigation in threat.mitigations:
            if mitigation.status not in DONE:
                with_it = best((*threat.mitigations, full(mitigation)))
                found[mitigation.id] += now - prod(left(threat, with_it, table, is_answered))
    return dict(found)


def full(mitigation: AppliedMitigation) -> AppliedMitigation:
    """The same, were it fully in place."""
    return mitigation.model_copy(update={"coverage": Coverage.FULL})


def best(mitigations: Iterable[AppliedMitigation]) -> dict[Effect, Coverage]:
    """The best coverage in each class of effect; what is unknown or absent is left out."""
    found: dict[Effect, Coverage] = {}
    for one in mitigations:
        if one.coverage is Coverage.FULL or (
            one.coverage is Coverage.PARTIAL and one.effect not in found
        ):
            found[one.effect] = one.coverage
    return found


def left(
    threat: Threat, covered: Mapping[Effect, Coverage], table: RiskTable, is_answered: bool
) -> tuple[int, int]:
    """(likelihood, impact) that are left where each class of effect is covered so."""
    likelihood, impact = threat.likelihood, threat.impact
    for effect, coverage in covered.items():
        if effect is Effect.DETECTS and not is_answered:
            continue
        off = table.effects[effect].get(coverage, Reduction())
        likelihood, impact = clamp(likelihood - off.likelihood), clamp(impact - off.impact)
    return likelihood, impact
