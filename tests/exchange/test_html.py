"""The report as HTML: whole, self-contained, and what people wrote stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from tests.exchange import example
from tests.exchange.markup import Page
from tests.exchange.test_summed_up import summed
from threatwright.engine.rules.coverage import UNSPOKEN
from threatwright.exchange.html.page import write
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Claim, Fact, Provenance
from threatwright.model.journal import Answered
from threatwright.model.scope import Scope, SignOff
from threatwright.model.system import SystemModel
from threatwright.model.terms import Level, Origin, Status
from threatwright.model.threats import ByRule, StaleDecision

REJECTED = example.model(threats=(example.threat(status=Status.REJECTED),))
EMPTY = ThreatModel(id="empty", name="", system=SystemModel(name=""))
MODELS = {
    "full": example.model(),
    "hostile": example.hostile(),
    "empty": EMPTY,
    "all rejected": REJECTED,
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def page(model: ThreatModel) -> Page:
    return Page(write(model, example.KNOWLEDGE))


def part(model: ThreatModel, id_: str) -> str:
    """The text of the section with that id."""
    text = write(model, example.KNOWLEDGE)
    found = re.search(rf'<section id="{id_}".*?</section>', text, re.S)
    assert found, f"no section {id_}"
    return Page(found.group()).text


def threat_text(model: ThreatModel, number: int = 1) -> str:
    text = write(model, example.KNOWLEDGE)
    found = re.search(rf'<li id="t-{number}".*?\n</li>', text, re.S)
    assert found, f"no threat {number}"
    return Page(found.group()).text


# --- form -------------------------------------------------------------------------------------


@every_model
def test_what_is_opened_is_closed_and_no_id_is_used_twice(model: ThreatModel) -> None:
    found = page(model)
    assert len(found.ids) == len(set(found.ids))
    assert {"html", "head", "title", "main", "h1", "h2"} <= found.tags


@every_model
def test_every_link_leads_to_a_place_in_the_page(model: ThreatModel) -> None:
    found = page(model)
    for href in found.values("href"):
        assert href.startswith("#")
        assert href[1:] in found.ids


@every_model
def test_labels_and_descriptions_refer_to_what_is_there(model: ThreatModel) -> None:
    found = page(model)
    for name in ("for", "aria-labelledby", "aria-describedby"):
        for value in found.values(name):
            assert set(value.split()) <= set(found.ids)


@every_model
def test_nothing_is_fetched_from_anywhere(model: ThreatModel) -> None:
    text = write(model, example.KNOWLEDGE)
    found = Page(text)
    assert not found.values("src")
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & found.tags
    assert not re.search(r"@import|url\((?!#)", "".join(found.styles))
    assert not re.search(r"https?:", "".join([*found.styles, *found.scripts]))


@every_model
def test_only_the_one_script_of_the_page_may_run(model: ThreatModel) -> None:
    found = page(model)
    (script,) = found.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (v for v in found.values("content") if v.startswith("default-src"))
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]


def test_headings_go_down_one_level_at_a_time() -> None:
    text = write(example.model(), example.KNOWLEDGE)
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert levels.count(1) == 1


# --- hostile ----------------------------------------------------------------------------------


def test_hostile_texts_bring_no_tag_no_attribute_and_no_hidden_character() -> None:
    calm, hostile = page(example.model()), page(example.hostile())
    assert hostile.tags <= calm.tags
    names = {(tag, name) for tag, name, _ in calm.attributes}
    assert {(tag, name) for tag, name, _ in hostile.attributes} <= names
    assert not set("\x1b\u202e") & set(write(example.hostile(), example.KNOWLEDGE))
    assert "<script>alert(1)</script>" in hostile.text


@pytest.mark.parametrize(
    "label", ['"; } body { display: none', "</style><script>alert(1)</script>", "\\", "a\nb"]
)
def test_a_handling_label_cannot_reach_out_of_its_style(label: str) -> None:
    found = page(example.model(scope=Scope(handling=label)))
    assert len(found.scripts) == 1
    (content,) = re.findall(r"@top-center \{ content: (\"[^\"]*\");", "".join(found.styles))
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]+ )*"', content)


# --- content ----------------------------------------------------------------------------------


def test_the_summary_has_counts_the_highest_risks_and_what_is_assumed() -> None:
    summary = part(example.model(), "summary")
    assert "2 threats to 2 elements, 1 of them high or critical before controls." in summary
    assert "1 critical 0 after controls" in summary
    assert "critical 16 Crafted payments get past Scoring API" in summary
    assert "It is assumed that anyone can become a customer." in summary
    assert "1 answer by Ana, 1 question nobody could answer" in summary


def test_a_model_without_threats_says_why() -> None:
    assert "Nothing of the system is described yet, so no threats" in part(EMPTY, "summary")
    assert 'id="threats"' not in write(EMPTY, example.KNOWLEDGE)


def test_the_words_of_a_language_model_are_marked_and_lead_to_the_threats() -> None:
    summary = part(summed(), "summary")
    assert "Begin with (no. 1)." in summary
    assert "Written by the language model big-model." in summary


def test_a_threat_says_why_and_where_from() -> None:
    told = threat_text(example.model())
    for said in (
        "A customer shapes payments until they pass.",
        "Scoring API: sends crafted input",
        "Before controls 4 4 critical 16",
        "Residual 2 4 medium 8",
        "Likelihood, factor by factor anyone can try",
        "What controls in place take off rate limits: likelihood −2",
        "MITRE ATLAS 2026.09: AML.T0015 Evade AI Model",
        "description.md, line 2: “it is public”",
        "answer 1 (Ana, devops): Callers: anyone",
        "Limit queries limit-queries hinders Scoring API full in place",
        "Does not apply when: Nobody relies on the score.",
        "T-evade@scoring-api · operation · confidence 80 %",
    ):
        assert said in told


def test_what_a_language_model_did_to_a_threat_is_marked() -> None:
    threat = example.threat(
        origin=Origin.LLM,
        dispute="Nobody can reach it.",
        duplicate_of="T-poison@training-set",
        by_rule=ByRule(title="The rule", scenario="Its words.", likelihood=2, impact=3),
        notes=("A note.",),
    )
    model = example.model(threats=(threat, *example.model().threats[1:]))
    told = threat_text(model)
    for said in (
        "added by a language model",
        "worded by a language model",
        "disputed",
        "Disputed by a language model: Nobody can reach it.",
        "Perhaps the same as no. 2",
        "The rule itself says (likelihood 2, impact 3): The rule. Its words.",
        "A note.",
    ):
        assert said in told


def test_rejected_threats_are_listed_with_their_reason_and_counted_nowhere() -> None:
    told = part(example.model(), "reviewed")
    assert "Scoring API is overloaded Scoring API A quota stands before it. Bo" in told
    assert 'id="t-3"' not in write(example.model(), example.KNOWLEDGE)


def test_both_matrices_count_every_threat() -> None:
    matrix = part(example.model(), "matrix")
    assert "Before controls, likelihood 4, impact 4: critical" in matrix
    assert "Residual, likelihood 2, impact 4: medium" in matrix
    text = write(example.model(), example.KNOWLEDGE)
    for kind in ("inherent", "residual"):
        (table,) = re.findall(rf'<table class="grid {kind}">.*?</table>', text, re.S)
        assert sum(map(int, re.findall(r"<b>(\d+)</b>", table))) == 2
        assert table.count("<td") == 25


def test_techniques_stand_in_the_columns_of_their_tactics() -> None:
    text = write(example.model(), example.KNOWLEDGE)
    known = {e.name for c in example.KNOWLEDGE.catalogues for e in c.entries if e.type == "tactic"}
    if known:
        assert "Evade AI Model" in part(example.model(), "atlas")
    else:
        assert 'id="atlas"' not in text or "AML.T0015" in text


def test_coverage_tells_reasons() -> None:
    told = part(example.model(), "coverage")
    assert "Extract at Scoring API not assessed: would apply if scores were shown" in told
    assert f"Scoring API {UNSPOKEN}" not in told


def test_a_path_is_told_once_with_the_threats_at_its_end() -> None:
    again = example.threat("T-copy@scoring-api", title="Scoring API is copied")
    told = part(example.model(threats=(example.threat(), again)), "paths")
    assert told.count("Customer payments → Scoring API") == 1
    assert "Crafted payments get past Scoring API" in told
    assert "Scoring API is copied" in told


def test_scope_sign_off_and_triggers_are_shown_as_they_were_given() -> None:
    scope = Scope(
        in_scope=("the API",),
        responsibility={"hub": "customer"},
        review_triggers=("a new model",),
        sign_off=(SignOff(who="Kim", role="CISO", version="3"),),
    )
    told = part(example.model(scope=scope), "scope")
    assert "In scope the API" in told
    assert "Customer: Model hub" in told
    assert "Review again when a new model" in told
    assert "Kim, CISO: version 3" in told
    assert "Nobody has signed this off yet." in part(example.model(), "scope")


def test_the_appendix_holds_every_answer_and_the_editions() -> None:
    told = part(example.model(), "appendix")
    assert "Ana, devops" in told
    assert "not known" in told
    assert "MITRE ATLAS 2026.09" in told


def test_gaps_questions_and_conflicts_are_told() -> None:
    other = Claim(value="no", provenance=Provenance(source="document:description.md:2"))
    fact = Fact(value="yes", provenance=Provenance(source="answer:1"), against=(other,))
    system = example.system().model_copy(update={"facts": {"outsiders": fact}})
    journal = tuple(
        Answered(n=n, by=by, question="system.outsiders", value=value)
        for n, by, value in ((1, "Ana", "yes"), (2, "Bo", "no"))
    )
    told = part(example.model(system=system, journal=journal), "open")
    assert "Who can change the model is not said. Say who." in told
    assert "Conflicts Answers differ here." in told
    assert re.search(r"Ana: \w+ Bo: \w+", told)


def test_what_was_left_out_is_grouped_by_reason() -> None:
    told = part(example.model(), "left-out")
    assert "Would apply if scores were shown Extract at Scoring API" in told
    assert "Language model: no (answer 1) Inject at any llm" in told


def test_the_handling_label_is_on_screen_and_on_every_printed_page() -> None:
    found = page(example.model(scope=Scope(handling="internal")))
    assert "Handling: internal" in found.text
    assert '@top-center { content: "internal"' in "".join(found.styles)
    assert "@top-center" not in "".join(page(example.model()).styles)


def test_orders_and_filters_work_without_a_script() -> None:
    found = page(example.model())
    styles = "".join(found.styles)
    for level in Level:
        assert f"#l-{level.value}:checked" in styles
    assert "order: var(--v)" in styles
    scripted = re.findall(r'<p hidden class="scripted">', write(example.model(), example.KNOWLEDGE))
    assert len(scripted) == 1 + 6, "the search, and a link in each cell of the three matrices"


def test_a_decision_is_shown_with_reason_and_owner() -> None:
    decided: dict[str, Any] = {"status": Status.ACCEPTED, "reason": "Insured.", "owner": "Bo"}
    told = threat_text(example.model(threats=(example.threat(**decided),)))
    assert "Accepted: Insured. Owner: Bo." in told


def test_a_decision_whose_threat_is_gone_is_told_with_what_took_it_away() -> None:
    stale = StaleDecision(
        threat="T-copy@scoring-api",
        title="Scoring API is copied",
        status=Status.ACCEPTED,
        reason="Insured.",
        owner="Bo",
        entry=2,
        cause="answer:1",
        because="outsiders: no",
    )
    told = part(example.model(stale=(stale,)), "reviewed")
    assert "Scoring API is copied T-copy@scoring-api accepted (entry 2) Insured. Bo" in told
    assert "answer 1 (Ana, devops): outsiders: no" in told
    assert "1 stale decision" in part(example.model(stale=(stale,)), "summary")


def test_an_acceptance_says_until_when_it_counts() -> None:
    until: dict[str, Any] = {
        "status": Status.ACCEPTED,
        "until": date(2027, 3, 1),
        "due": date(2027, 2, 1),
    }
    told = threat_text(example.model(threats=(example.threat(**until),)))
    assert "Accepted until 2027-03-01 Due: 2027-02-01." in told
