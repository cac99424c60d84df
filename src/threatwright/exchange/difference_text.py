"""What differs between two states of a model, as text for a terminal: the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.exchange import difference_words as words
from threatwright.exchange.plain import one_line, plain
from threatwright.model.difference import Became, Cause, Difference, ThreatChange


def write(difference: Difference) -> str:
    """The text. Lines begin with `+`, `-` or `~`; causes stand below, each after `<`."""
    return plain("\n".join(_lines(difference))) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    old, new = difference.old, difference.new
    yield one_line(f"{new.name}: {old.file} → {new.file}")
    yield one_line(words.done(difference))
    yield from (one_line(f"Note: {note}") for note in difference.notes)
    if difference.is_empty:
        yield "Nothing that follows from them has changed."
        return
    yield from _section("System", _system(difference))
    yield from _section(f"Threats: {words.threats_in_short(difference)}", _threats(difference))
    yield from _section("Decisions", _decisions(difference))
    yield from _section("Mitigations", _mitigations(difference))
    yield from _section("Gaps", _gaps(difference))


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", title, *found)


def _system(difference: Difference) -> Iterator[str]:
    for change in difference.system:
        yield one_line(f"{words.MARKS[change.became]} {words.part(change)}")
        yield from _causes(change.causes, f"{change.name}: {change.after}")


def _threats(difference: Difference) -> Iterator[str]:
    for change in difference.threats:
        if words.is_told(change):
            yield from _told(change.became, f"{_threat(change)}  [{change.id}]", change.causes)
    if other := words.others(difference):
        yield f"  {other}"


def _threat(change: ThreatChange) -> str:
    match change.became:
        case Became.NEW if change.after:
            return f"{change.title} ({words.weight(change.after)})"
        case Became.GONE if change.before:
            status = change.before.status
            was = "" if status == "proposed" else f"; it was {status}"
            return f"{change.title} (was {words.weight(change.before)}{was})"
        case _:
            return f"{change.title}: {words.movement(change)}"


def _decisions(difference: Difference) -> Iterator[str]:
    for change in difference.decisions:
        mark = "!" if change.stale else words.MARKS[Became.CHANGED]
        yield one_line(f"{mark} {words.decision(change)}  [{change.threat}]")
        yield from _causes(change.causes)


def _mitigations(difference: Difference) -> Iterator[str]:
    for change in difference.mitigations:
        yield from _told(Became.CHANGED, words.coverage(change), change.causes)


def _gaps(difference: Difference) -> Iterator[str]:
    for change in difference.gaps:
        yield from _told(change.became, change.text, change.causes)


def _told(became: Became, text: str, causes: Sequence[Cause]) -> Iterator[str]:
    yield one_line(f"{words.MARKS[became]} {text}")
    yield from _causes(causes)


def _causes(causes: Sequence[Cause], told: str = "") -> Iterator[str]:
    yield from (f"    < {one_line(reason)}" for reason in words.reasons(causes, told))
