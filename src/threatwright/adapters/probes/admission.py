"""Whether a run may begin: consent and scope are held against what it would do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from threatwright.errors import TargetError
from threatwright.model.origins import is_loopback
from threatwright.model.probe_run import ProbeRun
from threatwright.model.probes import ADAPTIVE, Judge


def admit(run: ProbeRun, now: datetime) -> None:
    """Raises TargetError, naming everything that stands against the run."""
    if found := list(_objections(run, now)):
        raise TargetError(
            f"This run is not allowed: {'; '.join(found)}.",
            "Make a new plan from the scope file as it is now, and consent to that.",
        )


def _objections(run: ProbeRun, now: datetime) -> Iterator[str]:
    plan, consent, scope = run.plan, run.consent, run.scope
    if consent.plan != plan.hash:
        yield "consent was given to another plan"
    if consent.scope != plan.scope:
        yield "consent was given to another scope"
    if plan.target not in scope.targets:
        yield "the scope does not name its target"
    if consent.origin != plan.target.origin:
        yield "consent was given for another origin"
    if not consent.is_typed and not is_loopback(plan.target.origin):
        yield "the origin was not typed out"
    if not scope.window.begins <= now < min(scope.window.ends, consent.until):
        yield "the window of the scope is closed"
    yield from _objections_to_probes(run)


def _objections_to_probes(run: ProbeRun) -> Iterator[str]:
    for probe in run.plan.probes:
        if probe.family in run.scope.forbidden_families:
            yield f"the scope forbids {probe.family} ({probe.probe})"
        if probe.method in ADAPTIVE and run.scope.attacker is None:
            yield f"the scope names no model that writes the attacks of {probe.probe}"
        if isinstance(probe.scorer, Judge) and run.scope.judge is None:
            yield f"the scope names no model that judges {probe.probe}"
