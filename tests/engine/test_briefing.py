"""What a language model is told of a component, and what changes that."""

from __future__ import annotations

import pytest

from tests.drafts import KNOWLEDGE, SHELF, Shelf, briefs_of, model_of, scoring
from tests.engine import small
from threatwright.engine.assessment import Assessment
from threatwright.engine.briefing import briefs
from threatwright.model.brief import Brief, Footing
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.facts import Claim, Fact
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
    assert found["nightly-training"].targets == ("nightly-training",)


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


def test_names_that_every_system_has_are_not_those_of_this_one() -> None:
    system = scoring()
    renamed = tuple(
        c.model_copy(update={"name": "Training"}) if c.id == "nightly-training" else c
        for c in system.components
    )
    brief = briefs_of(model_of(system.model_copy(update={"components": renamed})))
    assert "Training" not in brief["nightly-training"].names
    assert "Scoring api" in brief["nightly-training"].names


def changed(before: SystemModel, after: SystemModel) -> set[str]:
    one, other = briefs_of(model_of(before)), briefs_of(model_of(after))
    return {id_ for id_ in one.keys() | other.keys() if one.get(id_) != other.get(id_)}


def test_a_control_changes_only_the_brief_of_what_it_stands_at() -> None:
    system = scoring()
    assert changed(system, with_fact(system, "scoring-api", "query_audit", small.said("all"))) == {
        "scoring-api"
    }


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
