from __future__ import annotations

from tests.engine.small import (
    ASSUMED,
    PATTERNS,
    component,
    customer_data,
    flow,
    guessed,
    knowledge,
    pattern,
    said,
    scoring,
    system,
)
from threatwright.engine.rules.draft import Draft, draft
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.system import SystemModel
from threatwright.model.terms import Coverage, Dimension, Level, MitigationStatus, Outcome
from threatwright.model.threats import Threat


def drafted(model: SystemModel) -> Draft:
    return draft(model, knowledge())


def threat(model: SystemModel, id_: str) -> Threat:
    return next(t for t in drafted(model).threats if t.id == id_)


def outcome(model: SystemModel, pattern_id: str) -> Outcome:
    return next(v.outcome for v in drafted(model).considered if v.pattern == pattern_id)


def test_a_stated_system_gives_its_threats_with_path_reference_and_evidence() -> None:
    found = threat(scoring(), "T-evade@endpoint")
    assert found.title == "evade at Endpoint"
    assert [step.element for step in found.attack_path] == ["customer", "endpoint"]
    assert found.attack_path[1].via == "customer-to-endpoint"
    assert found.references[0].model_dump(mode="json") == {
        "list": "atlas",
        "edition": "2026.09",
        "id": "AML.T0015",
        "name": "Evade AI Model",
    }
    assert {e.kind for e in found.evidence} == {"pattern", "document"}
    assert any("so it is written" in e.text for e in found.evidence)
    assert found.assumptions == ()
    assert (found.likelihood, found.impact, found.risk, found.level) == (4, 3, 12, Level.HIGH)


def test_a_threat_on_an_assumed_flow_says_so_and_is_less_sure() -> None:
    stated, assumed = (
        threat(scoring(), "T-evade@endpoint"),
        threat(scoring(by=ASSUMED), "T-evade@endpoint"),
    )
    assert assumed.assumptions == ("It is assumed that Customer calls Endpoint with requests.",)
    assert assumed.confidence < stated.confidence


def test_a_disclosure_threat_shows_the_way_out() -> None:
    found = threat(scoring(), "T-extract@endpoint")
    assert [s.element for s in found.attack_path] == ["customer", "endpoint", "customer"]


def test_an_unmentioned_capability_is_not_assessed_and_says_what_would_decide_it() -> None:
    model = scoring()
    assert outcome(model, "overload") is Outcome.NOT_ASSESSED
    verdict = next(v for v in drafted(model).considered if v.pattern == "overload")
    assert verdict.because == "would apply if variable cost of Endpoint is “Yes”"


def test_a_stated_no_rules_out_and_names_its_source() -> None:
    model = scoring(variable_cost=said("no"))
    verdict = next(v for v in drafted(model).considered if v.pattern == "overload")
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "“No”" in verdict.because
    assert "design.md:1" in verdict.because


def test_a_pattern_whose_element_is_missing_is_held_against_the_system() -> None:
    model = scoring()
    assert outcome(model, "inject") is Outcome.NOT_ASSESSED
    denied = model.model_copy(update={"facts": {"llm": said("no")}})
    assert outcome(denied, "inject") is Outcome.NOT_APPLICABLE
    guessed_no = model.model_copy(update={"facts": {"llm": guessed("no")}})
    assert outcome(guessed_no, "inject") is Outcome.NOT_ASSESSED


def test_a_system_without_ai_has_no_threats_and_says_so() -> None:
    shop = system(
        (component("visitor", "person", "internet"), component("shop", "web-app")),
        (flow("visitor", "shop"),),
    )
    found = draft(shop, knowledge((*PATTERNS, pattern("deface", kinds=["web-app"]))))
    assert found.threats == ()
    assert [gap.id for gap in found.gaps] == ["no-ai"]
    assert {v.outcome for v in found.considered} == {Outcome.NOT_ASSESSED}


def test_an_empty_system_says_what_to_do() -> None:
    found = drafted(system(()))
    assert found.threats == ()
    assert [gap.id for gap in found.gaps] == ["nothing-described"]


def test_only_a_stated_condition_raises_likelihood() -> None:
    def poisoned(writers: object) -> SystemModel:
        return system(
            (
                component("crowd", "person", "internet"),
                component("training", "training", writers=writers),  # type: ignore[arg-type]
            ),
            (flow("crowd", "training", "send"),),
            facts={"learns_from_others": said("yes")},
        )

    plain = threat(poisoned(guessed("anyone")), "T-poison@training")
    raised = threat(poisoned(said("anyone")), "T-poison@training")
    assert raised.likelihood == plain.likelihood + 1
    assert raised.likelihood_reasons[-1] == "+1 for what is stated: anyone writes"


def test_impact_moves_halfway_to_the_rating_of_what_is_held() -> None:
    base = scoring()
    with_data = base.model_copy(update={"assets": (customer_data("endpoint"),)})
    found = threat(with_data, "T-extract@endpoint")
    assert found.impact == 4
    rated = customer_data("endpoint").model_copy(update={"ratings": {Dimension.CONFIDENTIALITY: 1}})
    low = threat(base.model_copy(update={"assets": (rated,)}), "T-extract@endpoint")
    assert low.impact == 3
    assert "halfway to 1 for Customer data (personal)" in low.impact_reasons[0]


