"""A reviewer words, rates, states and splits threats in a session."""

from __future__ import annotations

from tests.workflow.talk import names, say
from tests.workflow.test_session import a_session, until_drafted
from threatwright.model.contributions import Rating
from threatwright.model.said import Edit, Split, State, Stop, Undo
from threatwright.model.terms import Origin, Status, Stride
from threatwright.workflow.events import Understood

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
