"""Plans of predictive endpoints, and what their figures say of each threat.

The rule is one for all of them. A figure stands beside its reference: what it would be if nothing
were wrong. Confirmed: the whole 95 % interval lies above the reference. Not observed: the whole
interval lies below the reference and a margin. Everything between, and whatever could not be
measured to the end, is inconclusive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from threatwright.engine.probes.needs import Missing
from threatwright.engine.probes.standing import known_of
from threatwright.engine.spoken import Head
from threatwright.errors import InputError
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
from threatwright.model.probe_plan import LeftOut
from threatwright.model.probe_run import Started
from threatwright.model.probe_scope import PredictTarget, ProbeScope
from threatwright.model.probes import Family, Method, ProbeEntry, Shows

MARGIN = 0.15
"""A figure this much above its reference would matter; below it for certain, nothing was seen."""
ORDER = (Family.MEMBERSHIP, Family.EXTRACTION, Family.EVASION)
"""The cheap ones first: what is left of the rows goes to evasion, which can use any number."""
SHOWS = {
    Family.EVASION: Shows.EVASION,
    Family.EXTRACTION: Shows.EXTRACTION,
    Family.MEMBERSHIP: Shows.MEMBERSHIP,
}
MEANS = {
    Family.EVASION: "small changes that somebody can make flip its decisions more often "
    "than random ones of the same size",
    Family.EXTRACTION: "a model that learned its answers agrees with it better than one that "
    "learned the truth from as many rows",
    Family.MEMBERSHIP: "its answers tell better than the rows themselves who was in its training "
    "data",
}


def plan(
    model: ThreatModel,
    entries: Iterable[ProbeEntry],
    scope: ProbeScope,
    scope_hash: str,
    target: PredictTarget,
    seed: int = 0,
) -> PredictPlan:
    """What the target would be asked for the threats of the model at its element.

    No families where nothing fits: no threat, forbidden ones, no members among the samples.
    """
    testable = {
        family: threats for family in ORDER if (threats := _threats(model, entries, family, target))
    }
    lacking = {family: lack for family in testable if (lack := _lack(family, scope, target))}
    families = [
        PlannedFamily(
            family=family,
            shows=SHOWS[family],
            threats=threats,
            confirmed_means=MEANS[family],
        )
        for family, threats in testable.items()
        if family not in lacking
    ]
    requests = min(target.request.rows, scope.caps.target.requests)
    rows = min(target.request.rows, requests * target.request.rows_per_request)
    return PredictPlan(
        model=model.id,
        scope=scope_hash,
        target=target,
        families=tuple(families),
        rows=rows,
        requests=requests,
        left_out=tuple(
            LeftOut(what=threat, because=lack.because, fix=lack.fix)
            for family, lack in lacking.items()
            for threat in testable[family]
        ),
        seed=seed,
    )


def chosen(plan: PredictPlan, only: Sequence[str], without: Sequence[str]) -> PredictPlan:
    """The plan with what is wanted alone: names of families or threats, `*` stands for anything.

    Raises InputError for a name that nothing in the plan has.
    """
    for name in (*only, *without):
        if not any(_is_named(family, (name,)) for family in plan.families):
            raise InputError(
                f"Nothing in the plan is named {name}.",
                f"Families are {', '.join(f.family for f in plan.families)}; or name a threat.",
            )
    kept = tuple(
        family
        for family in plan.families
        if (not only or _is_named(family, only)) and not _is_named(family, without)
    )
    tried = {threat for family in kept for threat in family.threats}
    gone = dict.fromkeys(t for f in plan.families for t in f.threats if t not in tried)
    left = (LeftOut(what=id_, because="it is not wanted: --only, --without") for id_ in gone)
    return plan.model_copy(update={"families": kept, "left_out": (*plan.left_out, *left)})


def _is_named(family: PlannedFamily, names: Iterable[str]) -> bool:
    own = (family.family.value, *family.threats)
    return any(fnmatchcase(one, name) for name in names for one in own)


def _lack(family: Family, scope: ProbeScope, target: PredictTarget) -> Missing | None:
    """Why a family is not tried at a target."""
    if family in scope.forbidden_families:
        return Missing(
            f"the scope forbids {family}",
            "Take it from `forbidden_families`, if who authorised the scope agrees.",
        )
    if family is Family.MEMBERSHIP and target.request.samples.member is None:
        return Missing(
            "nothing says which samples the model was trained on",
            "Name the column that does under `samples.member` of the target.",
        )
    return None


def _threats(
    model: ThreatModel, entries: Iterable[ProbeEntry], family: Family, target: PredictTarget
) -> tuple[str, ...]:
    tested = {
        pattern
        for entry in entries
        if entry.family is family and entry.method is Method.PREDICT
        for pattern in entry.tests
    }
    return tuple(
        threat.id
        for threat in model.threats
        if threat.element == target.element and threat.pattern in tested
    )


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
