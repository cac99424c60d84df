from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.engine.small import (
    ASSUMED,
    component,
    customer_data,
    flow,
    guessed,
    knowledge,
    said,
    scoring,
    system,
)
from threatwright.engine.rules.conditions import Evaluator, Truth
from threatwright.model.conditions import Condition
from threatwright.model.facts import Claim, Fact, Provenance
from threatwright.model.system import SystemModel


def truth(model: SystemModel, condition: dict[str, Any], element: str = "endpoint") -> Truth:
    parsed: Condition = TypeAdapter(Condition).validate_python(condition)
    return Evaluator(model, knowledge()).holds(parsed, model.elements[element])


def test_a_stated_fact_decides() -> None:
    yes = truth(scoring(variable_cost=said("yes")), {"fact": "variable_cost"})
    no = truth(scoring(variable_cost=said("no")), {"fact": "variable_cost"})
    assert (yes.stated, no.stated) == (True, False)
    assert no.support == ("fact:endpoint.variable_cost",)


def test_unknown_is_never_no() -> None:
    silent = truth(scoring(), {"fact": "variable_cost"})
    not_known = truth(scoring(variable_cost=said(None)), {"fact": "variable_cost"})
    negated = truth(scoring(), {"not": {"fact": "variable_cost"}})
    for found in (silent, not_known, negated):
        assert found.stated is None
        assert found.default is None
    assert silent.unknown == not_known.unknown == ("fact:endpoint.variable_cost=yes",)
    assert negated.unknown == ("fact:endpoint.variable_cost!=yes",)


def test_an_assumed_fact_decides_only_by_default_and_is_named() -> None:
    found = truth(scoring(variable_cost=guessed("yes")), {"fact": "variable_cost"})
    assert found.stated is None
    assert found.default is True
    assert found.assumed == ("fact:endpoint.variable_cost",)


def test_an_accepted_default_and_a_hedged_answer_are_assumptions() -> None:
    accepted = Fact(value="yes", provenance=Provenance(source="accepted-default:3"))
    hedged = said("yes").model_copy(update={"hedged": True})
    for fact in (accepted, hedged):
        found = truth(scoring(variable_cost=fact), {"fact": "variable_cost"})
        assert (found.stated, found.default) == (None, True)


def test_a_conflict_is_unknown_and_drafted_with_the_less_safe_value() -> None:
    against = (Claim(value="yes", provenance=Provenance(source="answer:2")),)
    fact = said("no").model_copy(update={"against": against})
    found = truth(scoring(variable_cost=fact), {"fact": "variable_cost"})
    assert (found.stated, found.default) == (None, True)


def test_a_structural_fact_without_a_value_is_always_so() -> None:
    model = system((component("training", "training"),))
    assert truth(model, {"fact": "writers"}, "training").stated is True
    asked = truth(model, {"fact": "writers", "is": "anyone"}, "training")
    assert asked.stated is None


def test_one_false_part_settles_all_and_one_true_part_settles_any() -> None:
    model = scoring(variable_cost=said("no"))
    false, unknown = {"fact": "variable_cost"}, {"fact": "query_audit", "is": "none"}
    assert truth(model, {"all": [unknown, false]}).stated is False
    assert truth(model, {"all": [unknown, {"not": false}]}).stated is None
    assert truth(model, {"any": [unknown, {"not": false}]}).stated is True
    assert truth(model, {"any": [unknown, false]}).stated is None


def test_untrusted_content_reaches_along_stated_flows() -> None:
    found = truth(scoring(), {"reached_by": "untrusted"})
    assert found.stated is True
    assert "flow:customer-to-endpoint" in found.support


def test_an_assumed_flow_makes_reach_an_assumption() -> None:
    found = truth(scoring(by=ASSUMED), {"reached_by": "untrusted"})
    assert (found.stated, found.default) == (None, True)
    assert found.assumed == ("flow:customer-to-endpoint",)


def test_reading_a_store_does_not_taint_it() -> None:
    model = system(
        (
            component("customer", "person", "internet"),
            component("endpoint", "inference-endpoint"),
            component("features", "dataset"),
        ),
        (flow("customer", "endpoint"), flow("endpoint", "features", "read")),
    )
    assert truth(model, {"reached_by": "untrusted"}, "features").stated is None


def test_poison_persists_from_a_data_set_to_the_endpoint() -> None:
    model = system(
        (
            component("crawl", "data-source", "internet"),
            component("corpus", "dataset"),
            component("training", "training"),
            component("endpoint", "inference-endpoint"),
        ),
        (
            flow("corpus", "crawl", "read"),
            flow("training", "corpus", "read"),
            flow("training", "endpoint", "send"),
        ),
    )
    assert truth(model, {"reached_by": "untrusted"}).stated is True


def test_content_filled_by_outsiders_is_a_source_wherever_it_stands() -> None:
    model = system(
        (
            component("reviews", "dataset", untrusted_content=said("yes")),
            component("endpoint", "inference-endpoint"),
        ),
        (flow("endpoint", "reviews", "read"),),
    )
    assert truth(model, {"reached_by": "untrusted"}).stated is True


def test_a_denial_outweighs_an_assumed_path_but_not_a_stated_one() -> None:
    assumed_path = scoring(by=ASSUMED, untrusted_content=said("no"))
    stated_path = scoring(untrusted_content=said("no"))
    assert truth(assumed_path, {"reached_by": "untrusted"}).stated is False
    assert truth(stated_path, {"reached_by": "untrusted"}).stated is True


def test_answers_disclose_to_whoever_calls() -> None:
    assert truth(scoring(), {"discloses_to": "untrusted"}).stated is True
    one_way = system(
        (
            component("customer", "person", "internet"),
            component("endpoint", "inference-endpoint"),
        ),
        (flow("customer", "endpoint", "send"),),
    )
    assert truth(one_way, {"discloses_to": "untrusted"}).stated is None


def test_structure_that_nobody_drew_is_unknown_not_absent() -> None:
    model = scoring()
    assert truth(model, {"system_has": ["llm"]}).stated is None
    assert truth(model, {"connected": ["dataset"]}).stated is None
    assert truth(model, {"holds": ["personal"]}).stated is None


def test_a_denied_gate_rules_its_kinds_out() -> None:
    model = scoring().model_copy(update={"facts": {"llm": said("no")}})
    found = truth(model, {"system_has": ["llm"]})
    assert found.stated is False
    assert found.support == ("fact:system.llm",)


def test_assets_zones_and_crossings_are_read_from_the_drawing() -> None:
    base = scoring()
    model = base.model_copy(update={"assets": (customer_data("endpoint"),)})
    assert truth(model, {"holds": ["personal", "special"]}).stated is True
    assert truth(model, {"trust": ["trusted", "restricted"]}).stated is True
    assert truth(model, {"crosses_boundary": True}, "customer-to-endpoint").stated is True


def test_an_assumed_element_makes_everything_about_it_an_assumption() -> None:
    model = system(
        (component("endpoint", "inference-endpoint", by=ASSUMED, variable_cost=said("yes")),)
    )
    found = truth(model, {"fact": "variable_cost"})
    assert (found.stated, found.default) == (None, True)
    assert found.assumed == ("element:endpoint",)


@pytest.mark.parametrize("condition", [{}, {"fakt": "x"}, {"fact": "Bad Key"}, {"all": []}])
def test_what_is_no_condition_is_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"condition|pattern|at least 1"):
        TypeAdapter(Condition).validate_python(condition)
