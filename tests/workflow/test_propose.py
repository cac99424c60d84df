"""A language model's draft in a session: when it is made, and what becomes of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.drafts import about, added, criticism, is_second, reply, tailored
from tests.llm import ScriptedLlm
from tests.workflow.talk import MemoryStore, deps_for, heard, names, new_model, say
from threatwright.adapters.checkpoints import open_checkpoints
from threatwright.adapters.store_file import FileStore
from threatwright.model.contributions import Proposed, Ran
from threatwright.model.journal import Decided
from threatwright.model.prompt import Prompt
from threatwright.model.said import Answer, Correct, Decide, Stop, Undo
from threatwright.model.terms import Origin, Status
from threatwright.workflow.events import Drafted, Drafting
from threatwright.workflow.session import Session
from threatwright.workflow.state import Deps

PATH = Path("scoring.threatmodel.yaml")
NAMED = {"title": "The Api is copied", "action": "They ask the Api until a copy is made."}
COPIED = "T-llm-information-disclosure-none-1@api"


def well(prompt: Prompt) -> Any:
    if about(prompt) != "api" or is_second(prompt):
        return reply()
    return reply(tailored=[tailored("T-extract@api", **NAMED)], added=[added("api", **NAMED)])


def writer(seconds: float = 0) -> ScriptedLlm:
    return ScriptedLlm(seconds, draft_threats=well, criticise_threats=lambda _: criticism())


def with_model(llm: ScriptedLlm, store: MemoryStore | None = None) -> Deps:
    deps = deps_for(PATH, store or MemoryStore(), new_model())
    deps.llm = llm
    deps.phrases = False
    return deps


def drafts(llm: ScriptedLlm) -> list[str]:
    return [about(prompt) for prompt in llm.prompts("draft_threats") if not is_second(prompt)]


async def test_the_model_drafts_once_the_questions_are_left() -> None:
    llm, store = writer(), MemoryStore()
    async with Session(with_model(llm, store)) as session:
        await heard(session.start())
        assert llm.prompts("draft_threats") == []
        events = await say(session, Stop())
        assert sorted(drafts(llm)) == ["api", "training"]
        assert "drafting" in names(events)
        assert isinstance(events[-1], Drafted)
        assert events[-1].threats == len(session.model.threats)
        assert COPIED in {threat.id for threat in session.model.threats}
    assert {e.element for e in store.entries if isinstance(e, Proposed)} == {"api", "training"}


async def test_decisions_of_a_reviewer_cost_no_call_and_count() -> None:
    llm = writer()
    async with Session(with_model(llm)) as session:
        await heard(session.start())
        await say(session, Stop())
        calls = len(llm.prompts("draft_threats"))
        events = await say(session, Decide(threat=COPIED, status=Status.ACCEPTED, reason="so"))
        assert "drafting" not in names(events)
        assert len(llm.prompts("draft_threats")) == calls
        (threat,) = (t for t in session.model.threats if t.id == COPIED)
        assert (threat.status, threat.origin) == (Status.ACCEPTED, Origin.LLM)


async def test_what_changes_in_the_review_is_drafted_anew_and_decisions_stay() -> None:
    llm = writer()
    async with Session(with_model(llm)) as session:
        await heard(session.start())
        await say(session, Stop(), Decide(threat=COPIED, status=Status.REJECTED, reason="no"))
        before = drafts(llm)
        await say(session, Answer(question="training.writers", value="anyone"))
        assert drafts(llm)[len(before) :] == ["training"]
        (threat,) = (t for t in session.model.threats if t.id == COPIED)
        assert threat.status is Status.REJECTED


async def test_what_is_taken_back_leaves_the_proposals_in_the_record() -> None:
    llm = writer()
    async with Session(with_model(llm)) as session:
        await heard(session.start())
        await say(session, Stop(), Correct(remove="api"))
        assert COPIED not in {threat.id for threat in session.model.threats}
        calls = drafts(llm)
        await say(session, Undo())
        assert COPIED in {threat.id for threat in session.model.threats}
        assert drafts(llm) == calls


async def test_an_undo_takes_back_what_a_person_said_and_not_what_a_model_did() -> None:
    async with Session(with_model(writer())) as session:
        await heard(session.start())
        await say(session, Stop(), Decide(threat=COPIED, status=Status.REJECTED), Undo())
        (threat,) = (t for t in session.model.threats if t.id == COPIED)
        assert threat.status is Status.PROPOSED
        assert any(isinstance(e, Decided) for e in session.model.journal)


async def test_without_a_model_nothing_is_drafted_besides() -> None:
    deps = deps_for(PATH, MemoryStore(), new_model())
    async with Session(deps) as session:
        await heard(session.start())
        events = await say(session, Stop())
        assert names(events) == ["drafted"]


async def test_to_close_a_session_ends_a_draft_with_what_has_arrived() -> None:
    store = MemoryStore()
    async with asyncio.timeout(5):
        async with Session(with_model(writer(seconds=60), store)) as session:
            await heard(session.start())
            async for event in session.send(Stop()):
                if isinstance(event, Drafting):
                    break
    assert not any(isinstance(e, Proposed | Ran) for e in store.entries)


async def test_a_draft_can_be_halted_and_the_review_begins() -> None:
    llm = writer(seconds=60)
    async with asyncio.timeout(5), Session(with_model(llm)) as session:
        await heard(session.start())
        last = None
        async for event in session.send(Stop()):
            last = event
            if isinstance(event, Drafting):
                session.halt()
        assert isinstance(last, Drafted)


async def test_a_session_that_is_opened_again_asks_for_nothing_twice(tmp_path: Path) -> None:
    path, database = tmp_path / "a.threatmodel.yaml", tmp_path / "checkpoints.sqlite"
    store = FileStore()
    store.save(new_model(), path)
    for expected in (["api", "training"], []):
        llm, files = writer(), FileStore()
        deps = deps_for(path, files, files.load(path))
        deps.llm, deps.phrases = llm, False
        async with open_checkpoints(database) as (saver, _), Session(deps, saver) as session:
            events = await heard(session.start())
            if not isinstance(events[-1], Drafted):
                await say(session, Stop())
            assert sorted(drafts(llm)) == expected
            assert COPIED in {threat.id for threat in session.model.threats}
