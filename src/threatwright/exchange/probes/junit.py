"""A run of probes as JUnit XML: a test case for each threat, which fails where the run fails."""

from __future__ import annotations

from collections.abc import Collection
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from threatwright.exchange.plain import one_line
from threatwright.exchange.probes.report import RunReport
from threatwright.exchange.probes.words import VERDICTS
from threatwright.model.findings import Finding, Tried

_SKIPPED = (Tried.INCONCLUSIVE, Tried.SUSPECTED)
"""Neither passed nor failed: nothing is known, or a person has to look."""


def write(run: RunReport, failing: Collection[str]) -> str:
    """The file. `failing` are the ids of the threats for which the run fails."""
    probed = run.probed
    suite = Element(
        "testsuite",
        name=one_line(f"threatwright probe {run.name}"),
        tests=str(len(probed.findings) + len(run.left_out)),
        failures=str(sum(f.threat in failing for f in probed.findings)),
        errors="0",
        time=f"{probed.target.seconds or 0:.3f}",
    )
    if probed.at:
        suite.set("timestamp", probed.at)
    texts = {one.threat: f"{one.course}: {one.text}" for one in run.compared}
    skipped = 0
    for finding in probed.findings:
        case = _case(suite, finding.threat, run.titles.get(finding.threat, ""), probed.element)
        skipped += _verdict(case, finding, texts.get(finding.threat, ""), failing)
    for left in run.left_out:
        skipped += 1
        case = _case(suite, left.what, "", probed.element)
        SubElement(case, "skipped", message=one_line(f"not tried: {left.because}"))
    suite.set("skipped", str(skipped))
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, id_: str, title: str, element: str) -> Element:
    name = f"{id_}: {title}" if title else id_
    return SubElement(suite, "testcase", name=one_line(name), classname=f"threatwright.{element}")


def _verdict(case: Element, finding: Finding, beside: str, failing: Collection[str]) -> bool:
    """Put the verdict under a case. Returns whether it counts as skipped."""
    text = one_line("; ".join(filter(None, (finding.because, beside))))
    message = f"{VERDICTS[finding.verdict]}: {text}"
    if finding.threat in failing:
        failure = SubElement(case, "failure", type=finding.verdict.value, message=message)
        failure.text = one_line(f"evidence: {', '.join(finding.evidence)}")
        return False
    if finding.verdict in _SKIPPED:
        SubElement(case, "skipped", message=message)
        return True
    SubElement(case, "system-out").text = message
    return False
