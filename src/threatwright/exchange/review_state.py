"""What was decided about the threats of a model, what has expired and what is stale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from threatwright.engine.decisions.settled import decision, is_expired, unsettled
from threatwright.engine.record.decisions import decisions
from threatwright.exchange.marks import count
from threatwright.model.base import Value
from threatwright.model.document import ThreatModel
from threatwright.model.terms import Status
from threatwright.model.threats import StaleDecision, Threat


class Decision(Value):
    """A decision about a threat that is there."""

    threat: str
    title: str
    status: Status
    risk: int
    residual: int
    reason: str = ""
    owner: str = ""
    due: date | None = None
    until: date | None = None
    duplicate_of: str = ""
    by: str = ""
    at: str = ""
    expired: bool = False
    overdue: bool = False
    unsettled: str = ""
    """Why it does not settle the threat after all; empty if it does."""


class Review(Value):
    """How far the review of a model has come. `threatwright review --json` prints it."""

    model: str
    name: str
    threats: int
    """Of its own."""
    open: int
    """Threats that nobody decided."""
    decided: tuple[Decision, ...]
    stale: tuple[StaleDecision, ...]


def review_of(model: ThreatModel, today: date) -> Review:
    """The state of a model's review on a day."""
    own = [threat for threat in model.threats if not threat.inherited]
    held = decisions(model.journal)
    there = frozenset(threat.id for threat in model.threats)
    return Review(
        model=model.id,
        name=model.name,
        threats=len(own),
        open=sum(threat.status is Status.PROPOSED for threat in own),
        decided=tuple(
            Decision(
                threat=threat.id,
                title=threat.title,
                status=threat.status,
                risk=threat.risk,
                residual=threat.residual,
                reason=threat.reason,
                owner=threat.owner,
                due=threat.due,
                until=threat.until,
                duplicate_of=entry.duplicate_of,
                by=entry.by,
                at=entry.at,
                expired=is_expired(threat, today),
                overdue=threat.due is not None and threat.due < today,
                unsettled=unsettled(threat, today, there),
            )
            for threat in own
            if threat.status is not Status.PROPOSED and (entry := held.get(threat.id)) is not None
        ),
        stale=model.stale,
    )


def lines(model: ThreatModel, today: date) -> Iterator[str]:
    """The same for a person, what needs looking at first."""
    state = review_of(model, today)
    by_id = {threat.id: threat for threat in model.threats}
    yield f"{count(state.threats, 'threat')}, {state.open} of them not decided."
    loose = [one for one in state.decided if one.unsettled]
    yield from _section("To be decided anew", [_told(one, by_id) for one in loose])
    yield from _section("Stale: no threat any more, and kept", map(_stale, state.stale))
    overdue = [f"{_told(one, by_id)} (by {one.due})" for one in state.decided if one.overdue]
    yield from _section("Overdue", overdue)
    rest = [_told(one, by_id) for one in state.decided if not one.unsettled]
    yield from _section("Decided", rest)


def _section(title: str, entries: Sequence[str] | Iterator[str]) -> Iterator[str]:
    held = list(entries)
    if held:
        yield f"\n{title} ({len(held)})"
        yield from held


def _told(one: Decision, by_id: dict[str, Threat]) -> str:
    who = f" [{one.by}]" if one.by else ""
    loose = f"\n    {one.unsettled}" if one.unsettled else ""
    return f"  {one.threat}  {one.title}\n    {decision(by_id[one.threat])}{who}{loose}"


def _stale(one: StaleDecision) -> str:
    owner = f", owner {one.owner}" if one.owner else ""
    cause = f"{one.cause}: " if one.cause else ""
    return (
        f"  {one.threat}  {one.title}\n    {one.status}{owner}: {one.reason or 'no reason'}\n"
        f"    {cause}{one.because}"
    )
