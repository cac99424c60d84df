from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from tests.exchange import example
from threatwright.exchange import markdown
from threatwright.exchange.marks import link_to
from threatwright.model.document import ThreatModel
from threatwright.model.scope import Attacker, Scope
from threatwright.model.system import Component, SystemModel
from threatwright.model.terms import Access, ComponentKind, Status


def report(model: ThreatModel) -> str:
    return markdown.write(model, example.KNOWLEDGE)


def html(model: ThreatModel) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(report(model)))


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of the same level."""
    level = heading.split(" ", maxsplit=1)[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^{level} |\Z)", text, re.S | re.M)
    assert found, f"no {heading}"
    return found.group(1)


def test_the_report_has_its_sections_in_order() -> None:
    assert re.findall(r"^##? (.*)$", report(example.model()), re.M) == [
        "Threat model: Payments",
        "Summary",
        "Scope and assumptions",
        "System",
        "Threats",
        "Risk matrix",
        "Coverage by element and STRIDE",
        "Mitigations",
        "Attack paths and what cuts them",
        "Roadmap",
        "Rejected in review",
        "Considered and left out",
        "Open questions",
        "Gaps in this model",
        "Catalogues",
    ]


def test_the_summary_counts_standing_threats_before_and_after_controls() -> None:
    summary = section(report(example.model()), "## Summary")
    assert "| Before controls | 1 | 0 | 1 | 0 | 2 |" in summary
    assert "| Residual | 0 | 0 | 2 | 0 | 2 |" in summary
    assert "1 answer by Ana, 1 question nobody could answer" in summary


def test_the_highest_risks_link_to_their_sections() -> None:
    text = report(example.model())
    headings = {link_to(h) for h in re.findall(r"^#+ (.*)$", text, re.M)}
    links = set(re.findall(r"\]\((#[^)]*)\)", text))
    assert links
    assert links <= headings


def test_a_threat_says_why_and_where_from() -> None:
    threat = section(report(example.model()), "### 1. Crafted payments get past Scoring API")
    for said in (
        "| tampering | operation |  | 80% | proposed |",
        "2. **Scoring API**: sends crafted input (over Customer to Scoring API)",
        "| Before controls | 4 | 4 | **critical** (16) |",
        "| Residual | 2 | 4 | **medium** (8) |",
        "**Likelihood, factor by factor**\n\n- anyone can try",
        "**What controls in place take off**\n\n- rate limits: likelihood −2",
        "- MITRE ATLAS 2026.09: **AML.T0015** Evade AI Model",
        "- description.md, line 2: “it is public”",
        "- answer 1 (Ana, devops): Callers: anyone",
        "| Limit queries `limit-queries` | hinders | Scoring API | full | in place |",
        "**Does not apply when:** Nobody relies on the score.",
    ):
        assert said in threat


def test_a_threat_that_no_catalogue_entry_fits_says_so() -> None:
    threat = section(report(example.model()), "### 2. Poisoned records reach Training set")
    assert "- No entry of the catalogues fits." in threat


def test_a_rejected_threat_is_listed_with_its_reason_and_counted_nowhere() -> None:
    text = report(example.model())
    assert "| Scoring API is overloaded | Scoring API | A quota stands before it. | Bo |" in text
    assert "### 3." not in text


def test_scope_is_derived_from_the_system_where_nobody_gave_one() -> None:
    scope = section(report(example.model()), "## Scope and assumptions")
    assert "- **Our cloud** (trusted): Scoring API" in scope
    assert "what they send and receive is in scope: Customer." in scope
    assert "| Vendor | Model hub |" in scope
    assert "proposed because such systems have them: Customer, Model hub." in scope


def test_a_scope_that_was_given_is_shown_instead() -> None:
    given = Scope(
        in_scope=("the API",),
        out_of_scope=("the app",),
        attackers=(Attacker(id="a", name="Rival", motive="copy", access=Access.BLACK_BOX),),
        responsibility={"hub": "customer"},
    )
    scope = section(report(example.model(scope=given)), "## Scope and assumptions")
    assert "### In scope\n\n- the API" in scope
    assert "### Out of scope\n\n- the app" in scope
    assert "| **Rival** | copy | black box | 0 | 0 |" in scope
    assert "| Customer | Model hub |" in scope


def test_an_assumption_names_the_threats_that_rest_on_it() -> None:
    scope = section(report(example.model()), "### Assumptions")
    assert (
        "| It is assumed that anyone can become a customer. "
        "| [1](#1-crafted-payments-get-past-scoring-api) |"
    ) in scope


def test_the_matrix_counts_before_and_after_controls() -> None:
    before, after = section(report(example.model()), "## Risk matrix").split("**Residual**")
    assert "| **4** |  |  |  | 1 |  |" in before
    assert "| **2** |  |  |  | 1 |  |" in after


def test_coverage_tells_unassessed_ruled_out_and_unknown_to_us_apart() -> None:
    coverage = section(report(example.model()), "## Coverage by element and STRIDE")
    assert "| Scoring API | · | 1 | · | ? | – | · |" in coverage


def test_what_was_left_out_is_grouped_by_reason() -> None:
    left_out = section(report(example.model()), "## Considered and left out")
    assert "| Would apply if scores were shown | Extract at Scoring API |" in left_out
    assert "| Language model: no (answer 1) | Inject at any llm |" in left_out


def test_gaps_and_editions_close_the_report() -> None:
    text = report(example.model())
    assert "- Who can change the model is not said. *Say who.*" in text
    assert "| MITRE ATLAS | 2026.09 | MITRE | Apache-2.0 |" in text
    assert "Knowledge base `0123456789ab`." in text


def test_a_system_without_ai_says_so_and_lists_no_threats() -> None:
    shop = SystemModel(
        name="Shop",
        boundaries=example.system().boundaries,
        components=(
            Component(
                id="db",
                name="Orders",
                kind=ComponentKind.DATABASE,
                boundary="cloud",
                provenance=example.READ,
            ),
        ),
    )
    text = report(example.model(system=shop, threats=(), considered=()))
    assert "**No AI component was found in this system**" in text
    assert "## Threats" not in text
    assert "## Considered and left out" not in text


def test_a_system_of_which_nothing_is_known_says_so() -> None:
    text = report(ThreatModel(id="x", name="", system=SystemModel(name="")))
    assert "# Threat model: unnamed system" in text
    assert "Nothing of the system is described yet" in text


def test_a_model_whose_threats_were_all_rejected_says_so() -> None:
    rejected = (example.threat(status=Status.REJECTED),)
    assert "Every threat was rejected in review" in report(example.model(threats=rejected))


def test_hostile_texts_stay_texts() -> None:
    calm, hostile = html(example.model()), html(example.hostile())
    assert "<script" not in hostile
    assert "\x1b" not in hostile
    assert set(re.findall(r"<(\w+)", hostile)) <= set(re.findall(r"<(\w+)", calm))
    assert hostile.count("<h1>") == 1


@pytest.mark.parametrize("model", [example.model(), example.hostile()])
def test_the_same_model_makes_the_same_report(model: ThreatModel) -> None:
    assert report(model) == report(ThreatModel.model_validate_json(model.model_dump_json()))
