"""The system as tables: rows of cells that are text, never markup."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from threatwright.exchange.names import Names
from threatwright.exchange.plain import one_line, shorten
from threatwright.model.system import SystemModel
from threatwright.model.terms import Movement, Outcome, Stride
from threatwright.model.threats import CoverageCell
from threatwright.tui.wording import BADGE_ASSUMED, source

ARROWS = {Movement.SEND: "→", Movement.READ: "←", Movement.CALL: "⇄"}

PADDING = 2
SCROLLBAR = 1
LEAST = 8
"""No column is cut below this."""

Row = tuple[str, Sequence[str]]
"""(key, cells)"""


class ElementTable(DataTable[Text]):
    """A table of elements, keyed by their ids."""

    def __init__(self, table_id: str, *columns: str) -> None:
        super().__init__(id=table_id, cursor_type="row")
        self._labels = columns

        self._rows: Sequence[Row] = ()
        self._width = 0
        self._drawn: tuple[list[int], dict[str, list[str]]] = ([], {})
        """Widths of the columns and cells of the rows as they are drawn."""

    def on_resize(self) -> None:
        """The columns follow the width."""
        if self.size.width != self._width:
            self.show(self._rows)

    def show(self, rows: Sequence[Row]) -> None:
        """Draw rows; the cursor stays where it was."""
        self._rows, self._width = rows, self.size.width
        cells = {key: [one_line(cell) for cell in cells] for key, cells in rows}
        widths = fitting([list(self._labels), *cells.values()], self.size.width)
        before_widths, before = self._drawn
        self._drawn = widths, cells
        if widths == before_widths and list(cells) == list(before):
            self._change(before, cells, widths)
            return
        at = self.cursor_row
        self.clear(columns=True)
        for label, width in zip(self._labels, widths, strict=True):
            self.add_column(Text(label), width=width)
        for key, texts in cells.items():
            self.add_row(*map(_cut, texts, widths), key=key)
        self.move_cursor(row=at)

    def _change(
        self, before: dict[str, list[str]], cells: dict[str, list[str]], widths: list[int]
    ) -> None:
        """Draw the cells that are others than before: a run changes a few at a time."""
        for row, (key, texts) in enumerate(cells.items()):
            for column, (old, new) in enumerate(zip(before[key], texts, strict=True)):
                if new != old:
                    self.update_cell_at(Coordinate(row, column), _cut(new, widths[column]))

    @property
    def element(self) -> str | None:
        """The id of the element that the cursor is on."""
        if not self.is_valid_coordinate(self.cursor_coordinate):
            return None
        return self.coordinate_to_cell_key(Coordinate(self.cursor_row, 0)).row_key.value


def fitting(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Widths of the columns: as wide as their cells, the widest cut down until all fit."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    room = width - PADDING * len(widths) - SCROLLBAR
    while sum(widths) > room and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _cut(text: str, width: int) -> Text:
    cell = Text(text)
    cell.truncate(width, overflow="ellipsis")
    return cell


def components(system: SystemModel, names: Names) -> list[Row]:
    """Name, kind, zone, provenance."""
    return [
        (
            c.id,
            (
                c.name,
                names.kind(c.kind),
                system.zones[c.boundary].name,
                source(c.provenance),
            ),
        )
        for c in system.components
    ]


def flows(system: SystemModel) -> list[Row]:
    """Source, arrow, target, content, zones crossed, provenance."""
    rows: list[Row] = []
    for flow in system.flows:
        start, end = system.elements[flow.source], system.elements[flow.target]
        crosses = getattr(start, "boundary", "") != getattr(end, "boundary", "")
        rows.append(
            (
                flow.id,
                (
                    system.name_of(flow.source),
                    ARROWS[flow.movement],
                    system.name_of(flow.target),
                    shorten(flow.carries, 48),
                    "crosses" if crosses else "",
                    source(flow.provenance),
                ),
            )
        )
    return rows


def boundaries(system: SystemModel) -> list[Row]:
    """Name, trust, the zone it lies in, number of components, provenance."""
    return [
        (
            b.id,
            (
                b.name,
                b.trust,
                system.zones[b.parent].name if b.parent else "",
                str(sum(c.boundary == b.id for c in system.components)),
                source(b.provenance),
            ),
        )
        for b in system.boundaries
    ]


def assets(system: SystemModel) -> list[Row]:
    """Name, sensitivity, holders, provenance."""
    return [
        (
            a.id,
            (
                a.name,
                a.sensitivity,
                ", ".join(system.name_of(holder) for holder in a.held_by),
                source(a.provenance),
            ),
        )
        for a in system.assets
    ]


MARKS = {
    Outcome.NOT_ASSESSED: "?",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.ASSUMED: BADGE_ASSUMED,
    Outcome.APPLIES: "",
}
COVERAGE_LEGEND = "a number: threats   ~ as assumed   ? not assessed   – not applicable"


def coverage(cells: Sequence[CoverageCell], system: SystemModel) -> list[Row]:
    """A row an element, a column a STRIDE category: how many threats, or why none."""
    elements = list(dict.fromkeys(cell.element for cell in cells))
    found = {(cell.element, cell.stride): cell for cell in cells}

    def mark(element: str, stride: Stride) -> str:
        cell = found.get((element, stride))
        if cell is None:
            return ""
        number = str(len(cell.threats)) if cell.threats else ""
        return f"{number}{MARKS[cell.outcome]}"

    return [
        (element, (system.name_of(element), *(mark(element, stride) for stride in Stride)))
        for element in elements
    ]


STRIDE_COLUMNS = ("Spoof", "Tamper", "Repudiate", "Disclose", "Deny", "Elevate")
"""In the order of the acronym."""
