"""The table of threats that are probed: what is wanted, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.exchange.probes.words import VERDICTS
from threatwright.model.document import ThreatModel
from threatwright.model.probe_plan import ProbePlan
from threatwright.tui import probe_found
from threatwright.tui.followed_run import FollowedRun
from threatwright.tui.probe_work import ProbeWork
from threatwright.tui.widgets.element_tables import ElementTable, Row

COLUMNS = ("", "Threat", "Families", "Sent", "Hits", "Verdict")
FAMILY_COLUMNS = ("", "Family", "Probes", "Payloads", "Requests")
WANTED, UNWANTED, NOT_TRIED = "✓", "·", "–"
LEFT_OUT = "left out "
"""What the keys of rows begin with that name no threat that is tried."""


def table() -> ElementTable:
    """An empty one."""
    return ElementTable("probe-threats", *COLUMNS)


def families_table() -> ElementTable:
    """The families of a plan, to be wanted or not."""
    return ElementTable("probe-families", *FAMILY_COLUMNS)


def rows(work: ProbeWork | None, model: ThreatModel) -> list[Row]:
    """The threats of the run or plan; without either, what stands of earlier runs."""
    if work is not None and work.run is not None:
        return [*_of_run(work.run, model)]
    if work is not None and work.plan is not None:
        return [*_of_plan(work, work.plan, model)]
    return [*_of_journal(model)]


def family_rows(work: ProbeWork) -> list[Row]:
    """The families of the plan: probes, payloads and requests of each."""
    plan = work.plan
    if plan is None:
        return []
    found: list[Row] = []
    for family in dict.fromkeys(probe.family for probe in plan.probes):
        probes = [probe for probe in plan.probes if probe.family == family]
        mark = UNWANTED if family in work.without else WANTED
        payloads = sum(len(probe.payloads) for probe in probes)
        requests = sum(probe.requests for probe in probes)
        found.append((family, (mark, family, str(len(probes)), str(payloads), str(requests))))
    return found


def _of_plan(work: ProbeWork, plan: ProbePlan, model: ThreatModel) -> Iterator[Row]:
    left = work.outlook or plan
    wanted = {threat.id for threat in left.threats}
    for threat in plan.threats:
        mark = WANTED if threat.id in wanted else UNWANTED
        yield threat.id, (mark, threat.title, *_tried_by(threat.id, left), "", "")
    titles = _titles(model)
    for one in plan.left_out:
        named = titles.get(one.what, one.what)
        yield f"{LEFT_OUT}{one.what}", (NOT_TRIED, named, "", "", "", "not tried")


def _tried_by(threat: str, plan: ProbePlan) -> tuple[str, str]:
    """How many families try a threat, and with how many payloads."""
    probes = [probe for probe in plan.probes if threat in probe.threats]
    families = {probe.family for probe in probes}
    return str(len(families)), str(sum(len(probe.trying) * probe.trials for probe in probes))


def _of_run(run: FollowedRun, model: ThreatModel) -> Iterator[Row]:
    plan = run.run.request.plan
    found = probe_found.of_run(run, model)
    progress = {row.threat: row for row in run.shown.rows}
    for threat in plan.threats:
        families, planned = _tried_by(threat.id, plan)
        row, one = progress.get(threat.id), found.get(threat.id)
        sent = f"{row.tested}/{row.planned}" if row else f"0/{planned}"
        hits = str(row.hits) if row and row.hits else ""
        verdict = VERDICTS[one.verdict] if one else ""
        yield threat.id, ("", threat.title, families, sent, hits, verdict)


def _of_journal(model: ThreatModel) -> Iterator[Row]:
    titles = _titles(model)
    for key, found in probe_found.of_journal(model).items():
        finding = found.finding
        figures = (
            len(finding.families),
            sum(family.trials for family in finding.families),
            sum(family.hits for family in finding.families),
        )
        verdict = VERDICTS[found.verdict]
        told = f"({verdict})" if found.stands and found.stands.lapsed else verdict
        title = titles.get(finding.threat, finding.threat)
        yield key, ("", title, *(str(figure) for figure in figures), told)


def _titles(model: ThreatModel) -> dict[str, str]:
    return {threat.id: threat.title for threat in model.threats}
