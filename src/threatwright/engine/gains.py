"""What a mitigation would still take off: the residual risk that goes if it came into place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from threatwright.engine.risk import clamp, responds
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge, Reduction, RiskTable
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
        now = _residual(threat, _best(threat.mitigations), table, is_answered)
        for mitigation in threat.mitigations:
            if mitigation.status not in DONE:
                with_it = _best((*threat.mitigations, _full(mitigation)))
                found[mitigation.id] += now - _residual(threat, with_it, table, is_answered)
    return dict(found)


def _full(mitigation: AppliedMitigation) -> AppliedMitigation:
    return mitigation.model_copy(update={"coverage": Coverage.FULL})


def _best(mitigations: Iterable[AppliedMitigation]) -> dict[Effect, Coverage]:
    """The best coverage in each class of effect; what is unknown or absent is left out."""
    best: dict[Effect, Coverage] = {}
    for one in mitigations:
        if one.coverage is Coverage.FULL or (
            one.coverage is Coverage.PARTIAL and one.effect not in best
        ):
            best[one.effect] = one.coverage
    return best


def _residual(
    threat: Threat, best: Mapping[Effect, Coverage], table: RiskTable, is_answered: bool
) -> int:
    likelihood, impact = threat.likelihood, threat.impact
    for effect, coverage in best.items():
        if effect is Effect.DETECTS and not is_answered:
            continue
        off = table.effects[effect].get(coverage, Reduction())
        likelihood, impact = clamp(likelihood - off.likelihood), clamp(impact - off.impact)
    return likelihood * impact
