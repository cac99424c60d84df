from __future__ import annotations

import pytest

from tests.engine.small import fact_entry, knowledge, said, scoring
from threatwright.engine.interview.asking import MOST, Agenda, next_question, turns, worth_asking
from threatwright.engine.interview.planner import PASSED_OVER, open_questions
from threatwright.engine.interview.put import LONG, WEARY
from threatwright.engine.rules.assessment import Assessment
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Provenance
from threatwright.model.interview import Question
from threatwright.model.journal import Answered, JournalEntry, Skipped, Unknown
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.terms import Depth
from threatwright.model.vocabulary import Theme

SETTLED = scoring(
    variable_cost=said("no"), rate_limit=said("all"), query_audit=said("all")
).model_copy(
    update={
        "facts": {key: said("no") for key in ("llm", "trains", "learns_from_others", "outsiders")}
        | {"incident_response": said("all")}
    }
)


def whole(model: SystemModel, *journal: JournalEntry) -> ThreatModel:
    return ThreatModel(id="x", name="x", system=model, journal=journal)


def themed(*facts: str) -> Knowledge:
    return knowledge().model_copy(update={"themes": (Theme(id="limits", facts=facts),)})


def of(model: SystemModel, *journal: JournalEntry) -> Agenda:
    return Agenda(whole(model, *journal), Assessment(model, themed("rate_limit", "query_audit")))


def put_by(agenda: Agenda) -> set[str]:
    return {id_ for turn in agenda.turns for id_ in turn.ids}


def asked(known: Knowledge, *journal: JournalEntry) -> tuple[Question, ...]:
    return turns(open_questions(whole(scoring(), *journal), known), known)


def test_facts_of_one_theme_and_element_are_asked_in_one_breath() -> None:
    open_ = worth(a__rate_limit=9.0, a__query_audit=5.0, b__drift_monitoring=2.0)
    found = turns(open_, themed("rate_limit", "query_audit"))[0]
    assert breath(found) == ["a.rate_limit", "a.query_audit"]
    assert "If you know, say too: " in found.text
    assert found.value == 14.0


def worth(**values: float) -> tuple[Question, ...]:
    """Open questions, written as ELEMENT__FACT=VALUE."""
    question = open_questions(whole(scoring()), knowledge())[0]
    places = (((*name.split("__", 1), value)) for name, value in values.items())
    return tuple(
        question.model_copy(
            update={"id": f"{element}.{fact}", "element": element, "fact": fact, "value": value}
        )
        for element, fact, value in places
    )


def breath(question: Question) -> list[str]:
    return [question.id, *(also.id for also in question.also)]


def test_one_breath_asks_about_one_element_though_a_fact_matters_more_elsewhere() -> None:
    open_ = worth(a__rate_limit=9.0, a__query_audit=1.0, b__query_audit=8.0)
    found = [breath(q) for q in turns(open_, themed("rate_limit", "query_audit"))]
    assert found == [["a.rate_limit", "a.query_audit"], ["b.query_audit"]]


def test_a_fact_waits_for_the_one_whose_answer_may_tell_it() -> None:
    audit = knowledge().fact_entries["query_audit"].model_copy(update={"after": "rate_limit"})
    known = knowledge()
    facts = tuple(audit if f.key == "query_audit" else f for f in known.facts)
    known = known.model_copy(update={"facts": facts})

    def asked_now(*journal: JournalEntry) -> set[str]:
        model = whole(scoring(), *journal)
        return put_by(Agenda(model, Assessment(model.system, known)))

    assert "endpoint.rate_limit" in asked_now()
    assert "endpoint.query_audit" not in asked_now()
    answer = Answered(n=1, question="endpoint.rate_limit", value="per-key")
    assert "endpoint.query_audit" in asked_now(answer)
    unknown = Unknown(n=1, question="endpoint.rate_limit")
    assert "endpoint.query_audit" not in asked_now(unknown)
    assert "endpoint.query_audit" in asked_now(unknown, answer.model_copy(update={"n": 2}))


def test_a_short_breath_takes_along_what_else_is_asked_of_the_element() -> None:
    open_ = worth(
        a__rate_limit=9.0, a__query_audit=5.0, a__drift_monitoring=4.0, a__rollback=3.0,
        b__rate_limit=2.0, b__rollback=1.0,
    )  # fmt: skip
    found = [breath(q) for q in turns(open_, knowledge())]
    assert found == [
        ["a.rate_limit", "a.query_audit", "a.drift_monitoring"],
        ["a.rollback"],
        ["b.rate_limit", "b.rollback"],
    ]


def test_a_theme_comes_before_what_else_is_asked_of_the_element() -> None:
    open_ = worth(a__rate_limit=9.0, a__drift_monitoring=8.0, a__query_audit=1.0)
    (found,) = turns(open_, themed("rate_limit", "query_audit"))
    assert breath(found) == ["a.rate_limit", "a.query_audit", "a.drift_monitoring"]


