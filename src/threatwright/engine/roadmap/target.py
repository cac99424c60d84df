"""The target risk: what is left of a threat once all that is planned against it is done."""

from __future__ import annotations

from threatwright.engine.roadmap.gains import best, full, left
from threatwright.engine.rules.risk import responds
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import MitigationStatus

Rated = tuple[int, int]
"""(likelihood, impact), 1 to 5 each."""


def targets(model: ThreatModel, knowledge: Knowledge) -> dict[str, Rated]:
    """Id of a threat → what is left with each planned mitigation counted as fully in place."""
    table, is_answered = knowledge.risk, responds(model.system, knowledge)
    return {
        threat.id: (threat.residual_likelihood, threat.residual_impact)
        if all(one.status is not MitigationStatus.PLANNED for one in threat.mitigations)
        else left(
            threat,
            best(
                full(one) if one.status is MitigationStatus.PLANNED else one
                for one in threat.mitigations
            ),
            table,
            is_answered,
        )
        for threat in model.threats
    }
