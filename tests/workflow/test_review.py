"""A reviewer words, rates, states and splits threats in a session."""

from __future__ import annotations

from tests.workflow.talk import names, say
from tests.workflow.test_session import a_session, until_drafted
from threatwright.model.contributions import Rating
from threatwright.model.said import Decide, Edit, Mitigate, Split, State, Stop, Together, Undo
from threatwright.model.terms import MitigationStatus, Origin, Status, Stride
from threatwright.workflow.events import Reviewed, Understood, Undone

RATING = Rating(value=2, because="insiders are few")


async def test_a_threat_is_worded_and_rated_and_the_review_goes_on() -> None:
    async with a_session() as session:
        await until_drafted(session, Stop())
        before = session.model.threats
        id_ = before[0].id
        events = await say(session, Edit(threat=id_, title="In our words", likelihood=RATING))
        assert names(events) == ["understood", "drafted"]
        assert isinstance(events[0], Understood)
        assert events[0].note == (
            f"Noted: {id_}: worded by a person, likelihood 2 (insiders are few)."
        )
        threat = next(t for t in session.model.threats if t.id == id_)
        assert (threat.title, threat.likelihood) == ("In our words", 2)
        await say(session, Undo())
        assert session.model.threats == before


async def test_a_threat_is_stated_and_another_is_split() -> None:
    async with a_session() as session:
        await until_drafted(session, Stop())
        first = session.model.threats[0]
        stated = State(
            element=first.element,
            title="Labels are sold",
            scenario="A labeller sells them.",
            stride=(Stride.TAMPERING,),
            likelihood=RATING,
            impact=RATING,
        )
        assert names(await say(session, stated)) == ["understood", "drafted"]
        await say(session, Split(threat=first.id, titles=("One", "Other")))
        own = {t.title for t in session.model.threats if t.origin is Origin.PERSON}
        assert own == {"Labels are sold", "One", "Other"}
        whole = next(t for t in session.model.threats if t.id == first.id)
        assert whole.status is Status.REJECTED


async def test_many_threats_are_decided_at_once_and_taken_back_at_once() -> None:
    async with a_session() as session:
        await until_drafted(session, Stop())
        whole = session.model.threats[0].id
        await say(session, Split(threat=whole, titles=("One", "Two", "Three")))
        before = session.model.threats
        decided = tuple(
            Decide(threat=one.id, status=Status.REJECTED, reason="n/a") for one in before
        )
        events = await say(session, Together(said=decided))
        assert [e.threat for e in events if isinstance(e, Reviewed)] == [t.id for t in before]
        events = await say(session, Together(said=decided))
        assert isinstance(events[0], Understood)
        assert events[0].note == "All of it stands so already."
        events = await say(session, Undo())
        assert isinstance(events[0], Undone)
        assert events[0].note == f"Taken back: {len(before)} threats: rejected."
        assert session.model.threats == before


async def test_a_mitigation_is_followed_up_in_a_session() -> None:
    async with a_session() as session:
        await until_drafted(session, Stop())
        threat = next(one for one in session.model.threats if one.mitigations)
        mitigation = threat.mitigations[0]
        planned = Mitigate(
            mitigation=mitigation.id, threats=(threat.id,), status=MitigationStatus.PLANNED
        )
        events = await say(session, planned)
        assert isinstance(events[0], Understood)
        assert events[0].note == f"Noted: “{mitigation.title}” planned, against {threat.id}."
        now = next(one for one in session.model.threats if one.id == threat.id)
        assert now.mitigations[0].status is MitigationStatus.PLANNED
