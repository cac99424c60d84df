"""A plan, and what a run found, as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from threatwright.engine.probes.regression import Course
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, shorten
from threatwright.exchange.probes.report import RunReport
from threatwright.exchange.probes.words import (
    ORDER,
    VERDICTS,
    costs,
    grouped,
    spent,
    warnings,
    what_a_hit_does,
)
from threatwright.model.findings import Finding
from threatwright.model.probe_plan import LeftOut, Payload, PlannedProbe, ProbePlan
from threatwright.model.probe_scope import ProbeScope

WIDTH = 98
MOST_SHOWN = 3
"""Payloads of a probe; JSON and Markdown hold them all."""
MOST_NAMED = 6
_UNBROKEN = "\N{NO-BREAK SPACE}%"


def plan_lines(plan: ProbePlan, scope: ProbeScope, concurrency: int) -> Iterator[str]:
    """Everything that would be sent, what it costs and what it would mean."""
    target = plan.target
    yield f"Plan {plan.hash[:12]} for {target.element} at {target.origin} ({target.environment})"
    yield f"Authorised by {target.authorised_by.who}, {target.authorised_by.role}. Nothing is sent."
    for warning in warnings(plan):
        yield from _wrapped(f"Note: {warning}", "")
    if not plan.probes:
        yield "No threat can be tried here."
    for threat in plan.threats:
        yield ""
        yield from _wrapped(f"{threat.title} ({threat.id})", "")
        if threat.way:
            yield from _wrapped(f"behind the target: {threat.way}", "  ")
        for probe in plan.probes:
            if threat.id in probe.threats:
                yield from _probe(probe, threat.id)
    yield ""
    for line in costs(plan, scope, concurrency):
        yield from _wrapped(line, "")
    yield from left_out_lines(plan.left_out)


def _probe(probe: PlannedProbe, threat: str) -> Iterator[str]:
    payloads = count(len(probe.payloads), "payload")
    times = f", each {probe.trials} times" if probe.trials > 1 else ""
    reach = "".join(f"; {words}" for words in (what_a_hit_does(probe, threat),) if words)
    yield from _wrapped(f"{probe.probe} ({probe.family}): {payloads}{times}{reach}", "  ")
    if probe.threats[0] != threat:
        return  # what it sends stands under the threat before
    for payload in probe.payloads[:MOST_SHOWN]:
        yield f"    > {shorten(_shown(payload), WIDTH - 6)}"
    if len(probe.payloads) > MOST_SHOWN:
        yield f"    > and {len(probe.payloads) - MOST_SHOWN} more"
    yield from _wrapped(f"confirmed: {probe.confirmed_means}", "    ")


def _shown(payload: Payload) -> str:
    planted = f"[planted: {payload.document}] " if payload.document else ""
    planted += "[to compare] " if payload.compares else ""
    return planted + " / ".join((*payload.turns, *payload.later))


def left_out_lines(left_out: tuple[LeftOut, ...]) -> Iterator[str]:
    """What is not tried, each reason once."""
    if not left_out:
        return
    yield ""
    yield "Not tried:"
    for (because, fix), names in grouped(left_out).items():
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        yield from _wrapped(f"{', '.join(names[:MOST_NAMED])}{more}: {because}", "  ")
        if fix:
            yield from _wrapped(f"→ {fix}", "    ")


def found_lines(run: RunReport) -> Iterator[str]:
    """What a run found, what is confirmed first."""
    probed = run.probed
    yield f"Run {probed.run} of {probed.element} at {probed.origin}"
    for finding in sorted(probed.findings, key=lambda f: ORDER.index(f.verdict)):
        yield ""
        yield from _finding(finding, run.titles.get(finding.threat, finding.threat))
    yield ""
    yield from (f"Sent to the {line}." for line in spent(probed))
    failed = [control for control in probed.controls if not control.passed]
    yield from (
        one_line(f"The {c.name} control{f' of {c.probe}' if c.probe else ''} failed: {c.because}")
        for c in failed
    )
    if not probed.is_complete:
        yield one_line(f"The run ended early: {probed.ended}.")
    yield from left_out_lines(run.left_out)
    yield from _beside(run)


def _finding(finding: Finding, title: str) -> Iterator[str]:
    yield from _wrapped(f"{VERDICTS[finding.verdict]}: {title} ({finding.threat})", "")
    yield from _wrapped(finding.because, "  ")
    if finding.evidence:
        yield from _wrapped(f"evidence: {_some(finding.evidence)}", "  ")


def _beside(run: RunReport) -> Iterator[str]:
    if not run.compared:
        return
    yield ""
    yield "Beside the baseline:"
    for remark in run.remarks:
        yield from _wrapped(f"note: {remark}", "  ")
    for one in run.compared:
        if one.course is not Course.NOT_TRIED:
            yield from _wrapped(f"{one.course}: {one.threat}: {one.text}", "  ")
    gone = [one.threat for one in run.compared if one.course is Course.NOT_TRIED]
    if gone:
        yield from _wrapped(f"tried then, and not now: {_some(gone)}", "  ")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _wrapped(text: str, indent: str) -> list[str]:
    lines = textwrap.wrap(
        one_line(text).replace(" %", _UNBROKEN),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_UNBROKEN, " %") for line in lines]
