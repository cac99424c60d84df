"""Threats and mitigations as an Excel workbook: sheets to sort, to filter and to print."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from threatwright.exchange.form_xlsx import FONT, GREY, cell_text
from threatwright.exchange.plain import one_line
from threatwright.exchange.report.content import Content
from threatwright.exchange.table_columns import (
    MITIGATIONS,
    THREATS,
    Cell,
    Column,
    mitigation_rows,
    threat_rows,
)
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_CELL = 32_000
"""Characters; Excel takes 32,767."""
LEVELS = {"critical": "F4B6B6", "high": "F8D3A8", "medium": "FBEFB4", "low": "D8E8D0"}
"""Colours of cells that name a level. The word stands in each, too."""
BEGINNING = b"2000-01-01T00:00:00Z"
"""In the place of the time of writing: the same model makes the same file."""
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write(model: ThreatModel, knowledge: Knowledge) -> bytes:
    """The workbook."""
    from openpyxl import Workbook

    content = Content(model, knowledge)
    book = Workbook()
    del book[book.sheetnames[0]]
    _table(book.create_sheet("Threats"), THREATS, threat_rows(content), model)
    _table(book.create_sheet("Mitigations"), MITIGATIONS, mitigation_rows(content), model)
    _about(book.create_sheet("About"), content)
    book.properties.creator = "threatwright"
    book.properties.title = cell_text(f"Threat model: {model.name}")
    saved = io.BytesIO()
    book.save(saved)
    return _without_times(saved.getvalue())


def _without_times(workbook: bytes) -> bytes:
    """The same workbook, whenever it was written."""
    import zipfile

    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = _MODIFIED.sub(rb"\g<1>" + BEGINNING, old.read(name))
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _table(
    sheet: Worksheet,
    columns: Sequence[Column[Any]],
    rows: Iterable[Sequence[Cell]],
    model: ThreatModel,
) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, 1):
        head = sheet.cell(1, number, column.title)
        head.font = Font(name=FONT, bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="1F3A5F")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    wrapped = Alignment(wrap_text=True, vertical="top")
    below = Border(bottom=Side(style="thin", color=GREY))
    fills = {level: PatternFill("solid", fgColor=colour) for level, colour in LEVELS.items()}
    for at, row in enumerate(rows, 2):
        for number, value in enumerate(row, 1):
            cell = sheet.cell(at, number, _shown(value))
            cell.alignment, cell.border = wrapped, below
            if columns[number - 1].title.endswith("evel") and value in fills:
                cell.fill = fills[str(value)]
    sheet.freeze_panes = "D2" if columns is THREATS else "C2"
    sheet.auto_filter.ref = sheet.dimensions
    _on_paper(sheet, model)


def _shown(value: Cell) -> Cell | None:
    return cell_text(value, MAX_CELL) or None if isinstance(value, str) else value


def _on_paper(sheet: Worksheet, model: ThreatModel) -> None:
    """Landscape, as wide as the page, the head and the handling label on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    # An ampersand begins a code in headers and footers.
    label = one_line(model.scope.handling).replace("&", "&&")
    if sheet.oddHeader is not None and sheet.oddFooter is not None:
        sheet.oddHeader.center.text = label or None
        sheet.oddFooter.right.text = "&P / &N"


def _about(sheet: Worksheet, content: Content) -> None:
    """What the workbook is of, and by which knowledge."""
    from openpyxl.styles import Alignment, Font

    model = content.model
    editions = ", ".join(f"{name} {edition}" for name, edition in model.derived.editions.items())
    rows = (
        ("Threat model", model.name or "unnamed system"),
        ("Purpose", model.system.purpose),
        ("Handling", model.scope.handling),
        ("Model id", model.id),
        ("Knowledge base", model.derived.knowledge[:12]),
        ("Catalogues", editions),
        ("Organisation", model.derived.organisation),
        ("Written by", "threatwright"),
    )
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 100
    for at, (name, said) in enumerate(rows, 1):
        sheet.cell(at, 1, name).font = Font(name=FONT, bold=True)
        sheet.cell(at, 2, _shown(said)).alignment = Alignment(wrap_text=True, vertical="top")
    _on_paper(sheet, model)
