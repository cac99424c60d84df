from __future__ import annotations

from tests.engine import small
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.interview.preview import preview
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Answered,
    Confirmed,
    JournalEntry,
    Retracted,
    Source,
    SourceKind,
    Unknown,
)
from threatwright.model.preview import Change

KNOWLEDGE = small.knowledge()


def model(*journal: JournalEntry) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="scoring.json", system=small.scoring())
    return derive(record(begin("Scoring", [source], KNOWLEDGE), *journal), KNOWLEDGE)


def looked_at(before: ThreatModel, *entries: JournalEntry) -> Change:
    return preview(before, entries, KNOWLEDGE)


def test_a_threat_that_an_answer_makes_appears_and_its_question_retires() -> None:
    answer = Answered(n=1, question="endpoint.variable_cost", value="yes")
    change = looked_at(model(), answer)
    assert [threat.id for threat in change.appearing] == ["T-overload@endpoint"]
    assert change.going == ()
    assert "endpoint.variable_cost" in {question.id for question in change.retiring}


def test_a_control_moves_risk_and_says_from_where_to_where() -> None:
    change = looked_at(model(), Answered(n=1, question="endpoint.rate_limit", value="all"))
    assert change.appearing == change.going == ()
    moved = {m.after.id: (m.before.residual, m.after.residual) for m in change.moving}
    assert moved.keys() == {"T-evade@endpoint", "T-extract@endpoint"}
    assert all(after < before for before, after in moved.values())
    assert all(m.before.risk == m.after.risk for m in change.moving)


def test_a_revision_makes_threats_go_and_questions_open() -> None:
    before = model(Answered(n=1, question="endpoint.variable_cost", value="yes"))
    change = looked_at(before, Unknown(n=2, question="endpoint.variable_cost", instead=(1,)))
    assert [threat.id for threat in change.going] == ["T-overload@endpoint"]
    back = looked_at(before, Retracted(n=2, entry=1))
    assert back.going == change.going
    assert [question.id for question in back.opening] == ["endpoint.variable_cost"]
    assert [question.name for question in back.opening] == ["Variable cost of Endpoint"]


def test_what_was_assumed_and_is_confirmed_settles_threats() -> None:
    assumed = small.scoring(by=small.ASSUMED)
    source = Source(kind=SourceKind.SYSTEM, name="scoring.json", system=assumed)
    before = begin("Scoring", [source], KNOWLEDGE)
    change = looked_at(before, Confirmed(n=1, elements=("customer-to-endpoint",)))
    assert change.settling == len(before.threats) > 0
    assert change.appearing == change.going == ()


def test_an_input_that_changes_nothing_says_so() -> None:
    answered = model(Answered(n=1, question="endpoint.rate_limit", value="all"))
    again = Answered(n=2, question="endpoint.rate_limit", value="all", instead=(1,))
    assert looked_at(answered, again).is_empty


def test_nothing_changes_by_looking() -> None:
    before = model()
    looked_at(before, Answered(n=1, question="endpoint.variable_cost", value="yes"))
    assert before == model()
