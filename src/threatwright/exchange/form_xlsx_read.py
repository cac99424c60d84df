"""Reads forms in Excel workbooks that people filled. What stands in a cell is text, never run.

A workbook is a zip file of XML by a stranger: its size is checked before anything is unpacked,
document types are refused, and formulas are taken as the text that they are.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from threatwright.errors import InputError
from threatwright.exchange import form_stamp
from threatwright.exchange.form_content import Filled, Note, Remark, Reply, person, unique
from threatwright.exchange.form_stamp import MARK
from threatwright.exchange.form_xlsx import (
    ANSWER,
    COLUMNS,
    DONT_KNOW,
    ID,
    NAME,
    QUESTIONS,
    REMARK_ID,
    WORDS,
)
from threatwright.exchange.plain import plain, shorten

MAX_MEMBERS = 500
MAX_UNPACKED = 12_000_000
"""Bytes of all that a workbook holds; a form of a thousand questions has one."""
MAX_ROWS, MAX_COLUMNS = 5_000, 40

_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_ID = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9._-]*\.[a-z0-9_]+")
_APOSTROPHE = re.compile(r"^'(?=\s*[=+\-@])")
_FIX = "Save it again as an Excel workbook (.xlsx) without a password, or fill a new form."
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,  # malformed XML, by whichever parser
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl raises on files that are not as they should be; it has no error of its own."""


class _Cell(NamedTuple):
    row: int
    column: int
    text: str
    is_formula: bool = False

    @property
    def name(self) -> str:
        from openpyxl.utils import get_column_letter

        return f"{get_column_letter(self.column)}{self.row}"


_Row = dict[int, _Cell]
"""Column → cell, without the empty ones."""


def read(content: bytes, name: str) -> Filled:
    """What a form says. Raises InputError if it cannot be read, or is no form."""
    _check(content, name)
    sheets = _sheets(content, name)
    rows = max(sheets, key=lambda rows: sum(_id_in(row) is not None for row in rows), default=[])
    column = _id_column(rows)
    if column is None:
        raise InputError(
            f"{name} is not a form: no sheet of it has a column of question ids.",
            "`threatwright questions FILE --format xlsx -o FORM.xlsx` writes a form to fill.",
        )
    header = _header(rows)
    return _filled([r for r in rows if r is not header], _columns(header, column), name)


def _check(content: bytes, name: str) -> None:
    """Refuse what is no workbook, or would fill the memory."""
    if content.startswith(_OLD_FORMAT):
        raise InputError(f"{name} is encrypted, or a workbook of the old kind (.xls).", _FIX)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or size > MAX_UNPACKED:
                raise InputError(
                    f"{name} would unpack to {size / 1_000_000:.0f} MB in {len(members)} parts; "
                    "no form is that large.",
                    "Check where it came from, and take pictures out; nothing of it was read.",
                )
            if "xl/workbook.xml" not in archive.namelist():
                raise InputError(f"{name} is not an Excel workbook.", _FIX)
            for member in members:
                if b"<!DOCTYPE" in archive.read(member).replace(b"\0", b""):
                    raise InputError(
                        f"{name} holds a document type in {shorten(member.filename, 60)}, which "
                        "no spreadsheet program writes.",
                        "Check where it came from; nothing of it was read.",
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise InputError(f"{name} is damaged: {error}.", _FIX) from error


def _sheets(content: bytes, name: str) -> list[list[_Row]]:
    """The rows of every sheet, the one of the questions first."""
    from openpyxl import load_workbook
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # It warns of whatever it passes over, of which we want nothing.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheets = sorted(book.worksheets, key=lambda sheet: sheet.title != QUESTIONS)
            return [list(_rows(sheet)) for sheet in sheets[:20]]
    except (*_UNREADABLE, TokenizerError, InvalidFileException) as error:
        raise InputError(f"{name} cannot be read: {type(error).__name__}.", _FIX) from error


def _rows(sheet: Any) -> Iterator[_Row]:
    for cells in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS):
        row = {
            cell.column: _Cell(cell.row, cell.column, text, cell.data_type == "f")
            for cell in cells
            if cell.value is not None and (text := _text(cell.value))
        }
        if row:
            yield row


def _text(value: object) -> str:
    """What a cell holds, as a person reads it; of a formula, the formula."""
    match value:
        case bool():
            text = "yes" if value else "no"
        case float() if value.is_integer():
            text = str(int(value))
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime() | date() | time():
            text = value.isoformat()
        case str() | int() | float():
            text = str(value)
        case _:  # a formula over several cells is an object
            text = str(getattr(value, "text", "") or "=")
    return _APOSTROPHE.sub("", plain(text.replace("\xa0", " ")).strip())