def test_no_breath_asks_for_a_fact_twice_or_for_more_than_three() -> None:
    for question in asked(themed("rate_limit", "query_audit")):
        assert len(question.facts) == len(set(question.facts)) <= 3


def test_who_does_not_know_is_not_asked_for_the_rest_of_the_breath() -> None:
    known = themed("rate_limit", "query_audit")
    unknown = Unknown(n=1, question="endpoint.rate_limit", also=("endpoint.query_audit",))
    assert not {"rate_limit", "query_audit"} & {q.fact for q in asked(known, unknown)}


BOTH = Answered(
    n=1, question="endpoint.rate_limit", text="it depends", also=("endpoint.query_audit",)
)


def test_what_an_answer_left_out_of_the_breath_is_still_asked() -> None:
    told = Fact(value="some", provenance=Provenance(source="answer:1"))
    agenda = of(scoring(rate_limit=told), BOTH)
    assert "endpoint.query_audit" in put_by(agenda)


def test_what_an_answer_left_out_of_the_breath_is_worth_less() -> None:
    told = Fact(value="some", provenance=Provenance(source="answer:1"))
    known, other = of(scoring(rate_limit=told)), of(scoring(rate_limit=told), BOTH)
    left_out = "endpoint.query_audit"
    assert other.open[left_out] == pytest.approx(PASSED_OVER * known.open[left_out], abs=1e-3)


def test_what_was_answered_in_words_is_not_put_again_in_the_same() -> None:
    assert {"endpoint.rate_limit", "endpoint.query_audit"} <= put_by(of(scoring()))
    assert not {"endpoint.rate_limit", "endpoint.query_audit"} & put_by(of(scoring(), BOTH))


def test_after_two_turns_in_vain_another_theme_or_element_comes_first() -> None:
    vain = [Unknown(n=n, question=f"endpoint.{key}") for n, key in enumerate(("a", "b"), 1)]
    facts = tuple(fact_entry(e.question[9:], "structural", "inference-endpoint") for e in vain)
    known = knowledge().model_copy(update={"facts": (*knowledge().facts, *facts)})
    worth = [
        Agenda(whole(scoring(), *journal), Assessment(scoring(), known)).open["endpoint.rate_limit"]
        for journal in ([], vain[:1], vain)
    ]
    assert worth[0] == worth[1] > worth[2]


def test_many_turns_in_vain_make_all_that_is_left_worth_less() -> None:
    entries = tuple(
        fact_entry(f"x{n}", "structural", "inference-endpoint") for n in range(LONG + 1)
    )
    known = knowledge().model_copy(update={"facts": (*knowledge().facts, *entries)})

    def worth_of_the_other(*journal: JournalEntry) -> float:
        model = whole(scoring(), *journal)
        return Agenda(model, Assessment(model.system, known)).open["endpoint.rate_limit"]

    vain = [Unknown(n=n, question=f"system.{e.key}") for n, e in enumerate(entries, 1)]
    fresh, tired = worth_of_the_other(*vain[: LONG - 1]), worth_of_the_other(*vain[:LONG])
    assert tired == pytest.approx(WEARY * fresh, abs=1e-3)
    put_off = [Skipped(n=n, question=f"system.{e.key}") for n, e in enumerate(entries, 1)]
    assert worth_of_the_other(*put_off) >= fresh


def test_the_interview_stops_when_what_is_left_would_change_little() -> None:
    assert next_question(whole(SETTLED), knowledge(), Depth.THOROUGH) is None


def test_a_depth_asks_so_many_questions_and_no_more() -> None:
    journal = [Unknown(n=n, question="endpoint.rate_limit") for n in range(1, 7)]
    assert MOST[Depth.QUICK] == len(journal)
    model = whole(scoring(), *journal)
    questions = open_questions(model, knowledge())
    open_ = tuple(q.model_copy(update={"value": 50.0}) for q in questions)
    assert worth_asking(model, open_, Depth.QUICK) == ()
    assert worth_asking(model, open_, Depth.STANDARD) != ()
    assert worth_asking(model, open_, Depth.THOROUGH) != ()


def test_a_large_system_is_worth_asking_about_though_each_part_of_it_is_small() -> None:
    question = open_questions(whole(scoring()), knowledge())[0]
    many = tuple(
        question.model_copy(update={"id": f"part-{n}.rate_limit", "value": 6.0}) for n in range(900)
    )
    assert len(worth_asking(whole(scoring()), many, Depth.STANDARD)) == MOST[Depth.STANDARD]
    assert len(worth_asking(whole(scoring()), many, Depth.THOROUGH)) == 900


def test_what_would_change_little_is_counted_and_named_but_not_asked() -> None:
    facts = scoring(variable_cost=said("no"), rate_limit=said("all")).components
    rest = of(SETTLED.model_copy(update={"components": facts})).rest(Depth.STANDARD)
    assert rest.worth == 0
    assert rest.little > 0
    assert rest.best
