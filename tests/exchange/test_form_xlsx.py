from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from tests.exchange import example, forms
from tests.exchange.forms import AUDIT, COST, LIMIT, Fill, printed, read, row_of, saved, workbook
from threatwright.errors import InputError
from threatwright.exchange import form_xlsx
from threatwright.exchange.form_content import Remark, Reply
from threatwright.exchange.form_xlsx import ANSWER, DONT_KNOW, ID, NUMBER, QUESTIONS, WORDS
from threatwright.model.journal import Answered

BLANK = workbook({})


def replies(content: bytes) -> dict[str, Reply]:
    return {r.question: r for r in read(content, "form.xlsx").said if isinstance(r, Reply)}


def edited(edit: Callable[[Any], object], content: bytes = BLANK) -> bytes:
    """The workbook after somebody did something to its sheet of questions."""
    book = load_workbook(io.BytesIO(content))
    edit(book[QUESTIONS])
    return saved(book)


def answering(value: object, column: int = ANSWER, question: str = LIMIT) -> bytes:
    def put(sheet: Any) -> None:
        sheet.cell(row_of(sheet, question), column).value = value

    return edited(put)


def test_the_sheet_can_be_filled_without_a_manual() -> None:
    book = load_workbook(io.BytesIO(BLANK))
    assert book.sheetnames == [QUESTIONS, form_xlsx.NOTES, form_xlsx.CHOICES]
    sheet = book[QUESTIONS]
    assert sheet.freeze_panes == "C4"
    assert sheet.column_dimensions["H"].hidden
    assert book[form_xlsx.CHOICES].sheet_state == "hidden"
    row = row_of(sheet, LIMIT)
    for column in range(NUMBER + 1, ID):
        assert sheet.cell(row, column).alignment.wrap_text
    assert sheet.cell(row, ANSWER).value is None
    assert sheet.cell(row, ANSWER).number_format == "@"
    assert sheet.row_dimensions[row].height
    assert [row[0].value for row in book[form_xlsx.NOTES].iter_rows()] == list(form_xlsx.HOW)


def test_every_question_has_a_drop_down_of_its_choices() -> None:
    book = load_workbook(io.BytesIO(BLANK))
    sheet, lists = book[QUESTIONS], book[form_xlsx.CHOICES]
    for group in printed().groups:
        for asked in group.asked:
            cell = sheet.cell(row_of(sheet, asked.question.id), ANSWER).coordinate
            (rule,) = (rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref)
            place = str(rule.formula1).removeprefix(f"{form_xlsx.CHOICES}!")
            labels = [cell.value for row in lists[place.replace("$", "")] for cell in row]
            assert labels == [*(c.label for c in asked.question.choices), DONT_KNOW]


def test_a_form_that_nobody_filled_is_all_blank() -> None:
    found = read(BLANK, "form.xlsx")
    assert (found.said, found.by, found.notes) == ((), "", ())
    assert len(found.blank) == printed().total


def test_a_filled_form_says_who_filled_it_and_what() -> None:
    content = workbook(
        {
            LIMIT: Fill("some", "Only on the public route."),
            AUDIT: Fill("don't know"),
            COST: Fill(text="A fraction of a cent."),
        },
        by="Bo",
    )
    found = replies(content)
    assert read(content, "form.xlsx").by == "Bo"
    assert (found[LIMIT].picked, found[LIMIT].text) == (("In part",), "Only on the public route.")
    assert re.fullmatch(r"cell C\d+", found[LIMIT].where)
    assert re.fullmatch(r"cell D\d+", found[COST].where)
    assert found[AUDIT].is_unknown
    assert found[COST].text == "A fraction of a cent."


def test_what_is_written_in_the_last_row_is_a_remark() -> None:
    content = answering("There is a cache.", WORDS, form_xlsx.REMARK_ID)
    assert [r.text for r in read(content, "f").said if isinstance(r, Remark)] == [
        "There is a cache."
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "=1+1"),
        ('=HYPERLINK("http://evil.example","x")', '=HYPERLINK("http://evil.example","x")'),
        (ArrayFormula("C5", "=SUM(A1:A9)"), "=SUM(A1:A9)"),
    ],
)
def test_a_formula_is_text_and_is_told(value: object, text: str) -> None:
    content = answering(value, WORDS)
    assert replies(content)[LIMIT].text == text
    (note,) = read(content, "form.xlsx").notes
    assert re.match(r"cell D\d+ holds a formula; it was taken as the text ", note.problem)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (0.5, "0.5"),
        (True, "yes"),
        (datetime(2026, 5, 1), "2026-05-01"),  # noqa: DTZ001 - spreadsheets know no zones
        ("a\xa0b\u202e", "a b"),
        ("one\ntwo", "one\ntwo"),
        ("'=1+1", "=1+1"),
    ],
)
def test_whatever_a_cell_holds_is_read_as_a_person_reads_it(value: object, text: str) -> None:
    assert replies(answering(value, WORDS))[LIMIT].text == text


def test_an_answer_that_is_none_of_the_list_counts_as_words_and_is_told() -> None:
    outcome = forms.taken(answering("by the firewall"), forms.model(), name="form.xlsx")
    (entry,) = outcome.entries
    assert isinstance(entry, Answered)
    assert (entry.value, entry.text) == (None, "by the firewall")
    (note,) = outcome.receipts[0].notes
    assert re.match(r"cell C\d+: “by the firewall” is none of the choices", note.problem)


