"""How what probes found moves the risk of threats, and what it says of mitigations.

A confirmation raises, as somebody did it with the effort of a test. Not to have observed it lowers
by one at most: where every family that could show it was tried, often enough for a bound, or until
each figure excludes an effect that would matter, and nothing changed since. Suspected, inconclusive
and blocked move nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.probes.intervals import Rate, wilson
from threatwright.engine.probes.predictive import is_clear, leading
from threatwright.engine.probes.standing import StandingFinding, standing_findings
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.likelihood import clamp, signed
from threatwright.engine.rules.risk import Standing
from threatwright.model.findings import Finding, Tried
from threatwright.model.journal import Edited, JournalEntry, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Countermeasure
from threatwright.model.probes import Family, Rule
from threatwright.model.terms import Coverage, Effect
from threatwright.model.threats import AppliedMitigation, Band, Evidence, Threat, by_risk

CONFIRMED_ADDS = 1
CONFIRMED_LEAST = 4
"""What was done once with the effort of a test is likely, whatever made it seem otherwise."""
NOT_OBSERVED_TAKES = 1
LOW_ENOUGH = 0.25
"""The highest bound with which not to have observed it counts: 12 payloads without a hit."""
DID_NOT_HOLD = "did not hold"
VERIFIED = "verified by probe"
_HOLDING = (Effect.PREVENTS, Effect.HINDERS)


class Move(NamedTuple):
    """What findings do to a likelihood."""

    by: int
    reason: str
    n: int
    """The number of the entry that it follows from."""


def weighed(
    threats: Sequence[Threat], journal: Sequence[JournalEntry], assessment: Assessment
) -> tuple[Threat, ...]:
    """The threats with what probes found about them, in order of risk."""
    found = standing_findings(journal, assessment.system)
    if not found:
        return tuple(threats)
    rated = _rated_by_people(journal)
    return tuple(
        sorted(
            (
                _weighed(threat, found[threat.id], rated.get(threat.id, 0), assessment)
                if threat.id in found and not threat.inherited
                else threat
                for threat in threats
            ),
            key=by_risk,
        )
    )


def uncovered(threat: Threat, found: StandingFinding, knowledge: Knowledge) -> tuple[Family, ...]:
    """The families that could show a threat, and were not tried."""
    return tuple(sorted(_showing(threat, knowledge) - found.families))


def _showing(threat: Threat, knowledge: Knowledge) -> frozenset[Family]:
    """The families of which a hit shows a threat. A user's own rules are extra."""
    return frozenset(
        entry.family
        for entry in knowledge.probes
        if threat.pattern in entry.tests and not isinstance(entry.scorer, Rule)
    )


def _weighed(
    threat: Threat, found: Sequence[StandingFinding], rated: int, assessment: Assessment
) -> Threat:
    told = threat.model_copy(
        update={
            "evidence": (*threat.evidence, *map(_evidence, found)),
            "mitigations": tuple(_noted(one, found) for one in threat.mitigations),
            "notes": (*threat.notes, *_notes(threat, found, assessment.knowledge)),
        }
    )
    move = _move(threat, found, assessment.knowledge)
    if move is not None and move.n > rated:  # who rated it later knew of it
        told = _moved(told, move)
    return _with_residual(told, assessment) if told.mitigations or move else told


def _move(threat: Threat, found: Sequence[StandingFinding], knowledge: Knowledge) -> Move | None:
    counting = [one for one in found if not one.lapsed]
    confirmed = [one for one in counting if one.verdict is Tried.CONFIRMED]
    if confirmed:
        last = max(confirmed, key=lambda one: one.n)
        aim = max(CONFIRMED_LEAST, threat.likelihood + CONFIRMED_ADDS)
        return Move(aim - threat.likelihood, f"a probe that confirmed it ({_run(last)})", last.n)
    clear = [one for one in counting if one.verdict is Tried.NOT_OBSERVED]
    clear = [one for one in clear if not _why_not(threat, one, knowledge)]
    if clear and not any(one.verdict is Tried.SUSPECTED for one in counting):
        last = max(clear, key=lambda one: one.n)
        reason = f"probes of every family that could show it, without a hit ({_run(last)})"
        return Move(-NOT_OBSERVED_TAKES, reason, last.n)
    return None


