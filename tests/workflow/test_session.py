from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from tests.engine import small
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
from threatwright.engine.derive import begin, derive, record
from threatwright.model.document import ThreatModel
from threatwright.model.interview import CONFIRMED
from threatwright.model.journal import (
    Answered,
    Confirmed,
    Decided,
    JournalEntry,
    Skipped,
    Source,
    SourceKind,
    Told,
)
from threatwright.model.said import (
    Answer,
    Correct,
    Decide,
    DontKnow,
    Preview,
    Resume,
    Revise,
    Said,
    SetDepth,
    Skip,
    Stop,
    Tell,
    Undo,
)
from threatwright.model.terms import ComponentKind, Depth, Status
from threatwright.model.vocabulary import Theme
from threatwright.workflow.events import (
    Asked,
    DepthSet,
    Drafted,
    Drawn,
    Event,
    Finished,
    Previewed,
    Refused,
    Reviewed,
    Understood,
    Undone,
    Warned,
)
from threatwright.workflow.session import Session

PATH = Path("scoring.threatmodel.yaml")


def a_session(
    store: MemoryStore | None = None, model: ThreatModel | None = None, **how: Any
) -> Session:
    deps = deps_for(PATH, store or MemoryStore(), model)
    return Session(dataclasses.replace(deps, **how))


def first_choice(session: Session) -> Answer:
    """An answer to whatever question stands."""
    assert session.question is not None
    return Answer(value=session.question.choices[0].value)


async def answer(session: Session, times: int = 1) -> list[Event]:
    """The events of the last of so many answers, each the first choice."""
    events: list[Event] = []
    for _ in range(times):
        events = await say(session, first_choice(session))
    return events


async def until_drafted(session: Session, said: Said) -> list[Event]:
    """The events of the turn that ends in the review, saying the same to every question."""
    events = await heard(session.start())
    while not isinstance(events[-1], Drafted):
        events = await say(session, said)
    return events


async def test_a_session_begins_with_what_was_understood_and_the_first_question() -> None:
    async with a_session() as session:
        events = await heard(session.start())
        assert names(events) == ["understood", "drawn", "question"]
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
        await answer(session, times=2)
        await say(session, DontKnow())
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
        assert events[0].note == "Taken back: Variable cost of Api: Yes."
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


async def test_questions_that_an_answer_made_idle_are_told_by_name() -> None:
    async with a_session() as session:
        await heard(session.start())
        events = await say(session, Answer(question="system.llm", value="no"))
        assert isinstance(events[0], Understood)
        assert events[0].retired == ()
        events = await say(session, Correct(remove="training"))
        assert isinstance(events[0], Understood)
        assert events[0].retired == ("system.learns_from_others",)
        assert events[0].retired_names == ("Learns from others",)


async def test_what_was_asked_in_the_same_breath_is_not_told_as_settled_besides() -> None:
    theme = Theme(id="limits", facts=("rate_limit", "query_audit"))
    known = KNOWLEDGE.model_copy(
        update={"themes": (theme, *(t for t in KNOWLEDGE.themes if t.facts[0] not in theme.facts))}
    )
    async with a_session(knowledge=known) as session:
        await heard(session.start())
        while session.question is not None and not session.question.also:
            await say(session, DontKnow())
        assert session.question is not None
        events = await say(session, DontKnow())
        assert isinstance(events[0], Understood)
        assert events[0].retired == ()


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
        assert all(c.provenance.is_stated for c in session.model.system.components)
        while isinstance(events[-1], Asked):
            events = await say(session, DontKnow())
        assert names(events) == ["understood", "drafted"]
        assert session.question is None


# --- the drawing ------------------------------------------------------------------------------


async def test_the_drawing_says_what_was_read_and_what_is_assumed() -> None:
    async with a_session(draw=lambda system: f"[{system.name}]") as session:
        drawn = (await heard(session.start()))[1]
        assert isinstance(drawn, Drawn)
        assert drawn.diagram == "[Scoring]"
        assert {c.id: c.provenance.kind for c in drawn.components} == {
            "caller": "document",
            "api": "document",
            "training": "assumed",
        }
        assert drawn.assumed == 4, "two zones, the training and its flow"


