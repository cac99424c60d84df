"""A run of probes beside an earlier one: what is newly confirmed, and what got worse or better.

Rates are compared by the interval of their difference, never by the point: two runs of the same
endpoint differ by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from threatwright.engine.probes.intervals import Rate, is_higher
from threatwright.model.findings import FamilyResult, Finding, Probed, Tried
from threatwright.model.probes import Family


class Course(StrEnum):
    """How a threat stands beside the earlier run."""

    NEW_CONFIRMED = "new-confirmed"
    """Confirmed now, and not then."""
    WORSE = "worse"
    """Confirmed both times, and it succeeds more often with some family."""
    INCONCLUSIVE = "inconclusive"
    """Something was found out then, and nothing now."""
    FIXED = "fixed"
    """Confirmed then; not observed or blocked now."""
    BETTER = "better"
    """Confirmed both times, and it succeeds less often with some family."""
    UNCHANGED = "unchanged"
    """The same, as far as can be told."""
    NOT_TRIED = "not-tried"
    """It was tried then, and not now."""


class Compared(NamedTuple):
    """One threat, now and then."""

    threat: str
    course: Course
    text: str


class _Step(NamedTuple):
    """What is higher in one of two findings."""

    of: str
    low: str
    high: str


class Comparison(NamedTuple):
    """One run beside an earlier one."""

    threats: tuple[Compared, ...]
    remarks: tuple[str, ...]
    """What makes the runs harder to compare: another endpoint, another plan."""

    def of(self, *courses: Course) -> tuple[Compared, ...]:
        """The threats that went such a way."""
        return tuple(one for one in self.threats if one.course in courses)


def compared(now: Probed, then: Probed) -> Comparison:
    """What differs between two runs."""
    before = {finding.threat: finding for finding in then.findings}
    found = [_compared(finding, before.get(finding.threat)) for finding in now.findings]
    tried = {finding.threat for finding in now.findings}
    gone = [
        Compared(id_, Course.NOT_TRIED, f"{_word(one)} then, and not tried now")
        for id_, one in before.items()
        if id_ not in tried
    ]
    return Comparison((*found, *gone), tuple(_remarks(now, then)))


def stopped_by(now: Probed, off: Probed, mitigation: str) -> Probed:
    """A run with a control on, beside one with it off: what it stopped is blocked by it.

    That is what was confirmed without it and did not hit with it, though all that had hit was tried
    again, and hits less often by more than chance makes plausible. Everything else about the
    endpoint has to have stayed the same; only who switched it knows that.
    """
    before = {finding.threat: finding for finding in off.findings}
    findings = tuple(
        _stopped(finding, mitigation)
        if finding.threat in before and _is_stopped(finding, before[finding.threat])
        else finding
        for finding in now.findings
    )
    return now.model_copy(update={"findings": findings})


def _is_stopped(now: Finding, off: Finding) -> bool:
    hitting = {family for family, rate in _rates(off).items() if rate.hits}
    return (
        off.verdict is Tried.CONFIRMED
        and now.verdict in (Tried.NOT_OBSERVED, Tried.BLOCKED)
        and hitting <= {family for family, rate in _rates(now).items() if rate.n}
        and any(_higher(off, now))
    )


def _stopped(finding: Finding, mitigation: str) -> Finding:
    because = f"{finding.because}; with {mitigation} off it was confirmed"
    fields = {"verdict": Tried.BLOCKED, "blocked_by": mitigation, "because": because}
    return finding.model_copy(update=fields)


def rate_of(result: FamilyResult) -> Rate:
    """The rate of hits of a family: among its payloads, or the repeats of one."""
    n = result.trials if result.payloads == 1 else result.payloads
    return Rate(n * result.hits / result.trials, n) if result.trials else Rate(0, 0)


def _compared(now: Finding, then: Finding | None) -> Compared:
    course = _course(now, then)
    before = _word(then) if then else "not tried"
    text = f"{before} then, {_word(now)} now"
    moved = ", ".join(_moved(now, then)) if then else ""
    return Compared(now.threat, course, f"{text} ({moved})" if moved else text)


def _course(now: Finding, then: Finding | None) -> Course:
    was = then.verdict if then else None
    if now.verdict is Tried.CONFIRMED:
        if then is None or was is not Tried.CONFIRMED:
            return Course.NEW_CONFIRMED
        if any(_higher(now, then)):
            return Course.WORSE
        return Course.BETTER if any(_higher(then, now)) else Course.UNCHANGED
    if now.verdict is Tried.INCONCLUSIVE:
        is_less = was not in (None, Tried.INCONCLUSIVE)
        return Course.INCONCLUSIVE if is_less else Course.UNCHANGED
    if was is Tried.CONFIRMED and now.verdict in (Tried.NOT_OBSERVED, Tried.BLOCKED):
        return Course.FIXED
    return Course.UNCHANGED


def _higher(one: Finding, other: Finding) -> Iterator[_Step]:
    """With what one succeeds more often than the other: families by rate, figures by interval.

    Of a figure no more than its interval is known, so it is higher where the two do not overlap.
    """
    rates, figures = _rates(other), {figure.name: figure for figure in other.measured}
    for family, rate in _rates(one).items():
        if family in rates and is_higher(rate, rates[family]):
            low, high = (f"{of.value:.0%}".replace("%", " %") for of in (rates[family], rate))
            yield _Step(family, low, high)
    for figure in one.measured:
        if figure.name in figures and figure.low > figures[figure.name].high:
            yield _Step(figure.name, f"{figures[figure.name].value:.2f}", f"{figure.value:.2f}")


def _moved(now: Finding, then: Finding) -> Iterator[str]:
    yield from (f"{step.of} {step.low} → {step.high}" for step in _higher(now, then))
    yield from (f"{step.of} {step.high} → {step.low}" for step in _higher(then, now))


def _rates(finding: Finding) -> Mapping[Family, Rate]:
    return {result.family: rate_of(result) for result in finding.families}


def _remarks(now: Probed, then: Probed) -> Iterator[str]:
    if now.origin != then.origin:
        yield f"the endpoint is {now.origin}, and was {then.origin}"
    elif now.fingerprint != then.fingerprint:
        yield "the endpoint answers as another than then: its fingerprint differs"
    if now.plan != then.plan:
        yield "the plan is another: payloads, scope or knowledge base differ"
    if not now.is_complete:
        yield f"this run ended early: {now.ended}"
    if not then.is_complete:
        yield f"the earlier run ended early: {then.ended}"


def _word(finding: Finding) -> str:
    return finding.verdict.replace("-", " ")
