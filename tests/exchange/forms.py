"""Forms of a small model, printed and filled as people fill them, for tests."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook

from tests.exchange import example
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.record.speaker import Speaker
from threatwright.exchange import form, form_markdown, form_xlsx, form_yaml
from threatwright.exchange.answers import Outcome, take
from threatwright.exchange.form_content import Filled, Printed, to_print
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.journal import JournalEntry, Source, SourceKind
from threatwright.model.system import SystemModel
from threatwright.model.terms import Role

K = example.KNOWLEDGE
LIMIT, AUDIT, COST = (
    f"scoring-api.{key}" for key in ("rate_limit", "query_audit", "variable_cost")
)


class Fill(NamedTuple):
    """What a person does with one question."""

    pick: str = ""
    """The value of a choice, or `don't know`."""
    text: str = ""


def model(*journal: JournalEntry, system: SystemModel | None = None) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="by hand", system=system or example.system())
    begun = begin("Payments", [source], K)
    return derive(record(begun, *journal), K) if journal else begun


def printed(of: ThreatModel | None = None, role: Role | None = None) -> Printed:
    return to_print(of or model(), K, role)


def of_one(question: Question) -> Printed:
    """A form of one question, which stands in the place of the last."""
    of = printed()
    group = of.groups[-1]._replace(asked=(of.groups[-1].asked[0]._replace(question=question),))
    return of._replace(groups=(group,))


def markdown(fills: Mapping[str, Fill], by: str = "", of: Printed | None = None) -> str:
    text = form_markdown.write(of or printed()).decode()
    text = text.replace("Your name:", f"Your name: {by}", 1)
    for question, fill in fills.items():
        head, found, rest = text.partition(f"`{question}`")
        assert found, question
        block, answer, tail = rest.partition("\nAnswer:")
        ticked = re.sub(rf"- \[ \] (?={re.escape(fill.pick)}(:|$))", "- [x] ", block, flags=re.M)
        assert not fill.pick or ticked != block, fill
        text = head + found + ticked + answer + (f" {fill.text}" if fill.text else "") + tail
    return text


def yaml(fills: Mapping[str, Fill], by: str = "", of: Printed | None = None) -> str:
    text = form_yaml.write(of or printed()).decode().replace("by:", f"by: {by}", 1)
    for question, fill in fills.items():
        head, found, rest = text.partition(f'question: "{question}"')
        assert found, question
        if fill.pick == "don't know":
            rest = rest.replace("dont_know:", "dont_know: true", 1)
        elif fill.pick:
            rest = rest.replace("value:", f"value: {fill.pick}", 1)
        if fill.text:
            rest = rest.replace("text:", f"text: {fill.text!r}", 1)
        text = head + found + rest
    return text


def workbook(fills: Mapping[str, Fill], by: str = "", of: Printed | None = None) -> bytes:
    book = load_workbook(io.BytesIO(form_xlsx.write(of or printed())))
    sheet = book[form_xlsx.QUESTIONS]
    if by:
        sheet.cell(2, form_xlsx.ANSWER).value = by
    for question, fill in fills.items():
        row = row_of(sheet, question)
        fact = K.fact_entries[question.rpartition(".")[2]]
        choice = fact.choice(fill.pick)
        picked = choice.label if choice else fill.pick
        if fill.pick:
            sheet.cell(row, form_xlsx.ANSWER).value = picked.replace("don't", "Don't")
        if fill.text:
            sheet.cell(row, form_xlsx.WORDS).value = fill.text
    return saved(book)


def row_of(sheet: Any, question: str) -> int:
    (found,) = (
        number
        for number in range(1, sheet.max_row + 1)
        if sheet.cell(number, form_xlsx.ID).value == question
    )
    return int(found)


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(content: str | bytes, name: str = "form.md") -> Filled:
    return form.read(content, name)


def taken(
    content: str | bytes, into: ThreatModel, by: str = "Ana", name: str = "form.md"
) -> Outcome:
    return take(
        [(read(content, name), Speaker(by, "devops", "2026-10-02T10:00:00+00:00"))], into, K
    )
