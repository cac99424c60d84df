from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.talk import (
    KNOWLEDGE,
    FullDisk,
    MemoryStore,
    deps_for,
    heard,
    names,
    new_model,
    question_of,
    say,
)
from threatwright.adapters.store_file import FileStore
from threatwright.engine.confirming import CONFIRMED
from threatwright.engine.derive import derive, record
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Decided, JournalEntry, Told
from threatwright.model.said import (
    Answer,
    Correct,
    Decide,
    DontKnow,
    Resume,
    Said,
    Skip,
    Stop,
    Tell,
    Undo,
)
from threatwright.model.terms import ComponentKind, Status
from threatwright.workflow.events import (
    Asked,
    Drafted,
    Event,
    Finished,
    Refused,
    Reviewed,
    Understood,
    Undone,
    Warned,
)
from threatwright.workflow.session import Session

PATH = Path("scoring.threatmodel.yaml")


def a_session(store: MemoryStore | None = None, model: ThreatModel | None = None) -> Session:
    return Session(deps_for(PATH, store or MemoryStore(), model))


async def until_drafted(session: Session, said: Said) -> list[Event]:
    """The events of the turn that ends in the review, saying the same to every question."""
    events = await heard(session.start())
    while not isinstance(events[-1], Drafted):
        events = await say(session, said)
    return events


async def test_a_session_begins_with_what_was_understood_and_the_first_question() -> None:
    async with a_session() as session:
        events = await heard(session.start())
        assert names(events) == ["understood", "question"]
        assert isinstance(events[0], Understood)
        assert any("Inference endpoint “Api”" in taken.what for taken in events[0].taken)
        assert session.question is not None
        assert question_of(events) == session.question.id
        assert session.progress is not None
        assert session.progress.answered == 0


async def test_an_answer_leads_to_another_question() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        events = await say(session, Answer(value="yes"))
        assert names(events) == ["understood", "question"]
        assert question_of(events) != first
        assert session.model.journal == (Answered(n=1, question=first, value="yes"),)
        assert session.progress is not None
        assert session.progress.answered == 1


async def test_the_model_of_a_session_is_what_follows_from_its_journal() -> None:
    async with a_session() as session:
        await heard(session.start())
        await say(session, Answer(value="yes"), Answer(value="no"), DontKnow())
        journal = session.model.journal
        assert session.model == derive(record(new_model(), *journal), KNOWLEDGE)


async def test_every_entry_is_on_disk_before_the_next_question_is_asked() -> None:
    store = MemoryStore()
    async with a_session(store) as session:
        await heard(session.start())
        async for event in session.send(Answer(value="yes")):
            if isinstance(event, Asked):
                assert [entry.n for entry in store.entries] == [1]


async def test_input_that_cannot_be_used_is_refused_and_the_question_stands() -> None:
    store = MemoryStore()
    async with a_session(store) as session:
        first = question_of(await heard(session.start()))
        for bad in (Answer(value="maybe"), Answer(text=" "), Correct(), Undo(), Tell(text="")):
            before = session.model
            events = await say(session, bad)
            assert names(events) == ["refused", "question"]
            assert question_of(events) == first
            assert session.model is before
    assert store.entries == []


async def test_undo_goes_back_to_the_question() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        await say(session, Answer(value="yes"))
        events = await say(session, Undo())
        assert isinstance(events[0], Undone)
        assert events[0].entries == (1,)
        assert "yes" in events[0].note
        assert question_of(events) == first


async def test_what_is_told_besides_is_understood_and_the_question_stands() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        events = await say(session, Correct(add=ComponentKind.DATABASE, name="Cache"))
        assert isinstance(events[0], Understood)
        assert [taken.what for taken in events[0].taken] == ["Database “Cache”"]
        assert question_of(events) == first


async def test_an_answer_that_settles_nothing_says_so_and_is_kept() -> None:
    async with a_session() as session:
        await heard(session.start())
        events = await say(session, Answer(text="Ask Ana."))
        assert isinstance(events[0], Understood)
        assert "word for word" in events[0].note
        assert isinstance(session.model.journal[0], Answered)
        assert session.model.journal[0].text == "Ask Ana."


