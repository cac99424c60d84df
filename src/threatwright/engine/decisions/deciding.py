"""Decisions about threats, one or many at once, checked and made into entries of the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from threatwright.engine.record.corrections import need
from threatwright.engine.record.decisions import decisions
from threatwright.engine.record.read_only import refuse_inherited
from threatwright.engine.text.spoken import Head, unsteered
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided
from threatwright.model.said import Decide
from threatwright.model.terms import Status


def decision(said: Decide, model: ThreatModel, head: Head) -> Decided:
    """The entry of a decision. Raises InputError if it cannot be taken down as it is."""
    return _entry(said, model, head, _titles(model))


def _titles(model: ThreatModel) -> dict[str, str]:
    return {threat.id: threat.title for threat in model.threats}


def _entry(said: Decide, model: ThreatModel, head: Head, titles: Mapping[str, str]) -> Decided:
    if said.threat not in titles:
        stale = {one.threat: one.title for one in model.stale}
        is_put_away = said.status is Status.PROPOSED  # what is no threat any more, too
        titles = {**stale, **titles} if is_put_away else titles
        need(said.threat, list(titles), "threat")
    _check_dates(said, head)
    if said.duplicate_of:
        _check_duplicate(said, model)
    return Decided(
        **head,
        threat=said.threat,
        status=said.status,
        reason=unsteered(said.reason),
        owner=unsteered(said.owner),
        due=said.due,
        until=said.until,
        duplicate_of=said.duplicate_of,
        title=titles[said.threat],
        residual=_accepted(said, model),
    )


def _accepted(said: Decide, model: ThreatModel) -> int | None:
    """The residual risk that is accepted; None where nothing is."""
    if said.status is not Status.ACCEPTED:
        return None
    return next(threat.residual for threat in model.threats if threat.id == said.threat)


def _check_dates(said: Decide, head: Head) -> None:
    if said.until is None:
        return
    if said.status is not Status.ACCEPTED:
        raise InputError(
            f"A threat that is {said.status} does not expire; {said.until} was given.",
            "Give a last day to an acceptance only; what is to be done has a due date.",
        )
    today = head["at"][:10]
    if today and said.until.isoformat() < today:
        raise InputError(
            f"An acceptance until {said.until} would have expired already.", "Give a later day."
        )


def _check_duplicate(said: Decide, model: ThreatModel) -> None:
    need(said.duplicate_of, [threat.id for threat in model.threats], "threat")
    if said.status is not Status.REJECTED:
        raise InputError(
            f"A duplicate is rejected, not {said.status}.", "Reject it, or leave the other out."
        )
    others = {
        d.threat: d.duplicate_of
        for d in decisions(model.journal).values()
        if d.status is Status.REJECTED
    }
    one = said.duplicate_of
    while one and one != said.threat:
        one = others.get(one, "")
    if one == said.threat:
        raise InputError(
            f"{said.duplicate_of} is a duplicate of {said.threat} itself.",
            "Of threats that say the same, keep one.",
        )


def need_reason(said: Decide) -> None:
    """Raises InputError if a threat is decided without a reason. To reopen one needs none."""
    if said.status is not Status.PROPOSED and not said.reason.strip():
        raise InputError(
            f"{said.threat} would be {said.status} without a reason.",
            "Say why: whoever reads it later was not there.",
        )


def day_of(text: str) -> date | None:
    """The day that a text names; None where it is empty. Raises InputError if it names none."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(f"“{text.strip()}” is no date.", "Write it as 2027-06-30.") from error


def with_reason(said: Decide) -> Decide:
    """A decision with the reason that a duplicate has by itself."""
    if said.duplicate_of and not said.reason.strip():
        return said.model_copy(update={"reason": f"says the same as {said.duplicate_of}"})
    return said


def taken_down(said: Sequence[Decide], model: ThreatModel, head: Head) -> tuple[Decided, ...]:
    """The entries of decisions that are one input; those that stand so already make none.

    Raises InputError if two differ about the same threat, or one cannot be taken down.
    """
    return tuple(_numbered(tuple(_new(said, model, head)), head))


def _new(said: Sequence[Decide], model: ThreatModel, head: Head) -> Iterator[Decided]:
    held, wanted, titles = decisions(model.journal), dict[str, Decide](), _titles(model)
    inherited = {threat.id for threat in model.threats if threat.inherited}
    for one in said:
        if wanted.setdefault(one.threat, one) != one:
            raise InputError(
                f"Two decisions about {one.threat} differ.", "Leave one of the two out."
            )
    for one in wanted.values():
        if one.threat in inherited:
            refuse_inherited(one, model)
        entry = _entry(one, model, head, titles)
        if not _is_held(entry, held.get(one.threat)):
            yield entry


def _is_held(entry: Decided, held: Decided | None) -> bool:
    if held is None:
        return entry.status is Status.PROPOSED
    return _content(entry) == _content(held)


def _content(entry: Decided) -> tuple[Status, str, str, date | None, date | None, str]:
    return entry.status, entry.reason, entry.owner, entry.due, entry.until, entry.duplicate_of


def _numbered(entries: Sequence[Decided], head: Head) -> Iterator[Decided]:
    for index, entry in enumerate(entries):
        first = head["n"] if index else None
        yield entry.model_copy(update={"n": head["n"] + index, "first": first})