def test_a_label_that_looks_like_a_formula_is_read_back_as_its_choice() -> None:
    labels = {"none": "-", "some": "=1+1", "all": "@all"}
    fact = forms.K.fact_entries["rate_limit"]
    of = printed()
    choices = tuple(c.model_copy(update={"label": labels[c.value]}) for c in fact.choices)
    group = of.groups[0]
    asked = group.asked[0]._replace(
        question=group.asked[0].question.model_copy(update={"id": LIMIT, "choices": choices})
    )
    content = form_xlsx.write(of._replace(groups=(group._replace(asked=(asked,)),)))
    sheet = load_workbook(io.BytesIO(content))[form_xlsx.CHOICES]
    assert [cell.value for cell in sheet[1]] == ["'-", "'=1+1", "'@all", DONT_KNOW]

    def pick(sheet: Any) -> None:
        sheet.cell(row_of(sheet, LIMIT), ANSWER).value = "'=1+1"

    assert replies(edited(pick, content))[LIMIT].picked == ("=1+1",)


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\r=1",
        "_x003D_1+1",
        example.HOSTILE,
        "a" * 99,
    ],
)
def test_no_cell_that_is_written_is_a_formula_now_or_after_it_was_saved_as_csv(name: str) -> None:
    of = printed(forms.model(system=example.system(name)))
    of = of._replace(name=name)
    evil = [
        asked._replace(
            question=asked.question.model_copy(
                update={"text": name, "why": name, "decides": (name,), "publisher": ""}
            )
        )
        for asked in of.groups[0].asked
    ]
    content = form_xlsx.write(
        of._replace(groups=(of.groups[0]._replace(heading=name, asked=tuple(evil)),))
    )
    assert read(content, "form.xlsx").said == ()
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert cell.data_type != "f"
                    assert cell.value.lstrip()[:1] not in tuple("=+-@"), cell.value
                    assert "\x1b" not in cell.value
                    assert "_x003D_" not in cell.value or "_x005F_x003D_" in cell.value


def test_rows_may_be_sorted_cut_out_and_columns_put_between() -> None:
    content = workbook({LIMIT: Fill("some"), AUDIT: Fill("all")})

    def shuffle(sheet: Any) -> None:
        sheet.insert_cols(2, 2)
        sheet.delete_rows(row_of_shifted(sheet, COST))

    def row_of_shifted(sheet: Any, question: str) -> int:
        return next(
            int(cell.row) for row in sheet.iter_rows() for cell in row if cell.value == question
        )

    found = replies(edited(shuffle, content))
    assert found[LIMIT].picked == ("In part",)
    assert found[AUDIT].picked == ("Everywhere",)
    assert COST not in read(edited(shuffle, content), "f").questions


def test_a_form_without_its_head_is_read_by_the_column_of_ids() -> None:
    content = workbook({LIMIT: Fill("some")})
    found = read(edited(lambda sheet: sheet.delete_rows(1, 3), content), "form.xlsx")
    assert found.stamp is None
    assert [r.picked for r in found.said if isinstance(r, Reply)] == [("In part",)]


def test_what_stands_in_other_columns_or_rows_is_told_and_not_taken() -> None:
    def scribble(sheet: Any) -> None:
        sheet.cell(row_of(sheet, LIMIT), ID + 2).value = "ask Bo"
        sheet.cell(sheet.max_row + 3, WORDS).value = "by the way"

    problems = [note.problem for note in read(edited(scribble), "form.xlsx").notes]
    assert len(problems) == 2
    assert "“ask Bo” stands beside no question, or in a column of its own" in problems[0]
    assert "“by the way”" in problems[1]


def test_an_answer_that_is_called_like_a_column_is_an_answer() -> None:
    assert replies(answering("Question", WORDS))[LIMIT].text == "Question"
    assert replies(answering("Your name", WORDS))[LIMIT].text == "Your name"


def zipped(members: dict[str, bytes], content: bytes = BLANK) -> bytes:
    """The workbook with parts of it replaced or put in."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, part in members.items():
            new.writestr(name, part)
    return made.getvalue()


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"PK\x03\x04 nothing", "is damaged"),
        (BLANK[: len(BLANK) // 2], "is damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
            "is encrypted, or a workbook of the old",
        ),
        (zipped({"xl/worksheets/sheet1.xml": b"<worksheet"}), "cannot be read"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "no sheet of it has a column of question ids"),
        (zipped({"xl/worksheets/sheet1.xml": DTD}), "holds a document type"),
        (zipped({"xl/worksheets/sheet1.xml": DTD.decode().encode("utf-16")}), "document type"),
        (zipped({"xl/worksheets/sheet1.xml": bytes(13_000_000)}), "would unpack to 13 MB"),
        (zipped({f"xl/media/{n}.png": b"" for n in range(600)}), "in 611 parts"),
        (saved(Workbook()), "no sheet of it has a column of question ids"),
    ],
)
def test_a_file_that_is_no_workbook_of_questions_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=rf"form\.xlsx.*{problem}") as refused:
        read(content, "form.xlsx")
    assert refused.value.fix


def test_a_document_that_only_calls_itself_a_workbook_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(InputError, match="is not an Excel workbook"):
        read(made.getvalue(), "form.xlsx")


def test_macros_are_left_alone() -> None:
    content = zipped({"xl/vbaProject.bin": b"Sub Auto_Open()"}, workbook({LIMIT: Fill("some")}))
    assert replies(content)[LIMIT].picked == ("In part",)


def test_a_cell_at_the_very_end_of_the_sheet_takes_no_time() -> None:
    content = edited(lambda sheet: sheet.cell(1_048_576, 16_384, "x"))
    assert len(read(content, "form.xlsx").blank) == printed().total
