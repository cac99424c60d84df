"""A plan as Markdown, for whoever is asked to agree to it: every payload stands in it, exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator

from threatwright.exchange import marks
from threatwright.exchange.probes.words import costs, grouped, warnings
from threatwright.model.probe_plan import Payload, PlannedProbe, ProbePlan
from threatwright.model.probe_scope import ProbeScope


def write(plan: ProbePlan, scope: ProbeScope, concurrency: int) -> str:
    """The document. Payloads are written as JSON strings, so that hidden characters show."""
    return "\n".join(_lines(plan, scope, concurrency)).rstrip() + "\n"


def _lines(plan: ProbePlan, scope: ProbeScope, concurrency: int) -> Iterator[str]:
    target = plan.target
    yield f"# Plan of probes for {marks.text(target.element)}"
    yield ""
    yield from marks.bullets(
        (
            f"Plan {marks.code(plan.hash)}, scope {marks.code(plan.scope)}",
            f"Target: {marks.code(target.origin)} ({target.environment}), of "
            f"{marks.text(target.owner)}",
            f"Authorised by {marks.text(target.authorised_by.who)}, "
            f"{marks.text(target.authorised_by.role)}",
            f"Window: {scope.window.begins.isoformat()} to {scope.window.ends.isoformat()}",
            *map(marks.text, costs(plan, scope, concurrency)),
            *map(marks.text, warnings(plan)),
        )
    )
    yield "## Threats"
    yield ""
    yield from marks.table(
        ("Threat", "How it is reached", "Probes"),
        (
            (
                f"{marks.text(threat.title)} ({marks.code(threat.id)})",
                marks.text(threat.way or "at the target itself"),
                ", ".join(marks.code(p.probe) for p in plan.probes if threat.id in p.threats),
            )
            for threat in plan.threats
        ),
    )
    for probe in plan.probes:
        yield from _probe(probe)
    yield "## Not tried"
    yield ""
    yield from marks.bullets(
        f"{', '.join(map(marks.code, names))}: {marks.text(because)}. {marks.text(fix)}".rstrip()
        for (because, fix), names in grouped(plan.left_out).items()
    )


def _probe(probe: PlannedProbe) -> Iterator[str]:
    yield f"## {marks.text(probe.name)}"
    yield ""
    yield from marks.bullets(
        (
            f"{marks.code(probe.probe)}, family {probe.family}, sent as {probe.method}",
            f"{marks.count(len(probe.payloads), 'payload')}, each {probe.trials} times; one that "
            f"hits is sent again {probe.replays} times: at most {probe.requests} requests",
            f"Confirmed means: {marks.text(probe.confirmed_means)}",
        )
    )
    yield "```json"
    yield from (json.dumps(_texts(payload)) for payload in probe.payloads)
    yield "```"
    yield ""


def _texts(payload: Payload) -> dict[str, object]:
    found: dict[str, object] = {"id": payload.id, "turns": payload.turns}
    if payload.compares:
        found["compares"] = True
    if payload.document:
        found["document"] = payload.document
    if payload.later:
        found["later"] = payload.later
    if payload.converters:
        found["converters"] = payload.converters
    return found