def _why_not(threat: Threat, found: StandingFinding, knowledge: Knowledge) -> str:
    """Why not to have observed a threat lowers nothing; empty if it does."""
    showing = _showing(threat, knowledge)
    if not showing:
        return "as probes can show but a part of it"
    if missing := uncovered(threat, found, knowledge):
        return f"not tried: {', '.join(missing)}"
    if found.finding.measured:
        return _effect_left(found.finding)
    n = sum(one.payloads for one in found.finding.families if one.family in showing)
    high = wilson(Rate(0, n)).high
    if high > LOW_ENOUGH:
        return f"{n} payloads leave a rate of {high:.0%} possible".replace("%", " %")
    return ""


def _effect_left(finding: Finding) -> str:
    """The first figure whose interval leaves an effect possible that would matter."""
    left = next((one for one in leading(finding) if not is_clear(one)), None)
    return (
        f"{left.name} may be {left.high:.2f}, beside {left.reference:.2f} for {left.reference_name}"
        if left
        else ""
    )


def _moved(threat: Threat, move: Move) -> Threat:
    value = clamp(threat.likelihood + move.by)
    by = value - threat.likelihood
    kept = f", as it is {threat.likelihood} already" if by != move.by else ""
    band = threat.likelihood_band
    if band is not None:
        band = Band(least=clamp(band.least + by), most=clamp(band.most + by))
    return threat.model_copy(
        update={
            "likelihood": value,
            "likelihood_reasons": (
                *threat.likelihood_reasons,
                f"{signed(by)} for {move.reason}{kept}",
            ),
            "likelihood_band": band,
        }
    )


def _with_residual(threat: Threat, assessment: Assessment) -> Threat:
    """Risk and residual risk anew; a mitigation that did not hold takes nothing off."""
    risk = threat.likelihood * threat.impact
    holding = [_standing(one) for one in threat.mitigations if one.probed != DID_NOT_HOLD]
    left = assessment.risk.residual(threat.likelihood, threat.impact, holding)
    reasons = left.reasons + tuple(
        f"{one.title} takes nothing off: a probe got past it"
        for one in threat.mitigations
        if one.probed == DID_NOT_HOLD
    )
    return threat.model_copy(
        update={
            "risk": risk,
            "level": assessment.knowledge.risk.level(risk),
            "residual": left.likelihood * left.impact,
            "residual_likelihood": left.likelihood,
            "residual_impact": left.impact,
            "residual_reasons": reasons,
        }
    )


def _standing(one: AppliedMitigation) -> Standing:
    counter = Countermeasure(control=one.id, effect=one.effect, at="path")
    return Standing(counter, one.coverage, one.at, None)


def _noted(one: AppliedMitigation, found: Sequence[StandingFinding]) -> AppliedMitigation:
    """A mitigation, with what probes say of it: past it, or stopped by it."""
    is_there = one.coverage in (Coverage.FULL, Coverage.PARTIAL)
    counting = [each for each in found if not each.lapsed]
    if is_there and one.effect in _HOLDING and any(_is_confirmed(each) for each in counting):
        return one.model_copy(update={"probed": DID_NOT_HOLD})
    if any(e.verdict is Tried.BLOCKED and e.finding.blocked_by == one.id for e in counting):
        return one.model_copy(update={"probed": VERIFIED})
    return one


def _is_confirmed(found: StandingFinding) -> bool:
    return found.verdict is Tried.CONFIRMED


def _notes(threat: Threat, found: Sequence[StandingFinding], knowledge: Knowledge) -> Iterator[str]:
    for one in found:
        if one.verdict is Tried.SUSPECTED:
            yield f"A probe makes it suspect ({_run(one)}): a person has to look at it."
        clears = one.verdict is Tried.NOT_OBSERVED and not one.lapsed
        if clears and (why := _why_not(threat, one, knowledge)):
            yield f"Not observed by probes ({_run(one)}); that lowers nothing, {why}."


def _evidence(found: StandingFinding) -> Evidence:
    verdict = found.verdict.replace("-", " ")
    ruled = f"{verdict}: "
    if found.ruled:
        what = "confirmed" if found.ruled.is_confirmed else "dismissed"
        ruled = f"{what} by a person ({found.ruled.reason}): "
    lapsed = f" (lapsed: {found.lapsed})" if found.lapsed else ""
    text = f"{ruled}{found.finding.because}, at {found.probed.origin}{lapsed}"
    return Evidence(kind="finding", ref=f"finding:{found.n}", text=text)


def _run(found: StandingFinding) -> str:
    return f"run {found.probed.run}"


def _rated_by_people(journal: Sequence[JournalEntry]) -> dict[str, int]:
    """Threat → the number of the entry in which somebody last rated its likelihood."""
    return {
        entry.threat: entry.n
        for entry in standing(tuple(journal))
        if isinstance(entry, Edited) and entry.likelihood is not None
    }