def _id_in(row: _Row) -> int | None:
    """The column in which the id of a question stands."""
    return next(
        (c for c, cell in row.items() if cell.text == REMARK_ID or _ID.fullmatch(cell.text)), None
    )


def _id_column(rows: Sequence[_Row]) -> int | None:
    """The column that has ids: its title says so, or most of what stands in it are some."""
    titled = (
        column for row in rows for column, cell in row.items() if cell.text == COLUMNS[ID - 1].title
    )
    found = next(titled, None)
    if found is not None and any(found in row and _ID.fullmatch(row[found].text) for row in rows):
        return found
    counted = [column for row in rows if (column := _id_in(row)) is not None]
    return max(set(counted), key=counted.count) if counted else None


def _header(rows: Sequence[_Row]) -> _Row:
    """The row of the titles; empty if it is gone."""
    titles = {column.title for column in COLUMNS}
    return next((r for r in rows if sum(c.text in titles for c in r.values()) > 3), {})


def _columns(header: _Row, id_column: int) -> dict[int, int]:
    """Where each of our columns is: under its title, or where it was beside the ids."""
    numbers = {column.title: number for number, column in enumerate(COLUMNS, 1)}
    found = {numbers[cell.text]: c for c, cell in header.items() if cell.text in numbers}
    shifted = {number: id_column - ID + number for number in numbers.values()}
    return {**shifted, **found, ID: id_column}


def _filled(rows: Sequence[_Row], columns: dict[int, int], name: str) -> Filled:
    said: list[Reply | Remark] = []
    blank: list[str] = []
    notes: list[Note] = []
    for row in rows:
        id_ = row.get(columns[ID])
        filled = [cell for c in (ANSWER, WORDS) if (cell := row.get(columns[c]))]
        if id_ is not None and id_.text == REMARK_ID:
            said += [Remark(cell.text, f"cell {cell.name}") for cell in filled]
        elif id_ is not None and _ID.fullmatch(id_.text):
            if filled:
                said.append(_reply(id_.text, row.get(columns[ANSWER]), row.get(columns[WORDS])))
            else:
                blank.append(id_.text)
        elif _is_head(row):
            continue
        else:
            notes += map(_outside, filled)
        notes += [_outside(cell) for c, cell in row.items() if c not in columns.values()]
        notes += [_not_run(cell) for cell in filled if cell.is_formula]
    stamp = _stamp(rows, name)
    return Filled(
        name,
        stamp,
        _who(rows),
        tuple(said),
        tuple(blank),
        is_by_hand=True,
        notes=unique(notes),
    )


def _is_head(row: _Row) -> bool:
    """Whether a row is above the table: the title, or the name of who filled it."""
    return any(_is_name(cell) or MARK in cell.text for cell in row.values())


def _stamp(rows: Sequence[_Row], name: str) -> form_stamp.Stamp | None:
    texts = (cell.text for row in rows for cell in row.values() if MARK in cell.text)
    return next((stamp for text in texts if (stamp := form_stamp.find(text, name))), None)


def _reply(id_: str, answer: _Cell | None, words: _Cell | None) -> Reply:
    where = f"cell {(answer or words or _Cell(1, 1, '')).name}"
    is_unknown = answer is not None and answer.text.replace("’", "'").casefold() == (
        DONT_KNOW.casefold()
    )
    picked = (answer.text,) if answer and not is_unknown else ()
    return Reply(id_, where, picked, words.text if words else "", is_unknown)


def _who(rows: Sequence[_Row]) -> str:
    """Who filled the form: what stands beside “Your name”."""
    for row in rows:
        if any(map(_is_name, row.values())):
            return next((person(c.text) for c in row.values() if not _is_name(c)), "")
    return ""


def _is_name(cell: _Cell) -> bool:
    return cell.text.rstrip(": ").casefold() == NAME.casefold()


def _outside(cell: _Cell) -> Note:
    return Note(
        f"cell {cell.name}: “{shorten(cell.text, 60)}” stands beside no question, or in a column "
        "of its own, and was not taken.",
        f"Write it under “{COLUMNS[WORDS - 1].title}” in the row of a question, or in the last.",
    )


def _not_run(cell: _Cell) -> Note:
    return Note(
        f"cell {cell.name} holds a formula; it was taken as the text “{shorten(cell.text, 40)}” "
        "and not run.",
        "Type the answer itself into the cell.",
    )
