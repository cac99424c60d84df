"""How far people say that mitigations have come, and what is left of the risk by that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatwright.engine.record.corrections import need
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.risk import Risk, Standing
from threatwright.engine.text.spoken import Head, unsteered
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry, Mitigated, standing
from threatwright.model.patterns import Countermeasure
from threatwright.model.said import Mitigate
from threatwright.model.terms import Coverage, MitigationStatus
from threatwright.model.threats import AppliedMitigation, Threat

COVERS = {MitigationStatus.IN_PLACE: Coverage.FULL, MitigationStatus.PARTIAL: Coverage.PARTIAL}
"""What counts at once; what is merely planned lowers nothing yet."""
_WHY = {
    MitigationStatus.IN_PLACE: "Say what shows it: a setting, a runbook, a test, a line of code.",
    MitigationStatus.PARTIAL: "Say what shows the part that is there.",
    MitigationStatus.NOT_DOING: "Say why it is not done.",
}


def mitigation(said: Mitigate, model: ThreatModel, head: Head) -> Mitigated:
    """The entry of how far a mitigation has come.

    Raises InputError if it does not stand against the threats, is without the words that it needs,
    or is stated to be further already.
    """
    threats = {threat.id: threat for threat in model.threats}
    if not said.threats:
        raise InputError(f"No threat is named for {said.mitigation}.", "Name at least one.")
    found: AppliedMitigation | None = None
    for id_ in said.threats:
        need(id_, list(threats), "threat")
        found = _of(threats[id_], said)
    assert found is not None
    reason = unsteered(said.reason)
    if said.status in _WHY and not reason:
        word = said.status.replace("-", " ")
        raise InputError(f"“{found.title}” would be {word} on no grounds.", _WHY[said.status])
    return Mitigated(
        **head,
        mitigation=said.mitigation,
        threat_ids=tuple(dict.fromkeys(said.threats)),
        status=said.status,
        reason=reason,
        owner=" ".join(unsteered(said.owner).split()),
        due=said.due,
        title=found.title,
    )


def _of(threat: Threat, said: Mitigate) -> AppliedMitigation:
    held = {one.id: one for one in threat.mitigations}
    if said.mitigation not in held:
        raise InputError(
            f"{said.mitigation} does not stand against “{threat.title}”.",
            f"Against it stand {', '.join(held) or 'none'}.",
        )
    one = held[said.mitigation]
    is_stated = one.coverage is Coverage.FULL and not one.reason
    if is_stated and said.status is not MitigationStatus.IN_PLACE:
        raise InputError(
            f"“{one.title}” is in place, by what is stated of the system.",
            "Answer the question about it anew, if that is not so.",
        )
    return one


def alike(threat: Threat, mitigation: str, threats: Sequence[Threat]) -> tuple[str, ...]:
    """Ids of the threats against which a mitigation stands at the same places, the threat first."""
    places = {frozenset(one.at) for one in threat.mitigations if one.id == mitigation}
    return (
        threat.id,
        *(
            other.id
            for other in threats
            if other.id != threat.id
            and not other.inherited
            and any(m.id == mitigation and frozenset(m.at) in places for m in other.mitigations)
        ),
    )


# --- what follows -------------------------------------------------------------------------------


def with_mitigations(
    threats: Sequence[Threat], journal: Sequence[JournalEntry], assessment: Assessment
) -> tuple[Threat, ...]:
    """The threats with what people said last of each mitigation; the residual risk follows."""
    said = {
        (threat, entry.mitigation): entry
        for entry in standing(tuple(journal))
        if isinstance(entry, Mitigated)
        for threat in entry.threat_ids
    }
    if not said:
        return tuple(threats)
    named = {threat for threat, _ in said}
    return tuple(
        _mitigated(threat, said, assessment.risk) if threat.id in named else threat
        for threat in threats
    )


def _mitigated(threat: Threat, said: Mapping[tuple[str, str], Mitigated], risk: Risk) -> Threat:
    mitigations = tuple(_with(one, said.get((threat.id, one.id))) for one in threat.mitigations)
    covered = [one.coverage for one in mitigations]
    changed = threat.model_copy(update={"mitigations": mitigations})
    if covered == [one.coverage for one in threat.mitigations]:
        return changed
    left = risk.residual(threat.likelihood, threat.impact, list(map(_standing, mitigations)))
    return changed.model_copy(
        update={
            "residual": left.likelihood * left.impact,
            "residual_likelihood": left.likelihood,
            "residual_impact": left.impact,
            "residual_reasons": left.reasons,
        }
    )


def _with(one: AppliedMitigation, said: Mitigated | None) -> AppliedMitigation:
    """The mitigation as a person has it; one that is stated to be in place stays so."""
    if said is None or said.status is MitigationStatus.PROPOSED or one.coverage is Coverage.FULL:
        return one
    return one.model_copy(
        update={
            "status": said.status,
            "coverage": COVERS.get(said.status, one.coverage),
            "reason": said.reason,
            "owner": said.owner,
            "due": said.due,
        }
    )


def _standing(one: AppliedMitigation) -> Standing:
    counter = Countermeasure(control=one.id, effect=one.effect, at="path")
    return Standing(counter, one.coverage, one.at, None)
