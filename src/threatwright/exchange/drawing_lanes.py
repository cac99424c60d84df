"""The lines of flows beside the frames: one lane for each component that flows go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from threatwright.exchange.drawing_rows import Place, Row
from threatwright.model.terms import Movement

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
_STROKES = {
    0: " ",
    UP | DOWN: "│",
    LEFT | RIGHT: "─",
    DOWN | LEFT: "╮",
    UP | LEFT: "╯",
    UP | DOWN | LEFT: "┤",
    UP | DOWN | LEFT | RIGHT: "┼",
    LEFT: "─",
}
_DASHED = {UP | DOWN: "╎", LEFT | RIGHT: "╌"}
ARRIVES = "◀"
"""Where content arrives."""


class Lane(NamedTuple):
    """The line to one component, from all the rows that it joins."""

    target: int
    """The row of the component."""
    sources: tuple[int, ...]
    """The rows of the flows."""
    carries_to: bool
    """Whether content goes to the component, and not only away from it."""
    is_assumed: bool
    """Whether nobody stated any of the flows."""

    @property
    def first(self) -> int:
        """The uppermost row."""
        return min(self.target, *self.sources)

    @property
    def last(self) -> int:
        """The lowest row."""
        return max(self.target, *self.sources)


class Gutter:
    """The lanes side by side, and what each row shows of them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._columns = _side_by_side(_lanes(rows))

    @property
    def lanes(self) -> int:
        """How many lie side by side."""
        return len(self._columns)

    @property
    def width(self) -> int:
        """The columns that it takes."""
        return 2 * self.lanes

    def row(self, at: int) -> str:
        """What stands in a row, right of the frame."""
        bits = [0] * self.width
        dashed = [False] * self.width
        head = ""
        for column, lanes in enumerate(self._columns):
            x = 2 * column + 1
            for lane in lanes:
                if not lane.first <= at <= lane.last:
                    continue
                bits[x] |= (UP if at > lane.first else 0) | (DOWN if at < lane.last else 0)
                dashed[x] = lane.is_assumed
                if at in (lane.target, *lane.sources):
                    bits[x] |= LEFT
                    is_assumed = self._rows[at].is_assumed if at != lane.target else lane.is_assumed
                    for left in range(x):
                        bits[left] |= LEFT | RIGHT
                        dashed[left] = dashed[left] if left % 2 and bits[left] & UP else is_assumed
                if at == lane.target and lane.carries_to:
                    head = ARRIVES
        drawn = "".join(map(_stroke, bits, dashed))
        return head + drawn[len(head) :]


def _stroke(bits: int, is_dashed: bool) -> str:
    return _DASHED.get(bits, _STROKES[bits]) if is_dashed else _STROKES[bits]


def _lanes(rows: Sequence[Row]) -> list[Lane]:
    places = {row.component: at for at, row in enumerate(rows) if row.place is Place.COMPONENT}
    flows: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if row.place is Place.FLOW and row.component in places:
            flows.setdefault(row.component, []).append(at)
    return [
        Lane(
            places[component],
            tuple(found),
            any(rows[at].movement is not Movement.READ for at in found),
            all(rows[at].is_assumed for at in found),
        )
        for component, found in flows.items()
    ]


def _side_by_side(lanes: Sequence[Lane]) -> list[list[Lane]]:
    """Lanes by column: the shortest nearest to the frames, none over another."""
    columns: list[list[Lane]] = []
    for lane in sorted(lanes, key=lambda lane: (lane.last - lane.first, lane.first)):
        free = (
            column
            for column in columns
            if all(lane.first > other.last or lane.last < other.first for other in column)
        )
        column = next(free, None)
        if column is None:
            column = []
            columns.append(column)
        column.append(lane)
    return columns
