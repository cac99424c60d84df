"""A run of probes as SARIF 2.1.0: a rule for each verdict, a result for each threat tried."""

from __future__ import annotations

from threatwright.engine.probes.regression import Course
from threatwright.exchange.file_lines import Lines, ModelFile
from threatwright.exchange.plain import one_line
from threatwright.exchange.probes.report import RunReport
from threatwright.exchange.sarif import suppressions
from threatwright.exchange.sarif_run import (
    LEVELS,
    Data,
    Taxonomies,
    fingerprints,
    location,
    log,
    named,
    severity,
)
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Finding, Tried
from threatwright.model.knowledge import Knowledge
from threatwright.model.objections import Baseline, Section
from threatwright.model.threats import Threat

_RULES = {
    Tried.CONFIRMED: (
        "A threat was confirmed by a probe.",
        "An exact hit was seen, and seen again when the same was sent again.",
        "fail",
    ),
    Tried.SUSPECTED: (
        "A probe makes a threat suspect.",
        "A judge holds it to be shown, or a hit was not seen again. A person has to look.",
        "review",
    ),
    Tried.NOT_OBSERVED: (
        "A threat was tried and not observed.",
        "No hit with the families named, up to the bound given. Others may show it.",
        "pass",
    ),
    Tried.BLOCKED: (
        "A control stopped the probes of a threat.",
        "No hit, and the endpoint signalled that something stopped what was sent.",
        "pass",
    ),
    Tried.INCONCLUSIVE: (
        "The probes of a threat say nothing.",
        "A control of the probe failed, there were errors, or not all of it was sent.",
        "open",
    ),
}
"""Verdict → title, what it means, and the kind of a result in SARIF's words."""
_BASELINES = {
    Course.NEW_CONFIRMED: Baseline.NEW,
    Course.WORSE: Baseline.UPDATED,
    Course.BETTER: Baseline.UPDATED,
    Course.FIXED: Baseline.UPDATED,
    Course.INCONCLUSIVE: Baseline.UPDATED,
    Course.UNCHANGED: Baseline.UNCHANGED,
}


def rule_id(verdict: Tried) -> str:
    """The stable id of a verdict's rule: `probe-confirmed`."""
    return f"probe-{verdict.value}"


def write(
    run: RunReport, model: ThreatModel, knowledge: Knowledge, source: ModelFile | None = None
) -> str:
    """The log. Results are at the lines of their threats in the model file, if it is given."""
    threats = {threat.id: threat for threat in model.threats}
    tried = [threats[f.threat] for f in run.probed.findings if f.threat in threats]
    taxonomies = Taxonomies(reference for threat in tried for reference in threat.references)
    lines = Lines(model, source.text if source else "")
    file = source.name if source else "model.threatmodel.yaml"
    results = [
        {
            **_result(finding, threats.get(finding.threat), run, knowledge, taxonomies),
            "locations": [location(file, lines.of(Section.THREATS, finding.threat))],
        }
        for finding in run.probed.findings
    ]
    problems = [] if run.probed.is_complete else [f"The run ended early: {run.probed.ended}"]
    return log("probes", [_rule(verdict) for verdict in _RULES], results, taxonomies, problems)


def _rule(verdict: Tried) -> Data:
    title, meaning, kind = _RULES[verdict]
    return {
        "id": rule_id(verdict),
        "name": named(rule_id(verdict)),
        "shortDescription": {"text": title},
        "fullDescription": {"text": meaning},
        "help": {"text": meaning},
        "defaultConfiguration": {"level": "error" if kind == "fail" else "none"},
        "properties": {"tags": ["security", "probe"]},
    }


def _result(
    finding: Finding,
    threat: Threat | None,
    run: RunReport,
    knowledge: Knowledge,
    taxonomies: Taxonomies,
) -> Data:
    kind = _RULES[finding.verdict][2]
    level = LEVELS[threat.level] if threat is not None else "warning"
    title = run.titles.get(finding.threat, finding.threat)
    result: Data = {
        "ruleId": rule_id(finding.verdict),
        "ruleIndex": list(_RULES).index(finding.verdict),
        "kind": kind,
        "level": level if kind == "fail" else "none",
        "message": {"text": one_line(f"{title}: {finding.because}.")},
        "partialFingerprints": fingerprints(run.model, "probe", finding.threat),
        "taxa": taxonomies.taxa(threat.references if threat else ()),
        "suppressions": suppressions(threat) if threat else [],
        "properties": {
            "threat": finding.threat,
            "run": run.probed.run,
            "origin": run.probed.origin,
            "shows": finding.shows.value,
            "evidence": list(finding.evidence),
            "families": [one.model_dump(mode="json") for one in finding.families],
        },
    }
    if threat is not None:
        result["properties"]["security-severity"] = severity(threat.residual, knowledge.risk)
    course = next((one.course for one in run.compared if one.threat == finding.threat), None)
    if course in _BASELINES:
        result["baselineState"] = _BASELINES[course].value
    return result
