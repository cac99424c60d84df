"""Decisions stay with their threats; where nothing makes one a threat any more, they are stale."""

from __future__ import annotations

from datetime import date

import pytest

from tests.engine.small import component, flow, guessed, knowledge, system
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.record.speaker import Speaker
from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.said import Answer, Correct, Decide, Revise, Said, Undo
from threatwright.model.terms import Status

KNOWLEDGE = knowledge()
KIM = Speaker("Kim", "ml-engineering", "2026-11-27T09:00:00+00:00")
OVERLOAD = "T-overload@endpoint"


def scored() -> ThreatModel:
    """An endpoint whose cost varies, so that it can be overloaded."""
    drawn = system(
        (
            component("customer", "person", "internet"),
            component("endpoint", "inference-endpoint", variable_cost=guessed("yes")),
        ),
        (flow("customer", "endpoint"),),
    )
    return begin("Scoring", [Source(kind=SourceKind.SYSTEM, name="drawn", system=drawn)], KNOWLEDGE)


def after(model: ThreatModel, *said_: Said, by: Speaker = KIM) -> ThreatModel:
    for one in said_:
        entries = entries_for(one, None, model, KNOWLEDGE, by)
        model = derive(record(model, *entries), KNOWLEDGE)
    return model


ACCEPT = Decide(
    threat=OVERLOAD,
    status=Status.ACCEPTED,
    reason="we pay",
    owner="Bo",
    due=date(2026, 12, 24),
    until=date(2027, 6, 30),
)
REJECT = Decide(threat=OVERLOAD, status=Status.REJECTED, reason="not so")
FIXED = Answer(question="endpoint.variable_cost", value="no")


def test_a_decision_shows_on_its_threat_with_owner_due_date_and_last_day() -> None:
    threat = next(t for t in after(scored(), ACCEPT).threats if t.id == OVERLOAD)
    assert (threat.status, threat.reason, threat.owner) == (Status.ACCEPTED, "we pay", "Bo")
    assert (threat.due, threat.until) == (date(2026, 12, 24), date(2027, 6, 30))


def test_an_acceptance_whose_grounds_are_gone_is_kept_with_the_answer_that_took_them_away() -> None:
    model = after(scored(), ACCEPT, Answer(question="system.trains", value="yes"), FIXED)
    assert OVERLOAD not in {threat.id for threat in model.threats}
    (one,) = model.stale
    assert (one.threat, one.title, one.entry) == (OVERLOAD, "overload at Endpoint", 1)
    assert (one.status, one.reason, one.owner) == (Status.ACCEPTED, "we pay", "Bo")
    assert one.cause == "answer:3"
    assert one.because == "Variable cost of Endpoint: “No” (Kim)"


def test_the_cause_stays_when_more_is_said() -> None:
    model = after(scored(), ACCEPT, FIXED, Answer(question="system.trains", value="yes"))
    assert [one.cause for one in model.stale] == ["answer:2"]


def test_an_element_that_is_removed_leaves_its_decisions_stale() -> None:
    model = after(scored(), ACCEPT, Correct(remove="endpoint"))
    assert [(one.cause, one.because) for one in model.stale] == [
        ("answer:2", "Endpoint does not exist (Kim)")
    ]


def test_where_the_cause_does_not_count_any_more_the_one_that_does_is_told() -> None:
    model = after(scored(), ACCEPT, FIXED, Correct(remove="endpoint"), Undo(entry=2))
    assert [one.cause for one in model.stale] == ["answer:3"]


def test_taking_back_what_a_threat_rested_on_is_a_cause_too() -> None:
    bare = after(scored(), FIXED)
    model = after(bare, Revise(question="endpoint.variable_cost", value="yes"), ACCEPT)
    assert not model.stale
    model = after(model, Undo(entry=2))
    assert [one.cause for one in model.stale] == ["retraction:4"]


def test_when_the_threat_returns_the_decision_counts_again() -> None:
    model = after(scored(), REJECT, FIXED)
    assert [one.status for one in model.stale] == [Status.REJECTED]
    model = after(model, Revise(question="endpoint.variable_cost", value="yes"))
    assert not model.stale
    assert {t.status for t in model.threats if t.id == OVERLOAD} == {Status.REJECTED}


def test_a_stale_decision_can_be_reopened_and_is_gone_then() -> None:
    model = after(scored(), ACCEPT, FIXED)
    model = after(model, Decide(threat=OVERLOAD, status=Status.PROPOSED))
    assert not model.stale
    with pytest.raises(InputError, match="There is no threat"):
        after(model, REJECT)


def test_what_newer_knowledge_does_not_make_a_threat_is_stale_for_that() -> None:
    model = after(scored(), ACCEPT)
    newer = knowledge(tuple(p for p in KNOWLEDGE.patterns if p.id != "overload"))
    (one,) = derive(model, newer.model_copy(update={"digest": "newer"})).stale
    assert (one.cause, one.because) == ("", "the knowledge base of today does not make it a threat")


def test_what_a_document_takes_away_is_told_by_its_name() -> None:
    model = after(scored(), ACCEPT)
    other = system((component("customer", "person", "internet"),))
    source = Source(kind=SourceKind.SYSTEM, name="import.json", system=other, after=1)
    model = derive(model.model_copy(update={"sources": (*model.sources, source)}), KNOWLEDGE)
    assert [one.cause for one in model.stale] == ["document:import.json"]


@pytest.mark.parametrize(
    ("said_", "problem"),
    [
        (REJECT.model_copy(update={"until": date(2027, 1, 1)}), "does not expire"),
        (ACCEPT.model_copy(update={"until": date(2026, 1, 1)}), "expired already"),
        (ACCEPT.model_copy(update={"threat": "T-x@y"}), "There is no threat"),
        (REJECT.model_copy(update={"duplicate_of": "T-x@y"}), "There is no threat"),
        (REJECT.model_copy(update={"duplicate_of": OVERLOAD}), "duplicate of .* itself"),
        (
            ACCEPT.model_copy(update={"duplicate_of": "T-evade@endpoint"}),
            "A duplicate is rejected",
        ),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(said_: Decide, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        after(scored(), said_)


def test_two_threats_cannot_be_duplicates_of_each_other() -> None:
    one = REJECT.model_copy(update={"duplicate_of": "T-evade@endpoint"})
    other = Decide(
        threat="T-evade@endpoint", status=Status.REJECTED, reason="r", duplicate_of=OVERLOAD
    )
    with pytest.raises(InputError, match="itself"):
        after(scored(), one, other)
