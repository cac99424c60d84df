"""What stands above the table of probes: the endpoint, what the plan costs, how far the run is."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from threatwright.exchange.plain import one_line
from threatwright.exchange.probes.words import costs, duration
from threatwright.model.probe_plan import ProbePlan
from threatwright.tui.followed_run import FollowedRun
from threatwright.tui.probe_work import ProbeWork
from threatwright.tui.wording import MUTED, count

NO_DESK = "Probes cannot be planned here: the core is not loaded."
PLANNING = "Working out what would be sent; nothing is sent."
BEFORE = "What stands of the runs so far. o plans another."
PLANNED = "Nothing was sent. Space: want it or not."
NONE_WANTED = "Nothing is wanted any more: space wants a threat or a family again."
NONE_TRIED = "Nothing can be tried here yet. What is not tried says why, and what would help."
CONCURRENCY = 4
"""Requests under way at once."""


def head(work: ProbeWork | None, *, is_empty: bool) -> Content:
    """A few lines; none where there is nothing to tell."""
    if work is None:
        return Content.styled(NO_DESK, MUTED)
    if work.is_planning:
        return Content(PLANNING)
    if work.run is not None:
        return _joined(_of_run(work, work.run))
    if work.outlook is not None:
        return _joined(_of_plan(work, work.outlook))
    return Content.styled("" if is_empty else BEFORE, MUTED)


def _of_plan(work: ProbeWork, plan: ProbePlan) -> Iterator[Content]:
    assert work.probing is not None
    yield _target(work, plan)
    if plan.probes:
        yield from map(Content, costs(plan, work.probing.scope, CONCURRENCY))
        yield Content.styled(PLANNED, MUTED)
    else:
        told = NONE_WANTED if work.without else NONE_TRIED
        yield Content.styled(told, "$text-warning")


def _of_run(work: ProbeWork, run: FollowedRun) -> Iterator[Content]:
    yield _target(work, run.run.request.plan)
    sent = count(run.shown.sent, "request")
    hits = f"{count(len(run.shown.confirmed), 'threat')} confirmed"
    if not run.is_running:
        ended = run.found.ended if run.found else ""
        because = f" early, {ended}" if ended else ""
        yield Content(one_line(f"The run ended{because}: {sent}, {hits}."))
        yield Content.styled(one_line(f"{run.run.name}. Enter: evidence. o: plan another."), MUTED)
        return
    most = run.run.request.scope.caps.target.requests
    left = run.seconds_left
    rest = f", about {duration(left)} left" if left is not None else ""
    begun = "Stopping" if run.is_stopping else "Running"
    yield Content(f"{begun}: {sent} of at most {most}, {hits}, {duration(run.seconds)}{rest}")


def _target(work: ProbeWork, plan: ProbePlan) -> Content:
    assert work.probing is not None
    target, ends = plan.target, work.probing.scope.window.ends
    until = ends.isoformat(sep=" ", timespec="minutes")
    return Content.assemble(
        (one_line(f"{target.element} at {target.origin}"), "bold"),
        "  ",
        (one_line(f"{target.environment}, until {until}"), MUTED),
    )


def _joined(lines: Iterator[Content]) -> Content:
    return Content("\n").join(lines)