async def test_questions_that_an_answer_made_idle_are_named() -> None:
    async with a_session() as session:
        await heard(session.start())
        retired: list[str] = []
        while session.question is not None and session.question.id != CONFIRMED:
            events = await say(session, Answer(value=session.question.choices[-1].value))
            retired += [id_ for e in events if isinstance(e, Understood) for id_ in e.retired]
        asked = {e.question for e in session.model.journal if isinstance(e, Answered)}
        assert not asked & set(retired)


async def test_when_nothing_is_worth_asking_the_drawing_is_confirmed_and_then_drafted() -> None:
    async with a_session() as session:
        events = await heard(session.start())
        while question_of(events) != CONFIRMED:
            events = await say(session, DontKnow())
        events = await say(session, Answer(value="change"))
        assert isinstance(events[0], Understood)
        assert "different" in events[0].note
        assert question_of(events) == CONFIRMED
        events = await say(session, Answer(value="yes"))
        assert names(events) == ["understood", "drafted"]
        assert session.question is None
        assert all(c.provenance.is_stated for c in session.model.system.components)


async def test_stop_drafts_without_confirming() -> None:
    async with a_session() as session:
        await heard(session.start())
        events = await say(session, Stop())
        assert names(events) == ["drafted"]
        assert isinstance(events[0], Drafted)
        assert events[0].threats == len(session.model.threats)
        assert sum(events[0].by_level.values()) == events[0].threats
        assert list(events[0].by_level) == ["critical", "high", "medium", "low"]
        assert events[0].open_questions > 0


async def test_a_decision_is_taken_down_and_the_review_goes_on() -> None:
    async with a_session() as session:
        await until_drafted(session, Stop())
        threat = session.model.threats[0].id
        events = await say(session, Decide(threat=threat, status=Status.REJECTED, reason="no"))
        assert names(events) == ["reviewed", "drafted"]
        assert events[0] == Reviewed(threat=threat, status=Status.REJECTED)
        assert next(t for t in session.model.threats if t.id == threat).status is Status.REJECTED


async def test_a_threat_that_there_is_not_cannot_be_decided() -> None:
    async with a_session() as session:
        await until_drafted(session, Stop())
        events = await say(session, Decide(threat="T-x", status=Status.ACCEPTED))
        assert names(events) == ["refused", "drafted"]


async def test_the_review_goes_back_to_the_questions() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        await say(session, Stop())
        assert question_of(await say(session, Resume())) == first


async def test_going_back_when_nothing_is_open_says_so() -> None:
    async with a_session() as session:
        events = await until_drafted(session, Skip())
        assert session.question is None
        events = await say(session, Resume())
        assert names(events) == ["understood", "drafted"]
        assert isinstance(events[0], Understood)
        assert "No question" in events[0].note


async def test_the_draft_follows_what_is_said_in_the_review() -> None:
    async with a_session() as session:
        before = (await until_drafted(session, Stop()))[-1]
        events = await say(session, Correct(remove="api"))
        assert isinstance(before, Drafted)
        assert isinstance(events[-1], Drafted)
        assert events[-1].threats < before.threats


async def test_an_answer_in_the_review_names_its_question() -> None:
    async with a_session() as session:
        await until_drafted(session, Stop())
        assert names(await say(session, Answer(value="yes"))) == ["refused", "drafted"]
        events = await say(session, Answer(question="api.rate_limit", value="all"))
        assert names(events) == ["understood", "drafted"]


async def test_stop_in_the_review_writes_the_file_and_ends() -> None:
    store = MemoryStore()
    async with a_session(store) as session:
        await until_drafted(session, Stop())
        events = await say(session, Stop())
        assert events == [Finished(file=str(PATH))]
        assert session.is_finished
        assert store.saved == session.model
        again = await say(session, Answer(value="yes"))
        assert isinstance(again[0], Refused)


