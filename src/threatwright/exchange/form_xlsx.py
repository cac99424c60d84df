"""Writes forms as Excel workbooks: a sheet of questions with drop-downs, and one that says how."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from threatwright.exchange.form_content import ANYTHING_ELSE, Asked, Printed
from threatwright.exchange.plain import plain, shorten
from threatwright.exchange.publisher import marked

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

QUESTIONS, NOTES, CHOICES = "Questions", "How to fill this in", "Choices"
NAME = "Your name"
DONT_KNOW = "Don't know"
REMARK_ID = "anything-else"
"""What stands for an id beside the room for other remarks."""
MAX_CELL = 2_000
MOST_TITLES = 3
FONT = "Calibri"
GREY = "BFBFBF"
LINE_HEIGHT = 15.0
"""Points that a line of text takes."""


class Column(NamedTuple):
    """A column of the sheet of questions."""

    title: str
    width: float
    is_filled: bool = False
    """A person writes in it."""


COLUMNS = (
    Column("#", 5),
    Column("Question", 46),
    Column("Answer", 26, is_filled=True),
    Column("In your own words", 42, is_filled=True),
    Column("Proposed, no answer yet", 22),
    Column("Why it matters", 36),
    Column("It decides", 44),
    Column("Question id", 10),
)
NUMBER, QUESTION, ANSWER, WORDS, PROPOSED, WHY, DECIDES, ID = range(1, len(COLUMNS) + 1)
HEADER_ROW = 3

_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def cell_text(value: str, most: int = MAX_CELL) -> str:
    """Text that no spreadsheet takes for a formula, also not after it was saved as CSV."""
    text = _ESCAPE.sub(r"_x005F_x\1_", "\n".join(map(str.rstrip, plain(value).split("\n"))))
    return no_formula(text if len(text) <= most else text[: most - 1] + "…")


def no_formula(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def write(form: Printed) -> bytes:
    """The workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "threatwright"
    book.properties.title = cell_text(form.title)
    del book[book.sheetnames[0]]
    sheet = book.create_sheet(QUESTIONS)
    _notes(book.create_sheet(NOTES))
    lists = book.create_sheet(CHOICES)
    lists.sheet_state = "hidden"
    _head(sheet, form)
    row = HEADER_ROW
    drop_downs = _DropDowns(sheet, lists)
    for group in form.groups:
        row += 1
        _heading(sheet, row, group.heading)
        for asked in group.asked:
            row += 1
            _question(sheet, row, asked)
            drop_downs.put(row, tuple(choice.label for choice in asked.question.choices))
    if form.total:
        _heading(sheet, row + 1, "Besides")
        _write(sheet, row + 2, {QUESTION: ANYTHING_ELSE, ID: REMARK_ID})
    _finish(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _head(sheet: Worksheet, form: Printed) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.cell(1, NUMBER, cell_text(form.title)).font = Font(name=FONT, bold=True, size=14)
    sheet.cell(2, QUESTION, NAME).font = Font(name=FONT, bold=True)
    sheet.cell(1, ID, str(form.stamp))
    _for_filling(sheet.cell(2, ANSWER))
    for number, column in enumerate(COLUMNS, 1):
        _style(sheet.cell(HEADER_ROW, number, column.title), "heading")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    _set_height(sheet, HEADER_ROW, 2 * LINE_HEIGHT)
    sheet.column_dimensions[get_column_letter(ID)].hidden = True
    sheet.freeze_panes = f"{get_column_letter(ANSWER)}{HEADER_ROW + 1}"


def _heading(sheet: Worksheet, row: int, text: str) -> None:
    for column in range(1, ID):
        _style(sheet.cell(row, column), "group")
    sheet.cell(row, NUMBER, cell_text(text))


def _question(sheet: Worksheet, row: int, asked: Asked) -> None:
    question = asked.question
    sides = [
        f"– {side.who}: {side.says}{f' (“{shorten(side.quote, 160)}”)' if side.quote else ''}"
        for side in asked.sides
    ]
    _write(
        sheet,
        row,
        {
            QUESTION: "\n".join([marked(question.text, question.publisher), *sides]),
            PROPOSED: asked.proposed.label if asked.proposed else "",
            WHY: "\n".join([question.why, *(f"Known already: {line}" for line in question.told)]),
            DECIDES: "\n".join(f"– {title}" for title in question.decides[:MOST_TITLES]),
            ID: question.id,
        },
    )
    sheet.cell(row, NUMBER, asked.number)


def _write(sheet: Worksheet, row: int, texts: dict[int, str]) -> None:
    for column in range(1, len(COLUMNS) + 1):
        cell = sheet.cell(row, column, cell_text(texts[column]) if texts.get(column) else None)
        _style(cell, "text")
        if COLUMNS[column - 1].is_filled:
            _for_filling(cell)
    lines = max(_lines(t, COLUMNS[c - 1].width) for c, t in texts.items() if c != ID)
    _set_height(sheet, row, lines * LINE_HEIGHT + 3)


def _lines(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column."""
    return sum(max(1, len(textwrap.wrap(line, int(width) - 2))) for line in text.split("\n"))


def _set_height(sheet: Worksheet, row: int, height: float) -> None:
    """A height to begin with: the row still grows with what is written into it."""
    from openpyxl.worksheet.dimensions import RowDimension

    class Growing(RowDimension):
        customHeight = False

    sheet.row_dimensions[row] = Growing(sheet, index=row, ht=height)


class _DropDowns:
    """The lists of choices, each kept once on a sheet of their own."""

    def __init__(self, sheet: Worksheet, lists: Worksheet) -> None:
        self._sheet, self._lists = sheet, lists
        self._rules: dict[tuple[str, ...], Any] = {}

    def put(self, row: int, labels: Sequence[str]) -> None:
        """Let a cell hold one of the labels, or that it is not known."""
        items = (*map(cell_text, labels), DONT_KNOW)
        rule = self._rules.get(items) or self._rule(items)
        rule.add(self._sheet.cell(row, ANSWER).coordinate)

    def _rule(self, items: tuple[str, ...]) -> Any:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        row = len(self._rules) + 1
        for column, item in enumerate(items, 1):
            self._lists.cell(row, column, item)
        last = f"${get_column_letter(len(items))}${row}"
        rule = DataValidation(
            "list",
            formula1=f"{CHOICES}!$A${row}:{last}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="None of the choices",
            error="Pick one of the list, or write in your own words in the next column.",
        )
        self._sheet.add_data_validation(rule)
        self._rules[items] = rule
        return rule


def _style(cell: Any, kind: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    across = "center" if cell.column == NUMBER and kind != "group" else None
    cell.alignment = Alignment(wrap_text=kind != "group", vertical="top", horizontal=across)
    cell.border = Border(bottom=Side(style="thin", color=GREY))
    if kind == "heading":
        cell.font = Font(name=FONT, bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F3A5F")
    elif kind == "group":
        cell.font = Font(name=FONT, bold=True)
        cell.fill = PatternFill("solid", fgColor="DCE6F1")


def _for_filling(cell: Any) -> None:
    """Text, whatever is typed, in a frame that shows where to write."""
    from openpyxl.styles import Alignment, Border, PatternFill, Side

    line = Side(style="thin", color=GREY)
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    cell.fill = PatternFill("solid", fgColor="FFFBE6")


def _finish(sheet: Worksheet) -> None:
    """On paper: landscape, as wide as the page, the head of the table on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _notes(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width = 100
    for row, text in enumerate(HOW, 1):
        sheet.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")


HOW = (
    f"The questions are on the sheet “{QUESTIONS}”, the most valuable first in each group.",
    f"Write your name into the cell beside “{NAME}”, so that it is known who said what.",
    "Pick an answer from the list that opens in the cell. Where none fits, or there is more to "
    "say, write beside it in your own words. You may do both.",
    f"Pick “{DONT_KNOW}” where you do not know. Leave blank what you would rather not say.",
    "What is proposed is what is usual, or what was assumed. It is no answer until you pick it.",
    "Where answers differ, the question says who said what; what is answered now decides it.",
    "Rows may be left out, sorted and coloured. The hidden column tells which question a row "
    "is: leave it as it is.",
    "Formulas and macros are not run when the form is taken back; what stands in a cell is text.",
)
