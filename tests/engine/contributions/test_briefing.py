"""What a language model is told of a component, and what changes that."""

from __future__ import annotations

import pytest

from tests.drafts import KNOWLEDGE, SHELF, Shelf, briefs_of, model_of, scoring
from tests.engine import small
from threatwright.engine.contributions.briefing import briefs
from threatwright.engine.reading.passages import Passage, of_entry
from threatwright.engine.rules.assessment import Assessment
from threatwright.model.brief import Brief, Footing
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.facts import Claim, Fact, Provenance
from threatwright.model.journal import Answered
from threatwright.model.system import SystemModel


def with_fact(system: SystemModel, element: str, key: str, fact: Fact) -> SystemModel:
    components = tuple(
        c.model_copy(update={"facts": {**c.facts, key: fact}}) if c.id == element else c
        for c in system.components
    )
    return system.model_copy(update={"components": components})


@pytest.fixture
def api() -> Brief:
    return briefs_of(model_of(scoring()))["scoring-api"]


def test_people_and_systems_of_others_are_not_worth_a_call() -> None:
    assert list(briefs_of(model_of(scoring()))) == ["case-files", "nightly-training", "scoring-api"]


def test_without_any_ai_there_is_nothing_to_ask() -> None:
    plain = small.system((small.component("shop", "web-app"),))
    assert briefs_of(model_of(plain)) == {}


def test_a_flow_belongs_to_its_target_unless_that_is_not_worth_a_call() -> None:
    system = scoring()
    system = system.model_copy(
        update={"flows": (*system.flows, small.flow("scoring-api", "caller", "send"))}
    )
    found = briefs_of(model_of(system))
    assert found["scoring-api"].targets == (
        "scoring-api",
        "caller-to-scoring-api",
        "nightly-training-to-scoring-api",
        "scoring-api-to-caller",
    )
    assert found["case-files"].targets == ("case-files", "nightly-training-to-case-files")
    assert found["case-files"].of_others == ()


def test_what_leaves_it_may_be_spoken_of_and_belongs_to_another() -> None:
    leaving = ("nightly-training-to-case-files", "nightly-training-to-scoring-api")
    training = briefs_of(model_of(scoring()))["nightly-training"]
    assert training.targets == ("nightly-training", *leaving)
    assert training.of_others == leaving


def test_it_tells_what_is_known_and_how_firmly(api: Brief) -> None:
    known = {fact.id: fact for fact in api.facts}
    assert known["scoring-api.rate_limit"].footing is Footing.STATED
    assert known["scoring-api.rate_limit"].words == "so it is written"
    assert known["scoring-api.rate_limit"].says == "Scoring api: rate limit is “Not at all”"
    assert "Query audit" in api.unknown
    assert "Rate limit" not in api.unknown


def test_doubt_and_conflict_are_told_as_such() -> None:
    doubted = Fact(value="yes", provenance=small.SAID, hedged=True)
    contested = Fact(
        value="yes", provenance=small.SAID, against=(Claim(value="no", provenance=small.SAID),)
    )
    system = with_fact(scoring(), "scoring-api", "variable_cost", doubted)
    system = with_fact(system, "scoring-api", "untrusted_content", contested)
    known = {fact.id: fact for fact in briefs_of(model_of(system))["scoring-api"].facts}
    assert known["scoring-api.variable_cost"].footing is Footing.DOUBTED
    assert known["scoring-api.untrusted_content"].footing is Footing.CONTESTED
    assert "“Yes”, or “No”" in known["scoring-api.untrusted_content"].says


def test_it_tells_the_ways_in_and_out_with_what_is_carried(api: Brief) -> None:
    way = "Caller [requests] → Scoring api"
    assert api.paths == (
        f"content of outsiders arrives: {way}",
        "what it holds gets out: Scoring api [requests] → Caller",
    )


def test_the_candidates_are_those_of_the_component_and_its_flows(api: Brief) -> None:
    assert {c.id for c in api.candidates} == {"T-evade@scoring-api", "T-extract@scoring-api"}
    evade = next(c for c in api.candidates if c.id.startswith("T-evade"))
    assert evade.likelihood_reasons
    assert [(c.id, c.coverage) for c in evade.lowered_by] == [
        ("limit-queries", "stated to be absent")
    ]


def test_entries_are_those_cited_and_those_found_by_its_own_words(api: Brief) -> None:
    assert [entry.label for entry in api.entries] == [
        "atlas 2026.09 AML.T0005",
        "atlas 2026.09 AML.T0015",
    ]
    assert any("Scoring api" in query and "Inference endpoint" in query for query in SHELF.queries)


