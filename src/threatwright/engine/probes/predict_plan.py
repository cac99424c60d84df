"""Plans of predictive endpoints: which families could show its threats, in how many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from threatwright.engine.probes.needs import Missing
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.predict_run import PlannedFamily, PredictPlan
from threatwright.model.probe_plan import LeftOut
from threatwright.model.probe_scope import PredictTarget, ProbeScope
from threatwright.model.probes import Family, Method, ProbeEntry, Shows

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
