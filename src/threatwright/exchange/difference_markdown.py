"""What differs between two states of a model, in Markdown for a pull request: short, folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.exchange import difference_words as words
from threatwright.exchange.marks import code, count, table, text
from threatwright.exchange.plain import shorten
from threatwright.model.difference import Became, Cause, Difference, ThreatChange
from threatwright.model.terms import Level

MOST_OPEN = 10
"""Rows that are shown without unfolding."""
MOST = 25
"""Items of a folded list: a comment on GitHub may have 65,536 characters."""
MOST_CAUSES = 2
MOST_WORDS = 160
"""Characters of a cause."""

_GRAVE = (Level.CRITICAL, Level.HIGH)


def write(difference: Difference) -> str:
    """The comment. What people wrote stays text, whatever it looks like."""
    return "\n".join(_lines(difference)).rstrip("\n") + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    old, new = difference.old, difference.new
    yield f"### Threat model: {text(new.name) or 'unnamed system'}"
    yield ""
    yield f"{code(old.file)} → {code(new.file)}. {text(words.done(difference))}"
    yield ""
    yield from (f"> {text(note)}\n" for note in difference.notes)
    if difference.is_empty:
        yield "Nothing that follows from them has changed."
        return
    yield f"**Threats: {words.threats_in_short(difference)}.** {_grave(difference)}".rstrip()
    yield ""
    told = [change for change in difference.threats if words.is_told(change)]
    yield from _rows(told[:MOST_OPEN])
    yield from _folded(
        count(len(told) - MOST_OPEN, "more threat"),
        [*_rows(told[MOST_OPEN:MOST]), *_rest(len(told) - MOST)],
    )
    if other := words.others(difference):
        yield f"{other}\n"
    yield from _list("decision", _decisions(difference), is_open=_is_stale(difference))
    yield from _list("change of the system", _system(difference), "changes of the system")
    yield from _list("change of mitigations", _mitigations(difference), "changes of mitigations")
    yield from _list("gap", _gaps(difference))


def _grave(difference: Difference) -> str:
    grave = sum(
        change.became is Became.NEW
        and change.after is not None
        and change.after.residual_level in _GRAVE
        for change in difference.threats
    )
    return f"Of the new ones, {grave} are of high or critical residual risk." if grave else ""


def _is_stale(difference: Difference) -> bool:
    return any(change.stale for change in difference.decisions)


def _rows(changes: Sequence[ThreatChange]) -> list[str]:
    rows = [(*_threat(change), _why(change.causes)) for change in changes]
    return table(("", "Threat", "Risk, residual", "Caused by"), rows)


def _threat(change: ThreatChange) -> tuple[str, str, str]:
    title = f"{text(change.title)} {code(change.id)}"
    match change.became:
        case Became.NEW if change.after:
            return "new", title, words.weight(change.after)
        case Became.GONE if change.before:
            return "gone", title, f"was {words.weight(change.before)}"
        case _:
            return "changed", title, text(words.movement(change))


def _rest(more: int) -> list[str]:
    return [f"and {more} more", ""] if more > 0 else []


def _why(causes: Sequence[Cause], told: str = "") -> str:
    reasons = [text(shorten(reason, MOST_WORDS)) for reason in words.reasons(causes, told)]
    more = len(reasons) - MOST_CAUSES
    return "<br>".join([*reasons[:MOST_CAUSES], *([f"and {more} more"] if more > 0 else [])])


def _decisions(difference: Difference) -> list[str]:
    return [
        f"{'⚠ ' if change.stale else ''}{text(words.decision(change))} {code(change.threat)}"
        f"{_because(change.causes)}"
        for change in difference.decisions
    ]


def _system(difference: Difference) -> list[str]:
    return [
        f"{change.became}: {text(shorten(words.part(change), MOST_WORDS * 2))}"
        f"{_because(change.causes, f'{change.name}: {change.after}')}"
        for change in difference.system
    ]


def _mitigations(difference: Difference) -> list[str]:
    return [
        f"{text(words.coverage(change))}{_because(change.causes)}"
        for change in difference.mitigations
    ]


def _gaps(difference: Difference) -> list[str]:
    return [
        f"{change.became}: {text(change.text)}{_because(change.causes)}"
        for change in difference.gaps
    ]


def _because(causes: Sequence[Cause], told: str = "") -> str:
    why = _why(causes, told)
    return f" — {why}" if why else ""


def _list(
    one: str, items: Sequence[str], many: str = "", *, is_open: bool = False
) -> Iterator[str]:
    shown = [f"- {item}" for item in items[:MOST]]
    if shown:
        lines = [*shown, "", *_rest(len(items) - MOST)]
        yield from _folded(count(len(items), one, many), lines, is_open=is_open)


def _folded(summary: str, lines: Sequence[str], *, is_open: bool = False) -> Iterator[str]:
    if lines:
        state = " open" if is_open else ""
        yield f"<details{state}><summary>{summary}</summary>"
        yield from ("", *lines, "</details>", "")
