from __future__ import annotations

import json

import pytest

from tests.engine.family import (
    KNOWLEDGE,
    after,
    calling,
    decided,
    inheriting,
    model_of,
    serving,
    taken_in,
    team,
)
from threatwright.exchange import json_file, markdown, mermaid
from threatwright.exchange.inherited import MOST, changed, files_in_words
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered


@pytest.fixture
def model() -> ThreatModel:
    """A team on a platform that strangers reach, which has decided about one threat."""
    public = decided(model_of("Platform", serving(is_public=True)), "T-evade@endpoint")
    return team(after(public, Answered(n=2, question="endpoint.query_audit", value="all")))


@pytest.fixture
def report(model: ThreatModel) -> str:
    return markdown.write(model, KNOWLEDGE)


def section(report: str, title: str) -> str:
    return report.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_an_inherited_threat_stands_with_the_decision_of_its_own_file(report: str) -> None:
    (row,) = [line for line in section(report, "Inherited threats").split("\n") if "evade" in line]
    assert "`T-evade@platform/endpoint`" in row
    assert "| accepted | Pat | watched |" in row


def test_inherited_threats_are_not_counted_among_ones_own(report: str, model: ThreatModel) -> None:
    theirs = [t for t in model.threats if t.inherited]
    assert f"[{len(theirs)} further threats](#inherited-threats)" in section(report, "Summary")
    assert "evade at Endpoint" not in section(report, "Threats")
    assert "Review: 0 accepted" in report


def test_the_summary_names_the_file_and_what_it_brings(report: str) -> None:
    assert "- Inherited platform.threatmodel.yaml (as platform, " in report
    assert "3 components, 2 flows" in report


def test_who_answered_there_is_not_looked_for_here(report: str) -> None:
    assert "inherited from platform: design.md, line 1" in report
    assert "inherited from platform: answer 2 (" not in report


def test_what_is_inherited_is_out_of_scope_and_in_the_hands_of_others(report: str) -> None:
    scope = section(report, "Scope and assumptions")
    assert "What is modelled in `platform.threatmodel.yaml`: " in scope
    assert "| As platform says |" in scope
    assert "(platform)" not in scope.partition("### In scope")[2].partition("### Out")[0]


def test_coverage_counts_what_is_held_against_inherited_elements(report: str) -> None:
    rows = section(report, "Coverage by element and STRIDE").split("\n")
    (endpoint,) = [row for row in rows if row.startswith("| Endpoint (platform) |")]
    assert "1" in endpoint.split("|")[3]


def test_nothing_inherited_is_listed_among_what_was_left_out(report: str) -> None:
    assert "(platform)" not in section(report, "Considered and left out")


def test_the_diagram_shows_whose_an_element_is(model: ThreatModel) -> None:
    lines = mermaid.write(model, KNOWLEDGE).split("\n")
    assert any("Endpoint (platform)" in line for line in lines)
    assert any(line.endswith(" inherited") for line in lines)
    alone = mermaid.write(model_of("Team", serving()), KNOWLEDGE)
    assert "inherited" not in alone


def test_json_holds_the_whole_and_marks_it(model: ThreatModel) -> None:
    data = json.loads(json_file.text_of(model))
    assert data["inherits"][0]["as"] == "platform"
    assert {c["id"] for c in data["system"]["components"]} >= {"customer", "platform/endpoint"}
    marked = {t["id"]: t["inherited"] for t in data["threats"]}
    assert marked["T-evade@platform/endpoint"] == "platform"
    assert "" in marked.values() or set(marked.values()) == {"platform"}


def test_many_changes_are_counted(model: ThreatModel) -> None:
    more = serving(is_public=True)
    extra = [more.components[0].model_copy(update={"id": f"stranger-{n}"}) for n in range(MOST + 3)]
    bigger = more.model_copy(update={"components": (*more.components, *extra)})
    ((problem, _),) = changed(model.inheriting([taken_in(model_of("Platform", bigger))]))
    assert " more." in problem
    assert problem.count("; ") == MOST


def test_a_file_that_comes_by_way_of_another_says_so() -> None:
    platform = model_of("Platform", serving())
    middle = inheriting(model_of("Middle", calling()), taken_in(platform))
    top = inheriting(
        model_of("Top", serving()), taken_in(middle, "middle"), taken_in(platform, by="middle")
    )
    assert files_in_words(top)[1].endswith(", by way of middle")
