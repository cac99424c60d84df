"""What a gate that wants evidence asks of probes: that they were run, still hold, and were read."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.decisions.settled import settled
from threatwright.engine.probes.probing import is_refused, probe_candidates
from threatwright.engine.probes.standing import StandingFinding, standing_findings
from threatwright.engine.review.case import Case, Found, Rule
from threatwright.model.findings import Probed, Tried
from threatwright.model.journal import Decided, standing
from threatwright.model.objections import Section
from threatwright.model.terms import Level
from threatwright.model.threats import Threat

PERMITTED = ("own-system-authorised", "vendor-permits")


def _not_probed(case: Case) -> Iterator[Found]:
    if not case.demands.verified:
        return
    model = case.derived.model
    runs = (entry for entry in standing(model.journal) if isinstance(entry, Probed))
    probed = {run.element for run in runs if run.findings}
    for candidate in probe_candidates(model.system):
        component = candidate.component
        if candidate.permission not in PERMITTED or is_refused(candidate):
            continue
        if component.id not in probed:
            yield Found(
                subject=component.id,
                text=f"{component.name} may be probed, and never was",
                section=Section.COMPONENTS,
                id=component.id,
                level=Level.MEDIUM,
            )


def _lapsed(case: Case) -> Iterator[Found]:
    for threat, found in _found(case):
        if found.lapsed:
            yield _objection(threat, f"it was not observed by a probe, but {found.lapsed}", case)


def _undecided(case: Case) -> Iterator[Found]:
    decided = {e.threat: e.n for e in standing(case.model.journal) if isinstance(e, Decided)}
    for threat, found in _found(case):
        if found.verdict is Tried.SUSPECTED:
            yield _objection(threat, f"a probe makes it suspect ({found.probed.run})", case)
        if found.verdict is Tried.CONFIRMED and decided.get(threat.id, 0) < found.n:
            text = f"a probe confirmed it ({found.probed.run}), and nobody decided since"
            yield _objection(threat, text, case, has_decision=False)


def _found(case: Case) -> Iterator[tuple[Threat, StandingFinding]]:
    """What stands of the findings about the threats that are looked at."""
    if not case.demands.verified:
        return
    model = case.derived.model
    findings = standing_findings(model.journal, model.system)
    for threat in case.threats:
        for found in findings.get(threat.id, ()):
            yield threat, found


def _objection(threat: Threat, why: str, case: Case, *, has_decision: bool = True) -> Found:
    return Found(
        subject=threat.id,
        text=f"{threat.title}: {why}",
        section=Section.THREATS,
        id=threat.id,
        level=case.knowledge.risk.level(threat.residual),
        weight=threat.residual,
        settled=settled(threat, case.today, case.ids) if has_decision else "",
        references=threat.references,
    )


RULES = (
    Rule(
        "not-probed",
        "An endpoint may be probed, and never was.",
        "Somebody permitted that its threats are tried. Until that is done, how likely they are is "
        "an estimate alone.",
        "Plan and run probes: threatwright probe FILE --scope SCOPE --plan",
        _not_probed,
    ),
    Rule(
        "finding-lapsed",
        "What a probe showed does not hold any more.",
        "Not to have observed a threat speaks of the endpoint as it was then. It lowers nothing "
        "once the endpoint answers as another, or what is known of it has changed.",
        "Run the probes again: threatwright probe FILE --scope SCOPE",
        _lapsed,
    ),
    Rule(
        "finding-undecided",
        "A probe confirmed a threat or made it suspect, and nobody decided since.",
        "A confirmation is news to whoever accepted the threat before it. A suspicion counts for "
        "nothing until a person has looked.",
        "Decide on it anew with threatwright review; rule on a suspicion with threatwright probe "
        "FILE --accept RUN THREAT --reason TEXT, or --refuse.",
        _undecided,
    ),
)
