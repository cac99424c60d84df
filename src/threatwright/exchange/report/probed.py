"""What probes found, threat by threat: the verdict, how sure it is, and who agreed to the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from threatwright.engine.probes.standing import StandingFinding, standing_findings
from threatwright.exchange import marks
from threatwright.exchange.names import spaced
from threatwright.exchange.report.content import Content
from threatwright.model.findings import Consented, FamilyResult, Finding, Measured, Tried
from threatwright.model.journal import standing
from threatwright.model.threats import Threat

NOTE = (
    "Confirmed is an exact hit that came again, or a figure whose whole interval lies above its "
    "reference. Not observed is true of what was tried, up to the bound given. Intervals hold with "
    "95 % confidence."
)
SHORT = 12
"""Characters of a fingerprint."""
HEAD = ("Threat", "Verdict", "What was seen", "Run", "Endpoint", "Consent")
_ORDER = tuple(Tried)


class Probing(NamedTuple):
    """What stands of one threat at one endpoint, in plain text."""

    threat: Threat
    verdict: Tried
    said: str
    """The verdict in words, with who ruled so, or why it does not count any more."""
    seen: tuple[str, ...]
    """What each family came to, or each figure."""
    run: str
    at: str
    """When the run ended."""
    endpoint: str
    """Origin, and the beginning of its fingerprint."""
    consent: str


def found(content: Content) -> list[Probing]:
    """What stands of the standing threats: by verdict, then in order of risk."""
    consents = _consents(content)
    held = standing_findings(content.model.journal, content.model.system)
    made = [
        _probing(threat, one, consents)
        for threat in content.standing
        for one in held.get(threat.id, ())
    ]
    return sorted(made, key=lambda one: _ORDER.index(one.verdict))


def probed(content: Content) -> list[str]:
    """The section, as lines of Markdown; nothing if nothing was probed."""
    rows = [
        (
            content.link(one.threat),
            marks.text(one.said),
            "; ".join(map(marks.text, one.seen)),
            f"{marks.code(one.run)} {marks.text(one.at)}",
            marks.text(one.endpoint),
            marks.text(one.consent),
        )
        for one in found(content)
    ]
    lines = marks.table(HEAD, rows)
    return ["## What probes found", "", NOTE, "", *lines] if lines else []


def in_a_sentence(content: Content) -> str:
    """How many threats probes tried, and what of them; empty if none."""
    worst: dict[str, Tried] = {}
    for one in found(content):  # the gravest first
        worst.setdefault(one.threat.id, one.verdict)
    if not worst:
        return ""
    counted = Counter(worst.values())
    confirmed = marks.count(counted[Tried.CONFIRMED], "threat")
    rest = ", ".join(f"{counted[v]} {spaced(v)}" for v in _ORDER[1:] if counted[v])
    return f"Probes confirmed {confirmed} of {len(worst)} tried{f'; {rest}' if rest else ''}."


def _consents(content: Content) -> dict[str, str]:
    """Plan → who agreed to it, and who had authorised it."""
    return {
        entry.consent.plan: _consent(entry)
        for entry in standing(content.model.journal)
        if isinstance(entry, Consented)
    }


def _consent(entry: Consented) -> str:
    by = ", ".join(filter(None, (entry.by, entry.role))) or "somebody who gave no name"
    return f"{by}; authorised by {entry.consent.authorised_by}"


def _probing(threat: Threat, one: StandingFinding, consents: dict[str, str]) -> Probing:
    run = one.probed
    return Probing(
        threat=threat,
        verdict=one.verdict,
        said=_said(one),
        seen=tuple(_seen(one.finding)) or (one.finding.because,),
        run=run.run,
        at=run.at[:16].replace("T", " "),
        endpoint=f"{run.origin} ({run.fingerprint[:SHORT]})" if run.fingerprint else run.origin,
        consent=consents.get(run.plan, "not in this file"),
    )


def _said(one: StandingFinding) -> str:
    ruled = f", as {one.ruled.by or 'somebody'} ruled: {one.ruled.reason}" if one.ruled else ""
    lapsed = f"; lapsed, as {one.lapsed}" if one.lapsed else ""
    return f"{spaced(one.verdict)}{ruled}{lapsed}"


def _seen(finding: Finding) -> Iterator[str]:
    yield from map(_of_family, finding.families)
    yield from map(_of_figure, finding.measured)


def _of_family(one: FamilyResult) -> str:
    payloads = marks.count(one.payloads, "payload")
    high = f"{one.high:.0%}".replace("%", " %")
    if not one.hits:
        return f"{spaced(one.family)}: no hit with {payloads}, at most {high}"
    low = f"{one.low:.0%}".replace("%", " %")
    hits = f"{one.hits} of {marks.count(one.trials, 'answer')} to {payloads} hit"
    return f"{spaced(one.family)}: {hits}, {low} to {high}"


def _of_figure(one: Measured) -> str:
    what = f"{spaced(one.family)}: " if one.family else ""
    return (
        f"{what}{one.name} {one.value:.2f}, {one.low:.2f} to {one.high:.2f}, beside "
        f"{one.reference:.2f} for {one.reference_name} (n = {one.n})"
    )
