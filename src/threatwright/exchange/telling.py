"""What a session says, in the sentences that every front end for people uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, shorten

if TYPE_CHECKING:
    from threatwright.model.interview import Also, Rest
    from threatwright.model.preview import Change, Moved, Named, Weighed

SHOWN = 5
"""Of a list that may be long, as many are told by name."""


def settled(names: Sequence[str]) -> str:
    """The questions that an answer settled besides: "Settled too: A, B and 12 more"."""
    return f"Settled too: {listed(names)}." if names else ""


def listed(names: Sequence[str], most: int = SHOWN) -> str:
    """The first of the names, and how many more there are."""
    shown = [one_line(name) for name in names[:most]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def rest(left: Rest, how: str) -> str:
    """What an interview that ended did not ask. `how` says what goes on: "press d to go on"."""
    best = f"“{one_line(left.best)}”"
    if left.is_cut:
        are = "is" if left.worth == 1 else "are"
        return (
            f"This was a {left.depth} interview; {count(left.worth, 'question')} {are} still "
            f"worth asking: {how}."
        )
    if left.worth:
        are = "is" if left.worth == 1 else "are"
        return f"{count(left.worth, 'question')} {are} still worth asking, first of all {best}"
    if left.little:
        further = count(left.little, "further question")
        return f"{further} would change little: the most valuable is {best}"
    return "Nothing is left to ask."


def change(of: Change) -> Iterator[str]:
    """What an input would change, each in a line that begins with its mark."""
    if of.is_empty:
        yield "= Nothing would change."
        return
    yield from _cut([f"+ {_weighed(threat)} appears" for threat in of.appearing])
    yield from _cut([f"- {_weighed(threat)} goes" for threat in of.going])
    yield from _cut([f"~ {_moved(moved)}" for moved in of.moving])
    if of.settling:
        yield f"= {count(of.settling, 'threat')} would rest on fewer assumptions"
    if of.opening:
        yield f"? {count(len(of.opening), 'question')} would open: {_named(of.opening)}"
    if of.retiring:
        yield f"? {count(len(of.retiring), 'question')} would be settled: {_named(of.retiring)}"


def _cut(lines: list[str]) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"{lines[0][0]} and {len(lines) - SHOWN} more"


def _weighed(threat: Weighed) -> str:
    return f"{shorten(threat.title, 70)} ({threat.level} {threat.risk})"


def _moved(moved: Moved) -> str:
    before, after = moved.before, moved.after
    parts = [
        f"{name} {old} → {new}"
        for name, old, new in (
            ("risk", before.risk, after.risk),
            ("residual", before.residual, after.residual),
        )
        if old != new
    ]
    return f"{shorten(after.title, 60)}: {', '.join(parts)}"


def _named(questions: Sequence[Named]) -> str:
    return listed([question.name for question in questions])


def part_of(letter: str, also: Also) -> str:
    """A further part of a question, with what to type for each choice: "b1 none · b2 all"."""
    labels = (one_line(choice.label) for choice in also.choices)
    choices = " · ".join(f"{letter}{number} {label}" for number, label in enumerate(labels, 1))
    return f"{one_line(also.text)}  {choices}"
