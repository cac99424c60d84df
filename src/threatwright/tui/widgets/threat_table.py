"""The threats as a table that sorts by any column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.text import Text
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from threatwright.exchange.plain import one_line
from threatwright.model.system import SystemModel
from threatwright.model.terms import Level, Status
from threatwright.model.threats import Threat, by_risk
from threatwright.tui.marks import STATUS_MARKS, letters
from threatwright.tui.part_of_model import (
    DISPUTED,
    DUPLICATE,
    PARTS,
    PATTERN,
    has_part,
    parts_in,
)

Key = Callable[[Threat], Any]

SORTS: dict[str, Key] = {
    "risk": by_risk,
    "residual": lambda t: (-t.residual, *by_risk(t)),
    "stride": lambda t: (letters(t.stride), *by_risk(t)),
    "title": lambda t: t.title.lower(),
    "element": lambda t: (t.element, *by_risk(t)),
    "status": lambda t: (t.status.value, *by_risk(t)),
    "part": lambda t: (PARTS.index(parts_in(t)[0]) if parts_in(t) else len(PARTS), *by_risk(t)),
    "id": lambda t: t.id,
}
"""What the table can be sorted by, in the order that the key goes through."""

COLUMNS = (
    ("risk", "Risk", 13),
    ("residual", "Left", 6),
    ("stride", "STRIDE", 8),
    ("status", "Status", 13),
    ("part", "Model", 12),
    ("title", "Threat", 0),
    ("element", "Element", 22),
)
"""(key, label, width); what is left over goes to the title."""
NARROWED = {"status": ("mark", "", 3), "part": ("part-mark", "", 3)}
"""What stands in the place of a column where there is little room."""
LEAST_TITLE = 44
GUTTER = 1

LEVEL_COLOURS = {
    Level.CRITICAL: "text-error",
    Level.HIGH: "text-error",
    Level.MEDIUM: "text-warning",
    Level.LOW: "text-success",
}


class ThreatTable(DataTable[Text]):
    """One row a threat; the row that the cursor is on stays it when rows change."""

    def __init__(self) -> None:
        super().__init__(cursor_type="row", cursor_foreground_priority="renderable")
        self.sorted_by = "risk"
        self._shown: tuple[tuple[Threat, ...], SystemModel] | None = None
        self._width = 0

    def on_resize(self) -> None:
        """The columns follow the width."""
        if self._shown is not None and self.size.width != self._width:
            self.show(*self._shown)

    def show(self, threats: tuple[Threat, ...], system: SystemModel) -> None:
        """Draw the threats in the chosen order."""
        self._shown, self._width = (threats, system), self.size.width
        current = self.threat_id
        self.clear(columns=True)
        columns = fitting(self.size.width, has_parts=any(map(has_part, threats)))
        for key, label, width in columns:
            mark = " ▾" if key == self.sorted_by else ""
            self.add_column(Text(label + mark), key=key, width=width - 2)
        colours = self.app.theme_variables
        ordered = sorted(threats, key=SORTS[self.sorted_by])
        for threat in ordered:
            cells = _cells(threat, system, colours)
            self.add_row(*(_cut(cells[key], width - 2) for key, _, width in columns), key=threat.id)
        ids = [threat.id for threat in ordered]
        if current in ids:
            self.move_cursor(row=ids.index(current))

    @property
    def threat_id(self) -> str | None:
        """The id of the threat that the cursor is on."""
        if not self.is_valid_coordinate(self.cursor_coordinate):
            return None
        return self.coordinate_to_cell_key(Coordinate(self.cursor_row, 0)).row_key.value


def level_style(level: Level, colours: Mapping[str, str]) -> str:
    """A Rich style for a level; the word always stands beside it."""
    weight = "bold " if level in (Level.CRITICAL, Level.HIGH) else ""
    # A theme of the terminal's own colours names them as Textual does; Rich has no prefix.
    return weight + colours[LEVEL_COLOURS[level]].removeprefix("ansi_")


def fitting(width: int, *, has_parts: bool = False) -> list[tuple[str, str, int]]:
    """The columns with their widths, so that nothing scrolls sideways: the element goes first.

    What part a language model had is a column where it had any.
    """
    columns = [column for column in COLUMNS if has_parts or column[0] != "part"]
    if width - _taken(columns) < LEAST_TITLE:
        columns.pop()
    for key in reversed(NARROWED):
        if width - _taken(columns) < LEAST_TITLE:
            columns = [NARROWED[key] if column[0] == key else column for column in columns]
    title = max(LEAST_TITLE // 2, width - _taken(columns))
    return [(key, label, size or title) for key, label, size in columns]


def _taken(columns: Sequence[tuple[str, str, int]]) -> int:
    return sum(column[2] for column in columns) + GUTTER


def _cut(cell: Text, width: int) -> Text:
    cell.truncate(width, overflow="ellipsis")
    return cell


def _cells(threat: Threat, system: SystemModel, colours: Mapping[str, str]) -> dict[str, Text]:
    left = f"{threat.residual:>2}" if threat.residual != threat.risk else " ="
    mark = STATUS_MARKS[threat.status]
    is_rejected = threat.status is Status.REJECTED
    part = next(iter(parts_in(threat)), PATTERN)
    style = "bold" if part in (DISPUTED, DUPLICATE) else ""
    return {
        "risk": Text(f"{threat.risk:>2} {threat.level}", level_style(threat.level, colours)),
        "residual": Text(left, "" if threat.residual != threat.risk else "dim"),
        "stride": Text(letters(threat.stride)),
        "status": Text(f"{mark} {threat.status}"),
        "mark": Text(mark),
        "part": Text(f"{part.mark} {part.word}", style),
        "part-mark": Text(part.mark, style),
        "title": Text(one_line(threat.title), "strike dim" if is_rejected else ""),
        "element": Text(one_line(system.name_of(threat.element))),
    }
