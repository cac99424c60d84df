"""The table of threats that are probed: what is wanted, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.exchange.probes.words import VERDICTS
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Finding, Probed, Tried
from threatwright.model.probe_plan import ProbePlan
from threatwright.tui.probe_work import ProbeWork, Shown
from threatwright.tui.widgets.element_tables import ElementTable, Row

COLUMNS = ("", "Threat", "Families", "Sent", "Hits", "Verdict")
FAMILY_COLUMNS = ("", "Family", "Probes", "Payloads", "Requests", "")
WANTED, UNWANTED, NOT_TRIED = "✓", "·", "–"


def table() -> ElementTable:
    """An empty one."""
    return ElementTable("probe-threats", *COLUMNS)


def families_table() -> ElementTable:
    """The families of a plan, to be wanted or not."""
    return ElementTable("probe-families", *FAMILY_COLUMNS)


def rows(work: ProbeWork, model: ThreatModel) -> list[Row]:
    """The threats of the plan or run; without either, those of the last runs."""
    if work.run is not None:
        return [*_of_run(work.run.request.plan, work.shown)]
    if work.plan is not None:
        return [*_of_plan(work, work.plan)]
    titles = {threat.id: threat.title for threat in model.threats}
    return [
        (
            finding.threat,
            (
                "",
                titles.get(finding.threat, finding.threat),
                str(len(finding.families)),
                str(sum(f.trials for f in finding.families)),
                str(sum(f.hits for f in finding.families)),
                VERDICTS[finding.verdict],
            ),
        )
        for finding, _ in last_findings(model)
    ]


def family_rows(work: ProbeWork) -> list[Row]:
    """The families of the plan: probes, payloads and requests of each."""
    plan = work.plan
    if plan is None:
        return []
    families = dict.fromkeys(probe.family for probe in plan.probes)
    return [
        (
            family,
            (
                UNWANTED if family in work.without else WANTED,
                family,
                str(len(probes)),
                str(sum(len(p.payloads) for p in probes)),
                str(sum(p.requests for p in probes)),
                "",
            ),
        )
        for family in families
        for probes in ([p for p in plan.probes if p.family == family],)
    ]


def last_findings(model: ThreatModel) -> list[tuple[Finding, Probed]]:
    """What the last run of each endpoint found, what is worst first."""
    from threatwright.model.journal import standing

    runs: dict[tuple[str, str], Probed] = {}
    for entry in standing(model.journal):
        if isinstance(entry, Probed):
            runs[entry.element, entry.origin] = entry
    found = [(finding, run) for run in runs.values() for finding in run.findings]
    order = list(Tried)
    return sorted(found, key=lambda one: (order.index(one[0].verdict), one[0].threat))


def _of_plan(work: ProbeWork, plan: ProbePlan) -> Iterator[Row]:
    wanted = set(work.wanted)
    for threat in plan.threats:
        probes = [p for p in plan.probes if threat.id in p.threats]
        families = len({p.family for p in probes if p.family not in work.without})
        mark = WANTED if threat.id in wanted else UNWANTED
        sent = str(sum(len(p.payloads) for p in probes if p.family not in work.without))
        yield threat.id, (mark, threat.title, str(families), sent, "", "")
    for one in plan.left_out:
        yield f"left out {one.what}", (NOT_TRIED, one.what, "", "", "", "not tried")


def _of_run(plan: ProbePlan, shown: Shown | None) -> Iterator[Row]:
    found = {finding.threat: finding for finding in shown.findings} if shown else {}
    progress = {row.threat: row for row in shown.rows} if shown else {}
    for threat in plan.threats:
        families = len({p.family for p in plan.probes if threat.id in p.threats})
        row, finding = progress.get(threat.id), found.get(threat.id)
        if row is None:
            yield threat.id, ("", threat.title, str(families), "", "", "")
            continue
        is_open = not row.is_over and finding is not None and finding.verdict != Tried.CONFIRMED
        verdict = "" if finding is None or is_open else VERDICTS[finding.verdict]
        hits = str(row.hits) if row.hits else ""
        yield (
            threat.id,
            ("", threat.title, str(families), f"{row.tested}/{row.planned}", hits, verdict),
        )
