"""What is planned for one threat, and what a run found about it, in full."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from textual.content import Content

from threatwright.engine.probes.standing import StandingFinding
from threatwright.exchange.plain import one_line, plain, shorten
from threatwright.exchange.probes.words import VERDICTS, what_a_hit_does
from threatwright.model.findings import FamilyResult, Tried
from threatwright.model.probe_plan import LeftOut, PlannedProbe, ProbePlan
from threatwright.tui.probe_found import Found
from threatwright.tui.wording import MUTED, count

MOST_SHOWN = 3
"""Payloads of a probe."""
LONGEST = 160
NOT_WANTED = "Not wanted in this run; space wants it again."

VERDICT_STYLES = {
    Tried.CONFIRMED: "bold $text-error on $error-muted",
    Tried.SUSPECTED: "bold $text-warning",
    Tried.NOT_OBSERVED: "$text-success",
    Tried.BLOCKED: "$text-success",
    Tried.INCONCLUSIVE: MUTED,
}


def planned(threat: str, plan: ProbePlan, without: Collection[str]) -> Content:
    """The probes that would try a threat, with payloads, costs and what they would show."""
    probes = [probe for probe in plan.probes if threat in probe.threats]
    behind = [f"Behind the target: {t.way}" for t in plan.threats if t.id == threat and t.way]
    lines: list[Content | str] = [Content.styled(one_line(line), MUTED) for line in behind]
    if threat in without:
        lines.append(Content.styled(NOT_WANTED, MUTED))
    for probe in probes:
        is_wanted = probe.family not in without and threat not in without
        lines += ["", *_probe(probe, is_wanted=is_wanted)]
        if words := what_a_hit_does(probe, threat):
            lines.append(Content.styled(f"  Here {words}.", MUTED))
    return _joined(lines)


def of_family(family: str, plan: ProbePlan, without: Collection[str]) -> Content:
    """The probes of a family."""
    probes = [probe for probe in plan.probes if probe.family == family]
    is_wanted = family not in without
    lines: list[Content | str] = [] if is_wanted else [Content.styled(NOT_WANTED, MUTED), ""]
    return _joined(
        [*lines, *(line for p in probes for line in (*_probe(p, is_wanted=is_wanted), ""))]
    )


def found(one: Found) -> Content:
    """What a run found about a threat, on what that rests, and what became of it."""
    finding = one.finding
    lines: list[Content | str] = [
        Content.styled(f" {VERDICTS[one.verdict]} ", VERDICT_STYLES[one.verdict]),
        "",
        plain(finding.because),
        *(_since(one.stands) if one.stands else ()),
    ]
    if finding.families:
        lines += ["", Content.styled("By family", "bold"), *map(_family, finding.families)]
    for measured in finding.measured:
        lines.append(
            f"{one_line(measured.name)} {measured.value:.2f} "
            f"({measured.low:.2f} to {measured.high:.2f}), "
            f"{one_line(measured.reference_name)} {measured.reference:.2f}, n {measured.n}"
        )
    if finding.blocked_by:
        lines += ["", f"Blocked by {one_line(finding.blocked_by)}"]
    lines += ["", *_next(one)]
    return _joined(lines)


def left_out(one: LeftOut) -> Content:
    """Why something is not tried, and what would let it be."""
    lines: list[Content | str] = [Content.styled("Not tried", "bold"), "", plain(one.because)]
    if one.fix:
        lines += ["", Content.assemble(("→ ", "$text-accent"), plain(one.fix))]
    return _joined(lines)


def _since(stands: StandingFinding) -> Iterator[Content]:
    """Who ruled on it, and why it counts no more."""
    if (ruled := stands.ruled) is not None:
        by = f" by {one_line(ruled.by)}" if ruled.by else ""
        yield Content.styled(f"Ruled{by}: {one_line(ruled.reason)}", "bold")
    if stands.lapsed:
        yield Content.styled(f"It counts no more: {one_line(stands.lapsed)}", "$text-warning")


def _next(one: Found) -> Iterator[Content]:
    if one.finding.evidence:
        records = count(len(one.finding.evidence), "record")
        yield Content.styled(f"Enter: read what was said ({records})", MUTED)
    if one.is_open:
        yield Content.styled("y: it is confirmed   n: it shows nothing", MUTED)
    origin = f" at {one.stands.probed.origin}" if one.stands else ""
    yield Content.styled(one_line(f"Run {one.run}{origin}"), MUTED)


def _family(result: FamilyResult) -> str:
    rest = [
        f"{number} {word}"
        for number, word in (
            (result.suspected, "suspected"),
            (result.refused, "refused"),
            (result.blocked, "blocked"),
            (result.errors, "errors"),
        )
        if number
    ]
    replays = f", again {result.replayed} of {result.replays}" if result.replays else ""
    interval = f"{result.low:.0%} to {result.high:.0%}".replace("%", " %")
    beside = f" ({', '.join(rest)})" if rest else ""
    return (
        f"{result.family}: {result.hits} of {result.trials} hit{replays}; "
        f"a rate of {interval}{beside}"
    )


def _probe(probe: PlannedProbe, *, is_wanted: bool) -> Iterator[Content | str]:
    payloads = count(len(probe.payloads), "payload")
    figures = f"{probe.family}, {payloads}, at most {count(probe.requests, 'request')}"
    style = "bold" if is_wanted else f"{MUTED} strike"
    yield Content.assemble((one_line(probe.name), style), (f"  {figures}", MUTED))
    for payload in probe.payloads[:MOST_SHOWN]:
        text = " / ".join((*payload.turns, *payload.later))
        mark = "  = " if payload.compares else "  > "
        yield Content.assemble((mark, "$text-accent"), shorten(text, LONGEST))
    if len(probe.payloads) > MOST_SHOWN:
        yield Content.styled(f"    and {len(probe.payloads) - MOST_SHOWN} more", MUTED)
    yield Content.assemble(("  Confirmed: ", MUTED), plain(probe.confirmed_means))


def _joined(lines: Iterable[Content | str]) -> Content:
    return Content("\n").join(
        line if isinstance(line, Content) else Content(line) for line in lines
    )
