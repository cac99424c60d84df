"""The minutes of a model in Markdown. What people wrote stays text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.exchange import marks
from threatwright.exchange.minutes import Conflict, Item, Minutes, OfRole, Sitting, minutes
from threatwright.exchange.plain import shorten
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

MOST_WORDS = 2_000
"""Characters of one thing said that are shown; the model file holds it whole."""
NOBODY = "somebody not named"


def write_markdown(model: ThreatModel, knowledge: Knowledge) -> str:
    """The minutes for people."""
    told = minutes(model, knowledge)
    lines = [f"# Minutes: {marks.text(told.name) or 'unnamed system'}", "", *_summary(told)]
    days = dict.fromkeys(sitting.day for sitting in told.sittings)
    for day in days:
        lines += [f"## {marks.text(day) or 'Without a date'}", ""]
        for sitting in told.sittings:
            lines += _sitting(sitting) if sitting.day == day else []
    lines += _readings(told)
    lines += _conflicts(told)
    lines += _open(told)
    return "\n".join(lines).rstrip("\n") + "\n"


def _summary(told: Minutes) -> Iterator[str]:
    if told.sources:
        yield f"The model was begun from {', '.join(map(marks.code, told.sources))}."
        yield ""
    if not told.sittings:
        yield "**Nothing has been said about this model yet**: its record is empty."
        yield ""
        return
    said = sum(len(sitting.items) for sitting in told.sittings)
    days = len({sitting.day for sitting in told.sittings if sitting.day})
    undecided = sum(conflict.decided is None for conflict in told.conflicts)
    who = f"by {marks.text(', '.join(told.people))}" if told.people else "by people not named"
    yield (
        f"{marks.count(said, 'entry', 'entries')} {who}"
        + (f", on {marks.count(days, 'day')}" if days else "")
        + f". {marks.count(len(told.conflicts), 'conflict')}"
        + (f", {undecided} of them not decided yet." if undecided else ".")
    )
    yield ""


def _sitting(sitting: Sitting) -> Iterator[str]:
    times = [item.at[11:16] for item in sitting.items if len(item.at) > 15]
    span = "–".join(dict.fromkeys((times[0], times[-1]))) + " UTC" if times else ""
    role = f" ({marks.text(sitting.role)})" if sitting.role else ""
    yield f"### {marks.text(sitting.by) or NOBODY}{role}{f', {span}' if span else ''}"
    yield ""
    yield from marks.table(("#", "About", "Said"), map(_row, sitting.items))


def _row(item: Item) -> tuple[str, str, str]:
    text = marks.text(shorten(item.text, MOST_WORDS))
    if not item.counts:
        text = f"~~{text}~~ (does not count any more)"
    return str(item.n), marks.text(item.about), text


def _readings(told: Minutes) -> Iterator[str]:
    if not told.readings:
        return
    yield "## Read by a language model"
    yield ""
    yield from marks.table(
        ("#", "Model", "Text", "Taken", "Left out, without words in the text"),
        (
            (
                str(reading.n),
                marks.text(reading.model),
                marks.text(reading.text) + ("" if reading.counts else " (does not count any more)"),
                str(reading.taken),
                str(reading.dropped),
            )
            for reading in told.readings
        ),
    )


def _conflicts(told: Minutes) -> Iterator[str]:
    if not told.conflicts:
        return
    yield "## Conflicts"
    yield ""
    for conflict in told.conflicts:
        yield f"### {marks.text(conflict.about)}"
        yield ""
        yield from marks.bullets(
            f"{marks.text(party.who)}: **{marks.text(party.says)}**"
            + (f" ({marks.quote(party.quote)})" if party.quote else "")
            for party in conflict.parties
        )
        yield _how_decided(conflict)
        yield ""


def _how_decided(conflict: Conflict) -> str:
    if conflict.decided is None:
        return "Not decided yet."
    decided = conflict.decided
    more = ", ".join(marks.text(part) for part in (conflict.role, decided.at[:10]) if part)
    who = marks.text(conflict.decided_by) or NOBODY
    what = marks.text(shorten(decided.text, MOST_WORDS))
    return f"Decided by {who}{f' ({more})' if more else ''} in entry {decided.n}: {what}"


def _open(told: Minutes) -> Iterator[str]:
    yield "## Still open"
    yield ""
    if not told.roles:
        yield "Nothing is open."
    for role in told.roles:
        yield f"### {role.role.value} ({marks.count(len(role.open), 'question')})"
        yield ""
        yield from _of_role(role)


def _of_role(role: OfRole) -> Iterator[str]:
    yield from marks.numbered(
        marks.text(question.text) + (" *Answers differ.*" if question.is_conflict else "")
        for question in role.open
    )
    if role.unknown:
        yield "Asked, and not known:"
        yield ""
        yield from marks.bullets(
            marks.text(one.about) + (f" (asked: {marks.text(', '.join(one.by))})" if one.by else "")
            for one in role.unknown
        )