def test_what_is_decided_moves_the_impact_of_wrong_answers() -> None:
    plain = scoring()
    grave = plain.model_copy(update={"facts": {"decision_effect": said("rights-or-safety")}})
    assert threat(plain, "T-evade@endpoint").impact == 3
    assert threat(grave, "T-evade@endpoint").impact == 4


def test_a_control_lowers_residual_risk_by_its_coverage() -> None:
    unknown = threat(scoring(), "T-evade@endpoint")
    partial = threat(scoring(rate_limit=said("some")), "T-evade@endpoint")
    full = threat(scoring(rate_limit=said("all")), "T-evade@endpoint")
    assert [t.residual for t in (unknown, partial, full)] == [12, 9, 6]
    assert [t.mitigations[0].status for t in (unknown, partial, full)] == [
        MitigationStatus.PROPOSED,
        MitigationStatus.PARTIAL,
        MitigationStatus.IN_PLACE,
    ]
    assert full.residual_reasons == ("Limit queries hinders it and is in place: likelihood −2",)


def test_an_assumed_control_earns_no_credit() -> None:
    found = threat(scoring(rate_limit=guessed("all")), "T-evade@endpoint")
    assert found.residual == found.risk
    assert found.mitigations[0].coverage is Coverage.UNKNOWN


def test_a_control_on_the_way_counts_where_the_element_cannot_carry_it() -> None:
    model = system(
        (
            component("customer", "person", "internet"),
            component("gateway", "gateway", rate_limit=said("all")),
            component("endpoint", "inference-endpoint"),
        ),
        (flow("customer", "gateway"), flow("gateway", "endpoint")),
    )
    found = threat(model, "T-evade@endpoint")
    assert found.mitigations[0].status is MitigationStatus.IN_PLACE


def test_detection_lowers_impact_only_with_a_response() -> None:
    silent = scoring(query_audit=said("all"))
    responding = silent.model_copy(update={"facts": {"incident_response": said("all")}})
    assert threat(silent, "T-extract@endpoint").residual_impact == 4
    assert "no incident response" in threat(silent, "T-extract@endpoint").residual_reasons[0]
    assert threat(responding, "T-extract@endpoint").residual_impact == 3


def test_names_are_put_in_as_text_and_never_formatted() -> None:
    model = scoring()
    hostile = model.components[1].model_copy(update={"name": "{title} [/b] {0}"})
    named = model.model_copy(update={"components": (model.components[0], hostile)})
    assert threat(named, "T-evade@endpoint").title == "evade at {title} [/b] {0}"


def test_the_lists_for_language_models_are_silent_where_there_is_none() -> None:
    entry = Entry(list=ListName.OWASP_LLM, edition="2026", id="LLM09", name="Vectors")
    rules = knowledge((pattern("nearest", references=["AML.T0015", "LLM09:2026"]),))
    lists = (*rules.catalogues, rules.catalogues[0].model_copy(update={"entries": (entry,)}))
    known = rules.model_copy(update={"catalogues": lists})

    def cited(model: SystemModel) -> list[str]:
        return [r.id for t in draft(model, known).threats for r in t.references]

    plain = scoring()
    assert cited(plain) == ["AML.T0015"]
    generative = plain.model_copy(update={"facts": {"llm": said("yes")}})
    assert cited(generative) == ["AML.T0015", "LLM09"]


def test_a_fixed_loss_is_moved_neither_by_assets_nor_by_what_is_decided() -> None:
    fixed = {"dimension": "integrity", "base": 2, "fixed": True, "because": "limits are known"}
    known = knowledge((pattern("evade", impact=[fixed]),))
    grave = scoring().model_copy(update={"facts": {"decision_effect": said("rights-or-safety")}})
    (found,) = draft(grave, known).threats
    assert found.impact == 2


def test_techniques_along_the_way_stand_on_the_path_and_not_among_the_references() -> None:
    known = knowledge((pattern("evade", references=["AML.T0015"], steps=["AML.T0015"]),))
    (found,) = draft(scoring(), known).threats
    assert [r.id for r in found.references] == ["AML.T0015"]
    assert [step.technique.id if step.technique else None for step in found.attack_path] == [
        None,
        None,
        "AML.T0015",
    ]
    assert found.attack_path[-1].text == "Evade AI Model (AML.T0015, ATLAS 2026.09)"


def test_every_statement_that_bears_on_a_threat_makes_it_surer() -> None:
    known = knowledge((pattern("overload", when={"all": [{"fact": "variable_cost"}]}),))
    many = {"all": [{"fact": "variable_cost"}, {"reached_by": "untrusted"}]}
    more = knowledge((pattern("overload", when=many),))
    model = scoring(variable_cost=said("yes"))
    assert draft(model, known).threats[0].confidence < draft(model, more).threats[0].confidence


def test_of_two_threats_alike_the_one_whose_technique_was_seen_in_the_wild_comes_first() -> None:
    def maturity(word: str) -> float:
        known = knowledge()
        catalogue = known.catalogues[0]
        entry = catalogue.entries[0].model_copy(update={"maturity": word})
        catalogue = catalogue.model_copy(update={"entries": (entry,)})
        known = known.model_copy(update={"catalogues": (catalogue,)})
        return next(
            t.confidence for t in draft(scoring(), known).threats if t.id == "T-evade@endpoint"
        )

    assert maturity("Realized") > maturity("Demonstrated") > maturity("Feasible")