async def test_closing_writes_the_file_wherever_the_session_stands() -> None:
    store = MemoryStore()
    async with a_session(store) as session:
        await heard(session.start())
        await say(session, Answer(value="yes"))
    assert store.saved == session.model
    assert len(store.saved.journal) == 1


async def test_a_model_that_was_answered_about_goes_on_with_its_next_question() -> None:
    model = derive(
        record(new_model(), Told(n=1, text="x"), Answered(n=2, question="system.llm", value="no")),
        KNOWLEDGE,
    )
    async with a_session(model=model) as session:
        events = await heard(session.start())
        assert names(events) == ["question"]
        await say(session, Skip())
        assert [entry.n for entry in session.model.journal] == [1, 2, 3]


async def test_a_full_disk_is_told_once_and_the_session_goes_on() -> None:
    store = FullDisk()
    async with a_session(store) as session:
        await heard(session.start())
        events = await say(session, Answer(value="yes"))
        assert [e.problem for e in events if isinstance(e, Warned)] == ["The disk is full."]
        events = await say(session, Answer(value="no"))
        assert [e for e in events if isinstance(e, Warned)] == []
        assert len(session.model.journal) == 2


async def test_what_could_not_be_written_is_written_once_there_is_room() -> None:
    store = FullDisk()
    async with a_session(store) as session:
        await heard(session.start())
        await say(session, Answer(value="yes"), Answer(value="no"))
        store.is_full = False
        await say(session, Skip())
        assert [entry.n for entry in store.entries] == [1, 2, 3]
    assert store.saved == session.model


async def test_a_session_that_cannot_write_ends_without_a_file() -> None:
    async with a_session(FullDisk()) as session:
        await until_drafted(session, Stop())
        events = await say(session, Stop())
        assert names(events) == ["warned", "finished"]
        assert events[-1] == Finished(file="")


class Crash(MemoryStore):
    """A store with a fault of our own in it."""

    def append(self, entry: JournalEntry, path: Path) -> None:
        if not self.log:
            self.log.append(new_model())
            raise ZeroDivisionError
        super().append(entry, path)


async def test_a_fault_of_our_own_is_not_hidden_and_does_not_end_the_session() -> None:
    async with a_session(Crash()) as session:
        first = question_of(await heard(session.start()))
        with pytest.raises(ZeroDivisionError):
            await say(session, Answer(value="yes"))
        events = await say(session, Answer(question=first, value="no"))
        assert names(events) == ["understood", "question"]
        assert names(await say(session, Stop())) == ["drafted"]


async def test_author_role_and_time_are_injected() -> None:
    deps = deps_for(PATH, MemoryStore())
    deps.by, deps.role, deps.clock = "Ana", "devops", lambda: "2026-01-02T03:04:05+00:00"
    async with Session(deps) as session:
        await heard(session.start())
        await say(session, Answer(value="yes"))
        (entry,) = session.model.journal
    assert (entry.by, entry.role, entry.at) == ("Ana", "devops", "2026-01-02T03:04:05+00:00")


@pytest.mark.parametrize("with_text", [False, True])
async def test_a_session_writes_what_the_same_answers_make_without_one(
    tmp_path: Path, with_text: bool
) -> None:
    path = tmp_path / "a.threatmodel.yaml"
    store = FileStore()
    store.save(new_model(), path)
    async with Session(deps_for(path, store)) as session:
        await heard(session.start())
        text = Answer(text="All of it is behind a rate limit.") if with_text else Skip()
        await say(session, Answer(value="yes"), DontKnow(), text, Tell(text="A database."), Undo())
        await say(session, Stop())
        await say(session, Decide(threat="T-evade@api", status=Status.ACCEPTED, owner="Ana"))
        await say(session, Stop())
        journal = session.model.journal
    assert len(journal) == 6
    assert isinstance(journal[-1], Decided)
    headless = tmp_path / "b.threatmodel.yaml"
    FileStore().save(derive(record(new_model(), *journal), KNOWLEDGE), headless)
    assert path.read_bytes() == headless.read_bytes()
