from __future__ import annotations

from tests.engine.small import knowledge, said, scoring
from threatwright.engine.asking import MOST, next_question, turns, worth_asking
from threatwright.engine.planner import open_questions
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.journal import Answered, JournalEntry, Unknown
from threatwright.model.knowledge import Knowledge, Theme
from threatwright.model.system import SystemModel
from threatwright.model.terms import Depth

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


def asked(known: Knowledge, *journal: JournalEntry) -> tuple[Question, ...]:
    return turns(open_questions(whole(scoring(), *journal), known), known)


def test_facts_of_one_theme_and_element_are_asked_in_one_breath() -> None:
    found = next(q for q in asked(themed("rate_limit", "query_audit")) if q.also)
    assert {found.fact, *(also.fact for also in found.also)} == {"rate_limit", "query_audit"}
    assert "If you know, say too: " in found.text
    alone = {q.fact: q.value for q in asked(knowledge())}
    assert found.value == round(alone["rate_limit"] + alone["query_audit"], 4)


def test_a_fact_without_a_theme_is_asked_alone() -> None:
    assert all(not q.also for q in asked(knowledge()))


def test_who_does_not_know_is_not_asked_for_the_rest_of_the_breath() -> None:
    known = themed("rate_limit", "query_audit")
    unknown = Unknown(n=1, question="endpoint.rate_limit", also=("endpoint.query_audit",))
    assert not {"rate_limit", "query_audit"} & {q.fact for q in asked(known, unknown)}


def test_what_an_answer_left_out_of_the_breath_is_still_open() -> None:
    known = themed("rate_limit", "query_audit")
    answered = Answered(
        n=1, question="endpoint.rate_limit", text="hard to say", also=("endpoint.query_audit",)
    )
    assert {"query_audit"} <= {q.fact for q in asked(known, answered)}


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
