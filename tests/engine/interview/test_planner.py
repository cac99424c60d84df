from __future__ import annotations

from tests.engine.small import (
    ASSUMED,
    SAID,
    component,
    fact_entry,
    flow,
    guessed,
    knowledge,
    pattern,
    said,
    scoring,
    system,
)
from threatwright.engine.interview.planner import open_questions, settled
from threatwright.engine.interview.put import Put
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Claim, Fact, Provenance
from threatwright.model.interview import Question
from threatwright.model.journal import Answered, JournalEntry, Retracted, Skipped, Unknown
from threatwright.model.system import SystemModel

ANSWER = Provenance(source="answer:1")


def whole(model: SystemModel, *journal: JournalEntry) -> ThreatModel:
    return ThreatModel(id="x", name="x", system=model, journal=journal)


def ids(model: SystemModel, *journal: JournalEntry) -> list[str]:
    return [q.id for q in open_questions(whole(model, *journal), knowledge())]


def question(model: SystemModel, id_: str) -> Question:
    return next(q for q in open_questions(whole(model), knowledge()) if q.id == id_)


def test_the_most_valuable_question_comes_first() -> None:
    found = open_questions(whole(scoring()), knowledge())
    assert [q.value for q in found] == sorted((q.value for q in found), reverse=True)
    assert "system.llm" in [q.id for q in found if q.is_gate]


def test_what_is_seldom_there_is_worth_less_while_nobody_mentions_it() -> None:
    def value(likely: float) -> float:
        known = knowledge()
        facts = tuple(
            f.model_copy(update={"likely": likely}) if f.key == "variable_cost" else f
            for f in known.facts
        )
        found = open_questions(whole(scoring()), known.model_copy(update={"facts": facts}))
        return next(q.value for q in found if q.fact == "variable_cost")

    assert value(0.1) < value(0.9)


def test_what_was_stated_of_one_element_is_worth_less_on_the_others() -> None:
    def value(**facts: Fact) -> float:
        model = system(
            (
                component("customer", "person", "internet"),
                component("one", "inference-endpoint", "production", SAID, **facts),
                component("other", "inference-endpoint"),
            ),
            (flow("customer", "one"), flow("customer", "other")),
        )
        return question(model, "other.rate_limit").value

    assert value(rate_limit=said("none")) < value()


def test_an_undecided_pattern_is_asked_about_and_names_what_it_decides() -> None:
    found = question(scoring(), "endpoint.variable_cost")
    assert found.decides == ("overload at Endpoint",)
    assert found.text == "What about Endpoint?"


def test_a_control_of_unknown_coverage_is_asked_about() -> None:
    found = question(scoring(), "endpoint.rate_limit")
    assert set(found.decides) == {"evade at Endpoint", "extract at Endpoint"}
    assert found.proposed is None


def test_an_assumed_control_in_place_is_never_proposed() -> None:
    assert question(scoring(rate_limit=guessed("all")), "endpoint.rate_limit").proposed is None
    assert question(scoring(rate_limit=guessed("none")), "endpoint.rate_limit").proposed == "none"


def test_an_assumed_capability_is_proposed_to_be_confirmed() -> None:
    assert question(scoring(variable_cost=guessed("yes")), "endpoint.variable_cost").proposed == (
        "yes"
    )


def test_what_was_answered_not_known_or_put_off_is_not_asked_again() -> None:
    model = scoring()
    asked = "endpoint.variable_cost"
    for entry in (
        Answered(n=1, question=asked, value="no"),
        Unknown(n=1, question=asked),
        Skipped(n=1, question=asked),
    ):
        assert asked not in ids(model, entry)
        assert asked in ids(model, entry, Retracted(n=2, entry=1))


def test_a_conflict_is_asked_again_though_it_was_answered() -> None:
    against = (Claim(value="yes", provenance=Provenance(source="document:design.md:3")),)
    fact = Fact(value="no", provenance=Provenance(source="answer:1"), against=against)
    model = scoring(variable_cost=fact)
    asked = "endpoint.variable_cost"
    assert asked in ids(model, Answered(n=1, question=asked, value="no"))


def test_what_is_known_of_another_element_is_told_with_the_question() -> None:
    limited = component("other", "inference-endpoint", rate_limit=said("all"))
    model = scoring()
    model = model.model_copy(update={"components": (*model.components, limited)})
    asked = {q.id: q for q in open_questions(whole(model), knowledge())}
    label = knowledge().fact_entries["rate_limit"].choice("all").label  # type: ignore[union-attr]
    assert asked["endpoint.rate_limit"].told == (f"Rate limit of Other: {label}",)
    assert asked["endpoint.query_audit"].told == ()


