from __future__ import annotations

from tests.engine.small import component, flow, knowledge, said, scoring, system
from threatwright.engine.record.fold import fold
from threatwright.model.facts import Fact
from threatwright.model.journal import (
    Added,
    Answered,
    Confirmed,
    JournalEntry,
    Removed,
    Renamed,
    Retracted,
    Source,
    SourceKind,
    Unknown,
)
from threatwright.model.system import SystemModel, dangling
from threatwright.model.terms import ComponentKind


def folded(base: SystemModel, *journal: JournalEntry, after: int = 0) -> SystemModel:
    source = Source(kind=SourceKind.SYSTEM, name="by hand", system=base, after=after)
    return fold("Scoring", (source,), journal, knowledge())


def fact(model: SystemModel, element: str, key: str) -> Fact:
    found = model.fact(element, key)
    assert found is not None
    return found


def test_an_answer_becomes_a_fact_that_names_the_answer() -> None:
    model = folded(scoring(), Answered(n=1, question="endpoint.variable_cost", value="yes"))
    found = fact(model, "endpoint", "variable_cost")
    assert (found.value, found.provenance.source) == ("yes", "answer:1")


def test_an_answer_about_the_whole_system_becomes_its_fact() -> None:
    model = folded(scoring(), Answered(n=1, question="system.outsiders", value="no"))
    assert fact(model, "system", "outsiders").is_stated


def test_not_knowing_leaves_the_value_unknown() -> None:
    model = folded(scoring(), Unknown(n=1, question="endpoint.variable_cost"))
    assert fact(model, "endpoint", "variable_cost").value is None


def test_not_knowing_does_not_take_away_what_was_said() -> None:
    model = folded(
        scoring(variable_cost=said("yes")), Unknown(n=1, question="endpoint.variable_cost")
    )
    assert fact(model, "endpoint", "variable_cost").value == "yes"


def test_an_accepted_default_about_a_control_earns_no_credit() -> None:
    accepted = Answered(n=1, question="endpoint.rate_limit", value="none", default=True)
    model = folded(scoring(), accepted)
    assert fact(model, "endpoint", "rate_limit").provenance.kind == "accepted-default"
    assert not fact(model, "endpoint", "rate_limit").is_stated


def test_a_retracted_answer_does_not_count() -> None:
    answer = Answered(n=1, question="endpoint.variable_cost", value="yes")
    model = folded(scoring(), answer, Retracted(n=2, entry=1))
    assert model.fact("endpoint", "variable_cost") is None


def test_an_answer_that_contradicts_a_document_is_a_conflict_until_it_is_decided() -> None:
    base = scoring(variable_cost=said("yes"))
    first = Answered(n=1, question="endpoint.variable_cost", value="no")
    conflict = fact(folded(base, first), "endpoint", "variable_cost")
    assert conflict.is_conflict
    assert {conflict.value, conflict.against[0].value} == {"yes", "no"}
    decided = folded(base, first, Answered(n=2, question="endpoint.variable_cost", value="no"))
    assert fact(decided, "endpoint", "variable_cost").is_stated


def test_a_later_answer_replaces_an_earlier_one() -> None:
    model = folded(
        scoring(),
        Answered(n=1, question="endpoint.variable_cost", value="yes"),
        Answered(n=2, question="endpoint.variable_cost", value="no"),
    )
    assert fact(model, "endpoint", "variable_cost").value == "no"


def test_confirming_makes_the_drawing_stated() -> None:
    base = system((component("endpoint", "inference-endpoint"),))
    drawn = base.model_copy(
        update={"boundaries": base.boundaries, "components": scoring().components}
    )
    model = folded(drawn, Confirmed(n=1, elements=("internet", "production")))
    assert all(b.provenance.source == "answer:1" for b in model.boundaries)


def test_removing_a_component_takes_its_flows_along() -> None:
    model = folded(scoring(), Removed(n=1, element="customer"))
    assert [c.id for c in model.components] == ["endpoint"]
    assert model.flows == ()
    assert dangling(model) == []


def test_removing_a_flow_leaves_its_ends() -> None:
    model = folded(scoring(), Removed(n=1, element="customer-to-endpoint"))
    assert len(model.components) == 2
    assert model.flows == ()


def test_renaming_keeps_the_id() -> None:
    model = folded(scoring(), Renamed(n=1, element="endpoint", name="Scoring API"))
    assert model.name_of("endpoint") == "Scoring API"


def test_an_added_component_stands_in_its_zone() -> None:
    added = Added(n=1, id="cache", name="Redis", kind=ComponentKind.DATABASE, boundary="production")
    model = folded(scoring(), added)
    assert model.name_of("cache") == "Redis"


def test_entries_about_what_is_not_there_change_nothing() -> None:
    base = scoring()
    changed = folded(
        base,
        Answered(n=1, question="ghost.variable_cost", value="yes"),
        Renamed(n=2, element="ghost", name="x"),
        Removed(n=3, element="ghost"),
        Added(n=4, id="x", name="x", kind=ComponentKind.DATABASE, boundary="nowhere"),
    )
    assert changed.components == base.components
    assert changed.flows == base.flows


def test_a_system_taken_over_counts_only_what_was_said_after_it() -> None:
    before = Answered(n=1, question="endpoint.variable_cost", value="yes")
    model = folded(scoring(variable_cost=said("no")), before, after=1)
    assert fact(model, "endpoint", "variable_cost").value == "no"


def test_the_fold_does_not_touch_flows_that_were_said() -> None:
    base = system(
        (component("a", "web-app"), component("b", "inference-endpoint")),
        (flow("a", "b", "send"),),
    )
    assert folded(base).flows == base.flows


def test_a_changed_copy_forgets_what_was_worked_out_of_the_original() -> None:
    base = scoring()
    assert "customer" in base.elements
    changed = base.model_copy(update={"components": base.components[1:]})
    assert "customer" not in changed.elements


def test_a_stated_fact_settles_what_follows_from_it_and_no_more() -> None:
    rules = knowledge()
    settling = rules.fact_entries["llm"].model_copy(
        update={"settles": {"no": {"learns_from_others": "no"}}}
    )
    known = rules.model_copy(
        update={"facts": tuple(settling if f.key == "llm" else f for f in rules.facts)}
    )
    base = scoring().model_copy(update={"facts": {"llm": said("no")}})
    source = Source(kind=SourceKind.SYSTEM, name="by hand", system=base)
    found = fold("Scoring", (source,), (), known)
    assert fact(found, "system", "learns_from_others").value == "no"
    other = base.model_copy(
        update={"facts": {"llm": said("no"), "learns_from_others": said("yes")}}
    )
    source = Source(kind=SourceKind.SYSTEM, name="by hand", system=other)
    kept = fold("Scoring", (source,), (), known)
    assert fact(kept, "system", "learns_from_others").value == "yes"
