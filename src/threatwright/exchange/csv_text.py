"""Tables as CSV that no spreadsheet runs: what looks like a formula is text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from threatwright.exchange.form_xlsx import no_formula
from threatwright.exchange.plain import plain
from threatwright.exchange.table_columns import Cell


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table with its head: UTF-8, commas, a line feed after each row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _cell(cell: Cell) -> Cell:
    return no_formula(plain(cell).strip()) if isinstance(cell, str) else cell