def test_what_is_found_and_stands_in_no_catalogue_is_not_offered() -> None:
    stray = Reference(list=ListName.ATLAS, edition="2026.09", id="AML.T9999", name="Stray")
    model = model_of(scoring())
    assessment = Assessment(model.system, KNOWLEDGE)
    for brief in briefs(assessment, model.threats, Shelf(stray)):
        assert "AML.T9999" not in brief.model_dump_json()


def test_names_far_away_are_names_of_this_system_too(api: Brief) -> None:
    assert {"Case files", "Caller", "Customer data"} <= set(api.names)


def test_what_is_drafted_around_it_is_told_by_title_and_never_its_own() -> None:
    found = briefs_of(model_of(scoring()))
    around = {nearby.target: nearby.titles for nearby in found["nightly-training"].nearby}
    own = {candidate.title for candidate in found["scoring-api"].candidates}
    assert set(around["Scoring api"]) == own
    assert "Scoring api" not in {nearby.target for nearby in found["scoring-api"].nearby}


TEXT = """The Scoring api takes forms from the caller. It keeps none of them.

The Case files are sorted by hand. Some customers are children. None of this leaves the country.
"""


def told(*texts: Passage) -> dict[str, list[str]]:
    model = model_of(scoring())
    assessment = Assessment(model.system, KNOWLEDGE)
    made = briefs(assessment, model.threats, None, texts)
    return {brief.element: [saying.words for saying in brief.sayings] for brief in made}


def test_the_texts_own_sentences_are_told_where_they_name_it_or_go_on_about_it() -> None:
    found = told(Passage("document:a.md", TEXT))
    assert found["scoring-api"][:2] == [
        "The Scoring api takes forms from the caller.",
        "It keeps none of them.",
    ]
    assert "It keeps none of them." not in found["case-files"]


def test_what_a_document_says_of_nothing_by_name_is_told_everywhere() -> None:
    for sentences in told(Passage("document:a.md", TEXT)).values():
        assert "None of this leaves the country." in sentences


def test_an_answer_is_told_where_it_was_asked_even_if_it_names_nothing() -> None:
    answered = Answered(n=7, question="case-files.writers", text="Only two of us can.")
    found = told(of_entry(answered))
    assert found["case-files"] == ["Only two of us can."]
    assert found["scoring-api"] == []


def test_a_line_put_in_above_changes_nothing() -> None:
    moved = "\n\nThe Scoring api is old.\n\n" + TEXT
    one, other = told(Passage("document:a.md", TEXT)), told(Passage("document:a.md", moved))
    assert one["case-files"] == other["case-files"]


def test_what_was_read_can_be_doubted_and_what_somebody_chose_cannot() -> None:
    read = Provenance(source="document:a.md:3", quote="nobody counts calls")
    chosen = Provenance(source="answer:2")
    system = with_fact(scoring(), "scoring-api", "query_audit", Fact(value="all", provenance=read))
    system = with_fact(system, "scoring-api", "rate_limit", Fact(value="none", provenance=chosen))
    brief = briefs_of(model_of(system))["scoring-api"]
    assert brief.sources["scoring-api.query_audit"] == "document:a.md"
    assert "scoring-api.rate_limit" not in brief.doubtable


def changed(before: SystemModel, after: SystemModel) -> set[str]:
    one, other = briefs_of(model_of(before)), briefs_of(model_of(after))
    return {id_ for id_ in one.keys() | other.keys() if one.get(id_) != other.get(id_)}


def test_a_control_that_is_stated_changes_the_briefs_one_flow_away_and_no_other() -> None:
    system = scoring()
    audited = with_fact(system, "scoring-api", "query_audit", small.said("all"))
    assert changed(system, audited) == {"nightly-training", "scoring-api"}


def test_what_a_component_is_exposed_to_changes_the_briefs_next_to_it() -> None:
    system = scoring()
    exposed = with_fact(system, "case-files", "untrusted_content", small.said("yes"))
    assert {"case-files", "nightly-training"} <= changed(system, exposed)


def test_a_fact_of_the_system_that_no_candidate_rests_on_changes_nothing() -> None:
    system = scoring()
    idle = system.model_copy(update={"facts": {"llm": small.said("no")}})
    bearing = system.model_copy(update={"facts": {"outsiders": small.said("no")}})
    assert changed(system, idle) == set()
    assert "scoring-api" in changed(system, bearing)


def test_the_order_of_declaration_changes_nothing() -> None:
    system = scoring()
    turned = system.model_copy(
        update={"flows": system.flows[::-1], "components": system.components[::-1]}
    )
    assert changed(system, turned) == set()
