"""What a gate objects to, as SARIF 2.1.0: a rule for each check, a result for each objection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatwright.engine.review.checks import RULES
from threatwright.exchange.checked import CheckedFile, Placed
from threatwright.exchange.plain import one_line
from threatwright.exchange.sarif_run import (
    LEVELS,
    Data,
    Taxonomies,
    fingerprints,
    location,
    log,
    named,
    severity_of,
)
from threatwright.model.terms import Level


def sarif_of(files: Sequence[CheckedFile], problems: Sequence[str] = ()) -> str:
    """The log. `problems` are files that could not be checked: the run was no success then."""
    found = [(file, placed) for file in files for placed in file.found]
    taxonomies = Taxonomies(r for _, placed in found for r in placed.objection.references)
    gravest: dict[str, Level] = {}
    for _, placed in found:
        rule, level = placed.objection.rule, placed.objection.level
        gravest[rule] = max(gravest.get(rule, level), level, key=list(Level).index)
    rules = [_rule(id_, title, why, fix, gravest) for id_, title, why, fix, _ in RULES]
    index = {rule.id: n for n, rule in enumerate(RULES)}
    results = [_result(file, placed, index, taxonomies) for file, placed in found]
    return log("check", rules, results, taxonomies, problems)


def _rule(id_: str, title: str, why: str, fix: str, gravest: Mapping[str, Level]) -> Data:
    level = gravest.get(id_, Level.MEDIUM)
    return {
        "id": id_,
        "name": named(id_),
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": fix},
        "defaultConfiguration": {"level": LEVELS[level]},
        "properties": {"security-severity": severity_of(level), "tags": ["security"]},
    }


def _result(
    file: CheckedFile, placed: Placed, index: Mapping[str, int], taxonomies: Taxonomies
) -> Data:
    objection = placed.objection
    result: Data = {
        "ruleId": objection.rule,
        "ruleIndex": index[objection.rule],
        "level": LEVELS[objection.level],
        "message": {"text": one_line(f"{objection.text}. {objection.fix}")},
        "locations": [location(placed.file, placed.line)],
        "partialFingerprints": fingerprints(file.model, objection.rule, objection.subject),
        "taxa": taxonomies.taxa(objection.references),
        "suppressions": _suppressions(objection.settled),
        "properties": {
            "security-severity": severity_of(objection.level),
            "subject": objection.subject,
            "why": one_line(objection.why),
        },
    }
    if objection.baseline is not None:
        result["baselineState"] = objection.baseline.value
    return result


def _suppressions(settled: str) -> list[Data]:
    if not settled:
        return []
    return [{"kind": "external", "status": "accepted", "justification": one_line(settled)}]