def test_a_denied_gate_ends_its_questions() -> None:
    model = scoring().model_copy(update={"facts": {"llm": said("no"), "trains": said("no")}})
    assert "system.llm" not in ids(model)
    assert "system.trains" not in ids(model)


def test_unclear_exposure_leads_to_the_gate_on_outsiders() -> None:
    model = system((component("endpoint", "inference-endpoint"),))
    assert "system.outsiders" in ids(model)
    known = model.model_copy(update={"facts": {"outsiders": said("yes")}})
    assert "endpoint.untrusted_content" in ids(known)


def test_confirming_an_assumption_is_worth_less_than_deciding_an_unknown() -> None:
    unknown = question(scoring(), "endpoint.variable_cost")
    assumed = question(scoring(variable_cost=guessed("yes")), "endpoint.variable_cost")
    assert assumed.value < unknown.value


def test_coverage_grows_with_what_is_stated() -> None:
    def share(model: SystemModel) -> float:
        return settled(whole(model), knowledge())

    silent = share(scoring(by=ASSUMED))
    drawn = share(scoring())
    controls = share(scoring(rate_limit=said("none"), query_audit=said("all")))
    everything = share(
        scoring(variable_cost=said("no"), rate_limit=said("none"), query_audit=said("all"))
    )
    assert silent < drawn < controls < everything == 1.0


def test_an_assumed_drawing_alone_asks_no_question_about_flows() -> None:
    model = system(
        (component("user", "person", "internet"), component("endpoint", "inference-endpoint")),
        (flow("user", "endpoint", by=ASSUMED),),
    )
    assert all(not id_.startswith("user-to-endpoint") for id_ in ids(model))


def test_what_was_answered_in_words_that_were_not_understood_stays_listed_as_open() -> None:
    asked = "endpoint.variable_cost"
    for model in (scoring(), scoring(rate_limit=Fact(value="some", provenance=ANSWER))):
        entry = Answered(n=1, question=asked, text="it depends")
        assert Put(whole(model, entry), knowledge()).unread == {asked}
        assert asked in ids(model, entry)


def test_what_nothing_was_read_of_in_one_breath_is_unread_altogether() -> None:
    also = ("endpoint.query_audit",)
    entry = Answered(n=1, question="endpoint.rate_limit", text="it depends", also=also)
    assert Put(whole(scoring(), entry), knowledge()).unread == {"endpoint.rate_limit", *also}
    read = scoring(rate_limit=Fact(value="some", provenance=ANSWER))
    assert Put(whole(read, entry), knowledge()).unread == set()


def test_what_raises_the_likelihood_of_a_threat_is_worth_asking() -> None:
    raising = {"if": {"fact": "variable_cost"}, "because": "each answer costs"}
    rated = {"access": "black-box", "effort": "low", "because": "anyone can", "raise": [raising]}
    plain, raised = pattern("evade"), pattern("evade", likelihood=rated)
    values = [
        {q.id for q in open_questions(whole(scoring()), knowledge(patterns=(one,)))}
        for one in (plain, raised)
    ]
    assert values[1] - values[0] == {"endpoint.variable_cost"}


def test_what_the_output_decides_is_worth_as_much_as_the_impact_that_it_moves() -> None:
    effects = [{"value": v, "label": v} for v in ("advisory", "money", "rights-or-safety")]
    known = knowledge()
    entry = fact_entry("decision_effect", "stake", choices=effects)
    known = known.model_copy(update={"facts": (*known.facts, entry)})
    asked = "system.decision_effect"

    def open_(model: SystemModel) -> dict[str, float]:
        return {q.id: q.value for q in open_questions(whole(model), known)}

    assert open_(scoring())[asked] > 0
    decided = scoring().model_copy(update={"facts": {"decision_effect": said("money")}})
    assert asked not in open_(decided)


def test_a_gate_that_is_assumed_shut_is_still_open_and_worth_less() -> None:
    shut = scoring().model_copy(update={"facts": {"llm": guessed("no")}})
    assert 0 < question(shut, "system.llm").value < question(scoring(), "system.llm").value


def test_what_has_no_meaning_without_a_gate_leads_to_the_gate() -> None:
    known = knowledge(patterns=(pattern("steer", when={"fact": "system.learns_from_others"}),))
    within = tuple(
        f.model_copy(update={"within": "llm"}) if f.key == "learns_from_others" else f
        for f in known.facts
    )
    known = known.model_copy(update={"facts": within})

    def asked(**facts: Fact) -> set[str]:
        model = scoring().model_copy(update={"facts": facts})
        found = open_questions(whole(model), known)
        return {q.id for q in found if q.element == "system"}

    assert asked() == {"system.llm"}
    assert asked(llm=said("yes")) == {"system.learns_from_others"}
