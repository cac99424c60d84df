"""The data-flow diagram as text: trust zones as frames, and the flows as lines from one to another.

Where there are too many flows to follow with the eye, each stands as a row below its component.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from threatwright.exchange.cells import fitted, width_of
from threatwright.exchange.drawing_lanes import ARRIVES, Gutter
from threatwright.exchange.drawing_rows import (
    Detail,
    Kinds,
    Place,
    Row,
    Zone,
    rows_of,
    zone_title,
    zones_in_order,
)
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, shorten
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.terms import Movement

PAGE = 100
"""The width of an exported diagram."""
NARROWEST, WIDEST = 40, 120
MOST_LANES = 7
"""More lines side by side cannot be told apart."""
MOST_DRAWN = 46
"""Rows along which a line can still be followed."""
LONGEST_NAME = 24
"""Columns of a name, where names stand side by side."""
LEAST_INNER = 30
"""What must be left for names where flows are lines."""
LEGEND = "? nobody said so: it is assumed"
NOTHING = "Nothing is drawn yet."


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The diagram, as wide as a page of text."""
    return "\n".join(drawing(model.system, kinds_of(knowledge), width=PAGE)) + "\n"


def kinds_of(knowledge: Knowledge) -> Kinds:
    """What each kind of component is called."""
    return {entry.kind: entry.name for entry in knowledge.kinds}


def drawing(
    system: SystemModel,
    kinds: Kinds,
    *,
    width: int = 80,
    most: int | None = None,
    marks: Mapping[str, str] | None = None,
) -> list[str]:
    """The lines of the diagram, none wider than `width` (40 to 120 columns), at most `most`.

    A component that nobody stated is marked with "?", or with what `marks` says for its id. Where
    there is not room for all, flows are told shorter or left out, and then components are counted.
    """
    width = max(NARROWEST, min(WIDEST, width))
    if not system.components:
        return [NOTHING]
    told = partial(rows_of, system, kinds=kinds, marks=marks or {})
    for detail in Detail:
        rows = told(detail)
        beside = Gutter(rows) if detail is Detail.DRAWN else None
        if beside is not None and not _can_be_followed(rows, beside, width):
            continue
        lines = _framed(rows, width, beside)
        if most is None or len(lines) <= most:
            return lines
    assert most is not None
    return _counted(system, width, most)


def numbered(system: SystemModel) -> dict[str, str]:
    """A mark for each component that is only assumed, to speak of it: "?1", "?2" and so on."""
    assumed = (
        part.id
        for _, parts in zones_in_order(system)
        for part in parts
        if not part.provenance.is_stated
    )
    return {id_: f"?{number}" for number, id_ in enumerate(assumed, 1)}


def assumptions(system: SystemModel, marks: Mapping[str, str]) -> Iterator[str]:
    """What each of the marked components is assumed for, in the words that called for it."""
    for component in system.components:
        quote = component.provenance.quote
        if component.id in marks and quote:
            named = f"{marks[component.id]} {one_line(component.name)}"
            yield f"{named}: assumed, because of “{shorten(quote, 50)}”"


def _can_be_followed(rows: Sequence[Row], beside: Gutter, width: int) -> bool:
    return (
        beside.lanes <= MOST_LANES
        and len(rows) <= MOST_DRAWN
        and width - beside.width - 4 >= LEAST_INNER
    )


def _framed(rows: Sequence[Row], width: int, beside: Gutter | None) -> list[str]:
    room = width - 4 - (beside.width if beside else 0)
    inner = min(room, max(width_of(row.text) + 6 for row in rows))
    lines = [
        _line(row, inner, beside is not None) + (beside.row(at).rstrip() if beside else "")
        for at, row in enumerate(rows)
    ]
    return [*lines, LEGEND] if any(row.is_assumed for row in rows) else lines


def _line(row: Row, inner: int, is_drawn: bool) -> str:
    match row.place:
        case Place.TOP:
            title = fitted(row.text, inner - 2)
            return f"╭─ {title} {'─' * (inner - width_of(title) - 1)}╮"
        case Place.BOTTOM:
            return f"╰{'─' * (inner + 2)}╯"
        case Place.FLOW if is_drawn:
            return _leaving(row, inner)
        case _:
            text = fitted(row.text, inner)
            return f"│ {text}{' ' * (inner - width_of(text))} │"


def _leaving(row: Row, inner: int) -> str:
    """A flow on its way from its component through the frame."""
    text = fitted(row.text, inner - 3)
    stroke = "╌" if row.is_assumed else "─"
    head = stroke if row.movement is Movement.SEND else ARRIVES
    return f"│ {text} {head}{stroke * (inner - width_of(text) - 1)}┼"


def _counted(system: SystemModel, width: int, most: int) -> list[str]:
    """Names side by side, as many as there is room for, and how many more there are."""
    zones = zones_in_order(system)
    shown = zones if 3 * len(zones) <= most else zones[: (most - 1) // 3]
    left = sum(len(parts) for _, parts in zones[len(shown) :])
    rows = _shared_out(
        [len(list(_filled(_names(zone, width - 4), width - 4))) for zone in shown],
        most - 2 * len(shown) - (1 if left else 0),
    )
    lines = [
        line
        for zone, room in zip(shown, rows, strict=True)
        for line in _named(zone, system, width - 4, room)
    ]
    more = f"and {left} more" if lines else count(left, "component")
    return [*lines, more] if left else lines


def _shared_out(wanted: Sequence[int], room: int) -> list[int]:
    """Rows for each zone: who wants little gets it, and the others share what is left."""
    given = dict.fromkeys(range(len(wanted)), 0)
    for done, at in enumerate(sorted(given, key=lambda at: wanted[at])):
        given[at] = min(wanted[at], (room - sum(given.values())) // (len(wanted) - done))
    return list(given.values())


def _named(zone: Zone, system: SystemModel, inner: int, most: int) -> Iterator[str]:
    yield _line(Row(Place.TOP, zone_title(zone[0], system)), inner, False)
    for text in _filled(_names(zone, inner), inner, most):
        yield _line(Row(Place.COMPONENT, text), inner, False)
    yield _line(Row(Place.BOTTOM), inner, False)


def _names(zone: Zone, inner: int) -> list[str]:
    longest = min(LONGEST_NAME, inner - 18)  # beside "· and 199 more"
    return [
        f"{'' if part.provenance.is_stated else '? '}{fitted(part.name, longest)}"
        for part in zone[1]
    ]


def _filled(names: Sequence[str], width: int, most: int | None = None) -> Iterator[str]:
    """Rows of names; the last says how many did not fit."""
    left = list(names)
    at = 0
    while left:
        at += 1
        row = left.pop(0)
        while left and width_of(f"{row} · {left[0]}{_more(len(left), at == most)}") <= width:
            row = f"{row} · {left.pop(0)}"
        yield row + _more(len(left), at == most)
        if at == most:
            return


def _more(left: int, is_last: bool) -> str:
    return f" · and {left} more" if is_last and left else ""