async def test_whoever_shows_the_drawing_has_it_confirmed_before_anything_is_asked() -> None:
    async with a_session(shows_drawing=True) as session:
        events = await heard(session.start())
        assert question_of(events) == CONFIRMED
        events = await say(session, Answer(default=True))
        assert names(events)[-1] == "question"
        assert question_of(events) != CONFIRMED
        assert isinstance(session.model.journal[0], Confirmed)


async def test_a_drawing_is_corrected_and_shown_anew_until_it_is_confirmed() -> None:
    async with a_session(shows_drawing=True) as session:
        await heard(session.start())
        events = await say(session, Answer(text="There is also a Redis cache."))
        assert question_of(events) == CONFIRMED
        events = await say(session, Correct(add=ComponentKind.DATABASE, name="Cache"))
        assert names(events) == ["understood", "drawn", "question"]
        assert isinstance(events[1], Drawn)
        assert "Cache" in {c.name for c in events[1].components}
        assert question_of(events) == CONFIRMED
        events = await say(session, Undo())
        assert names(events) == ["undone", "drawn", "question"]


async def test_a_drawing_that_was_put_off_is_not_asked_about_again() -> None:
    async with a_session(shows_drawing=True) as session:
        await heard(session.start())
        events = await say(session, Skip())
        while isinstance(events[-1], Asked):
            assert question_of(events) != CONFIRMED
            events = await say(session, DontKnow())


async def test_a_drawing_is_confirmed_again_only_if_answers_brought_something_new() -> None:
    async with a_session(shows_drawing=True) as session:
        await heard(session.start())
        await say(session, Answer(default=True))
        while isinstance((events := await say(session, DontKnow()))[-1], Asked):
            assert question_of(events) != CONFIRMED


async def test_a_model_without_assumptions_is_shown_and_not_asked_about() -> None:
    stated = small.system((small.component("api", "inference-endpoint"),))
    zones = tuple(z.model_copy(update={"provenance": small.SAID}) for z in stated.boundaries)
    system = stated.model_copy(update={"boundaries": zones})
    source = Source(kind=SourceKind.SYSTEM, name="api.json", system=system)
    model = begin("Api", [source], KNOWLEDGE)
    async with a_session(model=model, shows_drawing=True) as session:
        events = await heard(session.start())
        assert names(events)[:2] == ["understood", "drawn"]
        assert session.question is None or session.question.id != CONFIRMED


# --- going back -------------------------------------------------------------------------------


async def test_an_earlier_answer_is_replaced_in_one_step_that_one_undo_takes_back() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        await say(session, Answer(value="yes"), DontKnow())
        events = await say(session, Revise(question=first, value="no"))
        assert isinstance(events[0], Understood)
        assert events[0].note == "In the place of Variable cost of Api: Yes."
        last = session.model.journal[-1]
        assert isinstance(last, Answered)
        assert last.instead == (1,)
        assert fact_of(session, first) == "no"
        await say(session, Undo())
        assert fact_of(session, first) == "yes"
        assert session.model == derive(record(new_model(), *session.model.journal), KNOWLEDGE)


def fact_of(session: Session, question: str) -> str | None:
    element, _, key = question.rpartition(".")
    fact = session.model.system.fact(element, key)
    return fact.value if fact else None


async def test_naming_an_earlier_question_counts_in_the_place_of_its_answer() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        await say(session, Answer(value="yes"), Answer(question=first, value="no"))
        assert [e.instead for e in session.model.journal if isinstance(e, Answered)] == [(), (1,)]
        await say(session, DontKnow(question=first))
        assert fact_of(session, first) is None
        await say(session, Undo())
        assert fact_of(session, first) == "no"
        await say(session, Undo())
        assert fact_of(session, first) == "yes"


async def test_what_another_person_answered_is_not_replaced() -> None:
    async with a_session(by="Ana") as session:
        first = question_of(await heard(session.start()))
        await say(session, Answer(value="yes"))
        session._deps.by = "Ben"
        await say(session, Revise(question=first, value="no"))
        assert [e.instead for e in session.model.journal if isinstance(e, Answered)] == [(), ()]


async def test_one_earlier_input_is_taken_back_alone() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        await say(session, Answer(value="yes"), DontKnow())
        events = await say(session, Undo(entry=1))
        assert events[0] == Undone(entries=(1,), note="Taken back: Variable cost of Api: Yes.")
        assert question_of(events) == first
        assert names(await say(session, Undo(entry=1))) == ["refused", "question"]


