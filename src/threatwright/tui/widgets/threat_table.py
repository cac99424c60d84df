"""The threats as a table that sorts by any column, and whose rows can be marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from rich.text import Text
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from threatwright.engine.decisions.settled import is_expired
from threatwright.exchange.plain import one_line
from threatwright.model.system import SystemModel
from threatwright.model.terms import Level, Status
from threatwright.model.threats import StaleDecision, Threat, by_risk
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
    ("picked", "", 3),
    ("risk", "Risk", 13),
    ("residual", "Left", 6),
    ("stride", "STRIDE", 8),
    ("status", "Status", 13),
    ("when", "Until", 14),
    ("part", "Model", 12),
    ("title", "Threat", 0),
    ("element", "Element", 22),
)
"""(key, label, width); what is left over goes to the title."""
NARROWED = {
    "status": ("mark", "", 4),
    "when": ("when-mark", "", 3),
    "part": ("part-mark", "", 3),
}
"""What stands in the place of a column where there is little room."""
PICKED = "●"
LATE = "!"
LEAST_TITLE = 44
GUTTER = 1

LEVEL_COLOURS = {
    Level.CRITICAL: "text-error",
    Level.HIGH: "text-error",
    Level.MEDIUM: "text-warning",
    Level.LOW: "text-success",
}


class Rows(NamedTuple):
    """What the table shows."""

    threats: tuple[Threat, ...]
    system: SystemModel
    stale: tuple[StaleDecision, ...] = ()
    """Decisions about what is no threat any more; they stand first."""
    today: date = date.min


class ThreatTable(DataTable[Text]):
    """One row a threat; the row that the cursor is on stays it when rows change."""

    def __init__(self) -> None:
        super().__init__(cursor_type="row", cursor_foreground_priority="renderable")
        self.sorted_by = "risk"
        self.picked: set[str] = set()
        """Ids of the threats that are marked."""
        self._shown: Rows | None = None
        self._width = 0

    def on_resize(self) -> None:
        """The columns follow the width."""
        if self._shown is not None and self.size.width != self._width:
            self.show(self._shown)

    def show(self, rows: Rows) -> None:
        """Draw the threats in the chosen order. A cursor whose row is gone stays where it was."""
        self._shown, self._width = rows, self.size.width
        current, at, colours = self.threat_id, self.cursor_row, self.app.theme_variables
        self.clear(columns=True)
        columns = fitting(self.size.width, without=_empty(rows, self.picked))
        for key, label, width in columns:
            mark = " ▾" if key == self.sorted_by else ""
            self.add_column(Text(label + mark), key=key, width=width - 2)
        ordered = sorted(rows.threats, key=SORTS[self.sorted_by])
        drawn = {one.threat: _stale_cells(one) for one in rows.stale}
        for threat in ordered:
            drawn[threat.id] = _cells(threat, rows, colours, is_picked=threat.id in self.picked)
        for id_, cells in drawn.items():
            texts = (cells.get(key, Text()) for key, _, _ in columns)
            widths = (width - 2 for _, _, width in columns)
            self.add_row(*map(_cut, texts, widths), key=id_)
        self.move_cursor(row=list(drawn).index(current) if current in drawn else at)

    @property
    def shown_ids(self) -> tuple[str, ...]:
        """Ids of the threats that are shown, without stale decisions."""
        return tuple(threat.id for threat in self._shown.threats) if self._shown else ()

    def pick(self, ids: Sequence[str]) -> None:
        """Mark threats; where all of them are marked, mark none of them."""
        self.picked = self.picked - set(ids) if self.picked >= set(ids) else self.picked | set(ids)
        if self._shown is not None:
            self.show(self._shown)

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


OPTIONAL = frozenset({"picked", "when", "part"})
"""Columns that are there only where something stands in them."""


def _empty(rows: Rows, picked: set[str]) -> frozenset[str]:
    """The columns in which nothing stands: marks, dates, what part a language model had."""
    held = {
        "picked": any(threat.id in picked for threat in rows.threats),
        "when": any(threat.due or threat.until for threat in rows.threats),
        "part": any(map(has_part, rows.threats)),
    }
    return frozenset(name for name, is_held in held.items() if not is_held)


def fitting(width: int, *, without: frozenset[str] = OPTIONAL) -> list[tuple[str, str, int]]:
    """The columns with their widths, so that nothing scrolls sideways: the element goes first."""
    columns = [column for column in COLUMNS if column[0] not in without]
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


def _stale_cells(one: StaleDecision) -> dict[str, Text]:
    return {
        "risk": Text(f" {LATE} stale", "bold"),
        "status": Text(f"{STATUS_MARKS[one.status]} {one.status}", "dim"),
        "mark": Text(STATUS_MARKS[one.status], "dim"),
        "title": Text(one_line(one.title), "italic"),
        "element": Text(one_line(one.threat.rpartition("@")[2]), "dim"),
    }


def _when(threat: Threat, today: date) -> tuple[str, bool]:
    """The date that counts, as "due 2027-06-30", and whether it is over."""
    if threat.until is not None:
        is_over = is_expired(threat, today)
        return f"{threat.until}", is_over
    return (f"due {threat.due}", threat.due < today) if threat.due else ("", False)


def _cells(
    threat: Threat, rows: Rows, colours: Mapping[str, str], *, is_picked: bool
) -> dict[str, Text]:
    left = f"{threat.residual:>2}" if threat.residual != threat.risk else " ="
    mark = STATUS_MARKS[threat.status]
    is_rejected = threat.status is Status.REJECTED
    part = next(iter(parts_in(threat)), PATTERN)
    style = "bold" if part in (DISPUTED, DUPLICATE) else ""
    is_duplicate = is_rejected and bool(threat.duplicate_of)
    when, is_late = _when(threat, rows.today)
    late = f"bold {colours['text-error'].removeprefix('ansi_')}" if is_late else ""
    return {
        "picked": Text(PICKED if is_picked else "", "bold"),
        "when": Text(f"{LATE} {when}" if is_late else when, late),
        "when-mark": Text(LATE if is_late else "", late),
        "risk": Text(f"{threat.risk:>2} {threat.level}", level_style(threat.level, colours)),
        "residual": Text(left, "" if threat.residual != threat.risk else "dim"),
        "stride": Text(letters(threat.stride)),
        "status": Text(f"{mark} duplicate" if is_duplicate else f"{mark} {threat.status}"),
        "mark": Text(f"{mark}=" if is_duplicate else mark),
        "part": Text(f"{part.mark} {part.word}", style),
        "part-mark": Text(part.mark, style),
        "title": Text(one_line(threat.title), "strike dim" if is_rejected else ""),
        "element": Text(one_line(rows.system.name_of(threat.element))),
    }
