"""What reviewers decided: of each threat the last decision counts, whether or not it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatwright.model.journal import Decided, JournalEntry, standing
from threatwright.model.terms import Status
from threatwright.model.threats import Threat


def decisions(journal: Sequence[JournalEntry]) -> dict[str, Decided]:
    """The decision that counts, by the id of its threat, in the order of the first about each."""
    return {e.threat: e for e in standing(tuple(journal)) if isinstance(e, Decided)}


def with_decisions(threats: Sequence[Threat], decided: Mapping[str, Decided]) -> tuple[Threat, ...]:
    """The threats with what was decided about them."""
    return tuple(
        _decided(threat, decided[threat.id]) if threat.id in decided else threat
        for threat in threats
    )


def _decided(threat: Threat, decision: Decided) -> Threat:
    update: dict[str, object] = {
        "status": decision.status,
        "reason": decision.reason,
        "owner": decision.owner,
        "due": decision.due,
        "until": decision.until,
    }
    if decision.status is Status.REJECTED and decision.duplicate_of:
        update["duplicate_of"] = decision.duplicate_of
    return threat.model_copy(update=update)