async def test_a_preview_says_what_would_change_and_changes_nothing() -> None:
    store = MemoryStore()
    async with a_session(store) as session:
        first = question_of(await heard(session.start()))
        before = session.model
        events = await say(session, Preview(said=Answer(value="yes")))
        assert names(events) == ["previewed", "question"]
        assert isinstance(events[0], Previewed)
        assert [threat.id for threat in events[0].change.appearing] == ["T-overload@api"]
        assert question_of(events) == first
        assert session.model is before
    assert store.entries == []


async def test_a_preview_says_what_the_input_then_does() -> None:
    async with a_session() as session:
        first = question_of(await heard(session.start()))
        await say(session, Answer(value="yes"))
        revision = Revise(question=first, value="no")
        previewed = (await say(session, Preview(said=revision)))[0]
        assert isinstance(previewed, Previewed)
        before = {threat.id for threat in session.model.threats}
        await say(session, revision)
        after = {threat.id for threat in session.model.threats}
        assert {threat.id for threat in previewed.change.going} == before - after
        assert {threat.id for threat in previewed.change.appearing} == after - before


async def test_what_cannot_be_said_cannot_be_previewed() -> None:
    async with a_session() as session:
        await heard(session.start())
        events = await say(session, Preview(said=Answer(value="maybe")))
        assert names(events) == ["refused", "question"]


# --- how deep ---------------------------------------------------------------------------------


async def test_a_depth_that_ended_an_interview_is_told_and_can_be_changed() -> None:
    journal = tuple(Told(n=n, text="x") for n in range(1, 3))
    asked = tuple(Skipped(n=n, question=f"caller.x{n}") for n in range(3, 9))
    model = derive(record(new_model(), *journal, *asked), KNOWLEDGE)
    async with a_session(model=model, depth=Depth.QUICK) as session:
        await heard(session.start())
        events = await say(session, Skip())
        assert isinstance(events[-1], Drafted)
        assert events[-1].rest.is_cut
        assert events[-1].rest.depth is Depth.QUICK
        assert events[-1].rest.worth == events[-1].open_questions > 0
        note = (await say(session, Resume()))[0]
        assert note == Understood(note="A quick interview asks no more; a deeper one does.")
        events = await say(session, SetDepth(depth=Depth.THOROUGH))
        assert names(events) == ["depth-set", "question"]
        assert isinstance(events[-1], Asked)
        assert events[-1].progress.depth is Depth.THOROUGH


async def test_a_depth_holds_from_now_on() -> None:
    async with a_session(depth=Depth.QUICK) as session:
        first = question_of(await heard(session.start()))
        events = await say(session, SetDepth(depth=Depth.STANDARD))
        assert events[0] == DepthSet(depth=Depth.STANDARD, open=3)
        assert question_of(events) == first
        assert session.progress is not None
        assert session.progress.depth is Depth.STANDARD
        assert session.model.journal == ()


async def test_an_interview_that_ends_by_itself_says_what_the_rest_is_worth() -> None:
    async with a_session() as session:
        drafted = (await until_drafted(session, DontKnow()))[-1]
        assert isinstance(drafted, Drafted)
        assert not drafted.rest.is_cut
        assert (drafted.rest.worth, drafted.rest.little, drafted.rest.best) == (0, 0, "")


# --- the review ------------------------------------------------------------------------------


async def test_stop_drafts_without_confirming() -> None:
    async with a_session() as session:
        await heard(session.start())
        events = await say(session, Stop())
        assert names(events) == ["drafted"]
        assert isinstance(events[0], Drafted)
        assert not events[0].rest.is_cut
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
        assert names(events) == ["drawn", "question"]
        await say(session, Skip())
        assert [entry.n for entry in session.model.journal] == [1, 2, 3]


async def test_a_full_disk_is_told_once_and_the_session_goes_on() -> None:
    store = FullDisk()
    async with a_session(store) as session:
        await heard(session.start())
        events = await answer(session)
        assert [e.problem for e in events if isinstance(e, Warned)] == ["The disk is full."]
        events = await answer(session)
        assert [e for e in events if isinstance(e, Warned)] == []
        assert len(session.model.journal) == 2


async def test_what_could_not_be_written_is_written_once_there_is_room() -> None:
    store = FullDisk()
    async with a_session(store) as session:
        await heard(session.start())
        await answer(session, times=2)
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
