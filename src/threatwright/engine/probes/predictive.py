"""What the figures of predictive endpoints say of each threat.

The rule is one for all of them. A figure stands beside its reference: what it would be if nothing
were wrong. Confirmed: the whole 95 % interval lies above the reference. Not observed: the whole
interval lies below the reference and a margin. Everything between, and whatever could not be
measured to the end, is inconclusive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from threatwright.engine.probes.standing import known_of
from threatwright.engine.text.spoken import Head
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Finding, Measured, Probed, Spent, Tried
from threatwright.model.predict_run import (
    Asked,
    FamilyMeasured,
    PlannedFamily,
    PredictEnded,
    PredictEvent,
    PredictPlan,
)
from threatwright.model.probe_run import Started
from threatwright.model.probes import Family

MARGIN = 0.15
"""A figure this much above its reference would matter; below it for certain, nothing was seen."""


def outcome(
    run: str,
    plan: PredictPlan,
    events: Sequence[PredictEvent],
    model: ThreatModel,
    head: Head,
    chain: str = "",
) -> Probed:
    """The entry of a run that ended, whatever ended it: what was measured until then is kept.

    `chain` is the hash of the last record of its evidence.
    """
    end = next((e for e in events if isinstance(e, PredictEnded)), None)
    versions = next((e.versions for e in events if isinstance(e, Started)), {})
    asked = [e for e in events if isinstance(e, Asked)]
    request = plan.target.request
    what = f"{plan.target.origin}{request.path} {request.gives} {request.classes}"
    return Probed(
        **head,
        run=run,
        element=plan.target.element,
        origin=plan.target.origin,
        fingerprint=hashlib.sha256(what.encode()).hexdigest(),
        known=known_of(plan.target.element, model.system),
        plan=plan.hash,
        scope=plan.scope,
        is_complete=end is not None and end.is_complete,
        ended=end.because if end else "cancelled",
        findings=findings(plan, events),
        target=Spent(
            requests=len(asked),
            retries=sum(one.is_retry for one in asked),
            seconds=end.seconds if end else None,
        ),
        versions=versions,
        chain=chain,
    )


def findings(plan: PredictPlan, events: Iterable[PredictEvent]) -> tuple[Finding, ...]:
    """A finding for each threat of the plan, in order; the strongest of its families."""
    told = {event.family: event for event in events if isinstance(event, FamilyMeasured)}
    by_threat: dict[str, list[Finding]] = {}
    for planned in plan.families:
        for threat in planned.threats:
            found = _finding(threat, planned, told.get(planned.family))
            by_threat.setdefault(threat, []).append(found)
    return tuple(map(_strongest, by_threat.values()))


_STRENGTH: Sequence[Tried] = (Tried.CONFIRMED, Tried.INCONCLUSIVE, Tried.NOT_OBSERVED)


def _strongest(found: Sequence[Finding]) -> Finding:
    """What is said of a threat, with the figures of all families: its own first."""
    first, *others = sorted(found, key=lambda f: _STRENGTH.index(f.verdict))
    figures = (figure for one in others for figure in one.measured)
    return first.model_copy(update={"measured": (*first.measured, *figures)})


def leading(finding: Finding) -> tuple[Measured, ...]:
    """The figures that a verdict rests on: the first of each family."""
    firsts: dict[Family | None, Measured] = {}
    for figure in finding.measured:
        firsts.setdefault(figure.family, figure)
    return tuple(firsts.values())


def _finding(threat: str, planned: PlannedFamily, told: FamilyMeasured | None) -> Finding:
    measured = told.measured if told else ()
    verdict = verdict_of(measured[0], is_complete=told.is_complete) if told and measured else None
    return Finding(
        threat=threat,
        verdict=verdict or Tried.INCONCLUSIVE,
        shows=planned.shows,
        because=_because(planned, measured, told),
        measured=tuple(m.model_copy(update={"family": planned.family}) for m in measured),
    )


def verdict_of(figure: Measured, *, is_complete: bool = True) -> Tried:
    """What a figure says beside its reference. What is shown is shown, also by a part of a run."""
    if figure.is_above:
        return Tried.CONFIRMED
    return Tried.NOT_OBSERVED if is_complete and is_clear(figure) else Tried.INCONCLUSIVE


def is_clear(figure: Measured) -> bool:
    """Whether its interval excludes an effect that would matter."""
    return figure.high < figure.reference + MARGIN


def _because(
    planned: PlannedFamily, measured: Sequence[Measured], told: FamilyMeasured | None
) -> str:
    if not measured:
        return f"{planned.family}: {told.because if told else 'it was not run'}"
    first = measured[0]
    said = (
        f"{first.name} {first.value:.2f} ({first.low:.2f} to {first.high:.2f}, n = {first.n}), "
        f"beside {first.reference:.2f} for {first.reference_name}"
    )
    ended = f"; it ended early: {told.because}" if told and told.because else ""
    return f"{planned.family}: {said}{ended}"
