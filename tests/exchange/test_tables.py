"""Threats and mitigations as CSV and Excel, and what is left to do as tickets."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.exchange import example
from threatwright.exchange import (
    csv_mitigations,
    csv_threats,
    tickets_github,
    tickets_jira,
    workbook,
)
from threatwright.model.document import ThreatModel
from threatwright.model.scope import Scope
from threatwright.model.terms import Coverage, Effect, MitigationStatus, Status
from threatwright.model.threats import AppliedMitigation

FORMULA = '=HYPERLINK("http://attacker.example","open")'
FORMULAS = (FORMULA, "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def book(model: ThreatModel) -> Any:
    return load_workbook(io.BytesIO(workbook.write(model, example.KNOWLEDGE)))


def applied(status: MitigationStatus, id_: str = "limit-queries", **more: Any) -> AppliedMitigation:
    given: dict[str, Any] = {
        "title": "Limit queries",
        "effect": Effect.HINDERS,
        "coverage": Coverage.NONE,
        "at": ("scoring-api",),
    }
    return AppliedMitigation(id=id_, status=status, **{**given, **more})


def with_mitigations(*mitigations: AppliedMitigation, **more: Any) -> ThreatModel:
    return example.model(threats=(example.threat(mitigations=mitigations),), **more)


def test_every_threat_is_a_row_also_a_rejected_one() -> None:
    found = rows(csv_threats.write(example.model(), example.KNOWLEDGE))
    assert [(r["Number"], r["Id"], r["Status"]) for r in found] == [
        ("1", "T-evade@scoring-api", "proposed"),
        ("2", "T-poison@training-set", "proposed"),
        ("", "T-overload@scoring-api", "rejected"),
    ]
    assert found[0]["Level"] == "critical"
    assert found[0]["Residual level"] == "medium"
    assert found[0]["References"] == "AML.T0015 Evade AI Model"
    assert found[2]["Reason"] == "A quota stands before it."


def test_a_mitigation_is_a_row_with_the_threats_that_it_stands_against() -> None:
    (found,) = rows(csv_mitigations.write(example.model(), example.KNOWLEDGE))
    assert (found["Id"], found["Status"], found["Where"]) == (
        "limit-queries",
        "in place",
        "Scoring API",
    )
    assert found["Threat ids"] == "T-evade@scoring-api"


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_looks_like_a_formula_is_text_in_csv(formula: str) -> None:
    model = example.model(threats=(example.threat(title=formula),))
    for write in (csv_threats.write, tickets_jira.write, tickets_github.write):
        for row in csv.reader(io.StringIO(write(model, example.KNOWLEDGE))):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_looks_like_a_formula_is_text_in_excel(formula: str) -> None:
    model = example.model(name=formula, threats=(example.threat(title=formula),))
    for sheet in book(model):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "@"))


def test_a_workbook_is_ready_to_filter_and_its_head_stays() -> None:
    found = book(example.model())
    assert found.sheetnames == ["Threats", "Mitigations", "About"]
    for name in ("Threats", "Mitigations"):
        sheet = found[name]
        assert sheet.freeze_panes[1:] == "2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.column_dimensions["C"].width > 8
    assert found["Threats"]["H2"].value == 16, "a risk is a number"


def test_the_handling_label_is_on_every_page_of_a_workbook() -> None:
    found = book(example.model(scope=Scope(handling="R&D only")))
    for sheet in found:
        assert sheet.oddHeader.center.text == "R&&D only"


def test_a_control_that_is_in_place_or_turned_down_makes_no_ticket() -> None:
    for status in (MitigationStatus.IN_PLACE, MitigationStatus.NOT_DOING):
        model = with_mitigations(applied(status))
        assert rows(tickets_jira.write(model, example.KNOWLEDGE)) == []
    model = with_mitigations(applied(MitigationStatus.PLANNED))
    assert len(rows(tickets_jira.write(model, example.KNOWLEDGE))) == 1


def test_no_ticket_stands_for_a_threat_that_was_rejected() -> None:
    todo = applied(MitigationStatus.PROPOSED)
    threat = example.threat(mitigations=(todo,), status=Status.REJECTED)
    model = example.model(threats=(threat,))
    assert rows(tickets_github.write(model, example.KNOWLEDGE)) == []


def test_a_tickets_key_stays_when_titles_places_and_risks_change() -> None:
    before = with_mitigations(applied(MitigationStatus.PROPOSED))
    after = example.model(
        name="Payments 2",
        threats=(
            example.threat("T-other@hub", element="hub", title="Other", residual=16),
            example.threat(
                mitigations=(
                    applied(MitigationStatus.PLANNED, title="Rate limits", at=("hub", "customer")),
                    applied(MitigationStatus.PROPOSED, "another"),
                )
            ),
        ),
    )
    (old,) = rows(tickets_github.write(before, example.KNOWLEDGE))
    new = rows(tickets_github.write(after, example.KNOWLEDGE))
    assert old["key"] == "tw-00000000-limit-queries"
    assert old["key"] in [row["key"] for row in new]
    jira = rows(tickets_jira.write(before, example.KNOWLEDGE))
    assert jira[0]["External ID"] == old["key"]
    assert jira[0]["Labels"] == old["key"], "the last column of that name"
    assert jira[0]["Priority"] == "Medium"


def test_a_name_in_an_issue_calls_nobody_and_marks_nothing_up() -> None:
    model = with_mitigations(
        applied(MitigationStatus.PROPOSED), system=example.system("@octocat {code} *b* [~admin]")
    )
    (issue,) = rows(tickets_github.write(model, example.KNOWLEDGE))
    assert "@octocat" not in issue["body"]
    assert "\\*b\\*" in issue["body"]
    (ticket,) = rows(tickets_jira.write(model, example.KNOWLEDGE))
    assert "\\[\\~admin\\]" in ticket["Description"]
    assert "\\{code\\}" in ticket["Description"]
