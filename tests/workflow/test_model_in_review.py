"""What a language model adds once the questions are done: the draft, and a summary of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.llm import Reply, ScriptedLlm, down, saying
from tests.workflow.talk import MemoryStore, heard, names, say
from threatwright.engine.derive import begin
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.said import Decide, Retry, Stop
from threatwright.model.terms import Status
from threatwright.workflow.events import Drafting, Event, Refused, Summed, Warned
from threatwright.workflow.session import Session
from threatwright.workflow.state import Deps

pytestmark = pytest.mark.long

KNOWLEDGE = load_knowledge()
TEXT = """\
A web app calls a fraud scoring model behind a public API, without an account.
The model is retrained every week on feedback from users, which is kept in S3.
"""
NOTHING_NEW = saying(tailored=[], disputed=[], added=[])
UNCRITICAL = saying(merged=[], withdrawn=[], calibrated=[])


def new_model() -> ThreatModel:
    return begin("Fraud", [Source(kind=SourceKind.PROSE, name="d.md", text=TEXT)], KNOWLEDGE)


FIRST = new_model().threats[0].id
SUMMARY = f"Feedback is trusted too early. Begin with ({FIRST})."


def drafting(**replies: Reply) -> ScriptedLlm:
    usual = {
        "understand_text": saying(),
        "draft_threats": NOTHING_NEW,
        "criticise_threats": UNCRITICAL,
        "summarise_for_reviewer": saying(text=SUMMARY),
    }
    return ScriptedLlm(0, **(usual | replies))


def a_session(llm: ScriptedLlm | None, **more: Any) -> Session:
    path = Path("fraud.threatmodel.yaml")
    return Session(
        Deps(new_model(), path, KNOWLEDGE, MemoryStore(), llm=llm, phrases=False, **more)
    )


def told(events: list[Event]) -> list[str]:
    """What is said, each kind once in a row."""
    found = names(events)
    return [name for at, name in enumerate(found) if at == 0 or found[at - 1] != name]


def warnings(events: list[Event]) -> list[Warned]:
    return [event for event in events if isinstance(event, Warned)]


async def test_a_draft_is_summed_up_before_it_is_put_before_the_reviewer() -> None:
    llm = drafting()
    async with a_session(llm) as session:
        await heard(session.start())
        events = await say(session, Stop())
        assert told(events) == ["drafting", "summing", "summed", "drafted"]
        (summed,) = [event for event in events if isinstance(event, Summed)]
        assert (summed.text, summed.model) == (SUMMARY, "scripted-strong")
        assert [e.type for e in session.model.journal][-2:] == ["summarised", "ran"]


async def test_a_decision_calls_for_no_other_summary() -> None:
    llm = drafting()
    async with a_session(llm) as session:
        await heard(session.start())
        events = await say(session, Stop(), Decide(threat=FIRST, status=Status.ACCEPTED))
        assert told(events) == ["reviewed", "drafted"]
        assert len(llm.prompts("summarise_for_reviewer")) == 1


async def test_asked_again_the_model_sums_up_what_was_decided_and_nothing_twice() -> None:
    llm = drafting()
    async with a_session(llm) as session:
        await heard(session.start())
        await say(session, Stop(), Decide(threat=FIRST, status=Status.ACCEPTED))
        before = len(llm.asked)
        again = ["drafting", "summing", "summed", "drafted"]
        assert told(await say(session, Retry())) == again
        assert told(await say(session, Retry())) == ["drafting", "drafted"]
        assert len(llm.asked) == before + 1


async def test_a_summary_that_fails_is_told_and_costs_nothing_else() -> None:
    llm = drafting(summarise_for_reviewer=down)
    async with a_session(llm) as session:
        await heard(session.start())
        events = await say(session, Stop())
        (warned,) = warnings(events)
        assert warned.of_model
        assert told(events)[-1] == "drafted"
        llm.replies["summarise_for_reviewer"] = saying(text=SUMMARY)
        again = ["drafting", "summing", "summed", "drafted"]
        assert told(await say(session, Retry())) == again


async def test_a_draft_that_failed_in_part_is_not_summed_up_and_asked_for_again() -> None:
    failing = iter([down])
    llm = drafting(draft_threats=lambda prompt: next(failing, NOTHING_NEW)(prompt))
    async with a_session(llm) as session:
        await heard(session.start())
        events = await say(session, Stop())
        (warned,) = warnings(events)
        assert warned.of_model
        assert not llm.prompts("summarise_for_reviewer")
        llm.replies["draft_threats"] = NOTHING_NEW
        before = len(llm.prompts("draft_threats"))
        assert told(await say(session, Retry())) == ["drafting", "summing", "summed", "drafted"]
        assert len(llm.prompts("draft_threats")) == before + 1


async def test_a_draft_that_was_halted_keeps_what_has_arrived_and_is_not_summed_up() -> None:
    llm = drafting()
    first = asyncio.Event()

    async with a_session(llm) as session:
        await heard(session.start())
        llm.seconds = 0.02

        async def stop() -> list[Event]:
            events: list[Event] = []
            async for event in session.send(Stop()):
                events.append(event)
                if isinstance(event, Drafting) and event.done == 1:
                    llm.seconds = 60
                    session.halt()
                    first.set()
            return events

        events = await asyncio.wait_for(stop(), 20)
        assert first.is_set()
        assert told(events)[-1] == "drafted"
        assert not warnings(events)
        assert any(entry.type == "proposed" for entry in session.model.journal)
        assert not llm.prompts("summarise_for_reviewer")
        llm.seconds = 0
        assert told(await say(session, Retry()))[-3:] == ["summing", "summed", "drafted"]


async def test_without_a_model_nobody_can_be_asked_again() -> None:
    async with a_session(None) as session:
        await heard(session.start())
        (refused, *_) = await say(session, Retry())
        assert isinstance(refused, Refused)
        assert "THREATWRIGHT_LLM_MODEL" in refused.fix


async def test_a_text_that_was_not_read_is_read_when_it_is_asked_for_again() -> None:
    llm = drafting(understand_text=down)
    async with a_session(llm) as session:
        assert warnings(await heard(session.start()))[0].of_model
        llm.replies["understand_text"] = saying()
        events = await say(session, Retry())
        assert told(events)[0] == "listening"
        assert not warnings(events)
        assert any(entry.type == "heard" for entry in session.model.journal)
