from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.workflow.talk import MemoryStore, deps_for, heard, names, new_model, question_of, say
from threatwright.adapters.checkpoints import open_checkpoints
from threatwright.engine.derive import record
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Told
from threatwright.model.said import Answer, Skip, Stop
from threatwright.workflow.events import Event
from threatwright.workflow.session import Session


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "home" / "checkpoints.sqlite"


def a_session_on(model: ThreatModel, path: str = "a.threatmodel.yaml") -> Session:
    return Session(deps_for(Path(path), MemoryStore(), model))


def damage(database: Path) -> None:
    database.parent.mkdir()
    database.write_bytes(b"not a database at all" * 100)


def size(database: Path) -> int:
    return database.stat().st_size


async def left_in_review(database: Path) -> ThreatModel:
    """A model whose session was left while its threats were under review."""
    async with open_checkpoints(database) as (saver, note):
        assert note == ""
        async with Session(deps_for(Path("a.yaml"), MemoryStore()), saver) as session:
            await heard(session.start())
            assert names(await say(session, Answer(value="yes"), Stop())) == ["drafted"]
            return session.model


async def taken_up(database: Path, model: ThreatModel, path: str = "a.yaml") -> list[Event]:
    async with (
        open_checkpoints(database) as (saver, _),
        Session(deps_for(Path(path), MemoryStore(), model), saver) as session,
    ):
        return await heard(session.start())


async def test_a_session_is_taken_up_where_it_was_left(database: Path) -> None:
    model = await left_in_review(database)
    assert names(await taken_up(database, model)) == ["drawn", "drafted"]


async def test_a_session_that_was_taken_up_goes_on(database: Path) -> None:
    model = await left_in_review(database)
    async with (
        open_checkpoints(database) as (saver, _),
        Session(deps_for(Path("a.yaml"), MemoryStore(), model), saver) as session,
    ):
        await heard(session.start())
        assert session.model == model
        assert names(await say(session, Stop())) == ["finished"]


async def test_if_the_record_changed_the_file_wins(database: Path) -> None:
    model = await left_in_review(database)
    more = record(model, Told(n=2, text="There is a database."))
    assert names(await taken_up(database, more)) == ["drawn", "question"]
    other = model.model_copy(update={"sources": ()})
    assert "question" in names(await taken_up(database, other))


async def test_a_copy_of_a_model_in_another_file_is_a_session_of_its_own(database: Path) -> None:
    model = await left_in_review(database)
    assert names(await taken_up(database, model, "b.yaml")) == ["drawn", "question"]


async def test_a_finished_session_leaves_nothing_behind(database: Path) -> None:
    async with (
        open_checkpoints(database) as (saver, _),
        Session(deps_for(Path("a.yaml"), MemoryStore()), saver) as session,
    ):
        await heard(session.start())
        await say(session, Stop(), Stop())
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM checkpoints").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM writes").fetchone() == (0,)


async def test_a_damaged_database_is_begun_anew_and_said(database: Path) -> None:
    damage(database)
    async with open_checkpoints(database) as (saver, note):
        assert "was damaged" in note
        async with Session(deps_for(Path("a.yaml"), MemoryStore()), saver) as session:
            assert names(await heard(session.start())) == ["understood", "drawn", "question"]
    async with open_checkpoints(database) as (_, note):
        assert note == ""


async def test_a_locked_database_is_done_without_and_said(database: Path) -> None:
    await left_in_review(database)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("PRAGMA journal_mode=DELETE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        async with open_checkpoints(database) as (saver, note):
            assert "kept in memory" in note
            async with Session(deps_for(Path("a.yaml"), MemoryStore()), saver) as session:
                assert names(await heard(session.start())) == ["understood", "drawn", "question"]
                assert names(await say(session, Skip())) == ["understood", "question"]
    finally:
        other.close()


async def test_a_home_that_is_a_file_is_done_without_and_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    async with open_checkpoints(tmp_path / "home" / "checkpoints.sqlite") as (saver, note):
        assert "cannot be used" in note
        async with Session(deps_for(Path("a.yaml"), MemoryStore()), saver) as session:
            assert names(await heard(session.start())) == ["understood", "drawn", "question"]


async def test_a_database_that_fails_halfway_costs_no_answer(database: Path) -> None:
    store = MemoryStore()
    async with (
        open_checkpoints(database) as (saver, _),
        Session(deps_for(Path("a.yaml"), store), saver) as session,
    ):
        first = question_of(await heard(session.start()))
        with sqlite3.connect(database) as connection:
            connection.executescript("DROP TABLE checkpoints; DROP TABLE writes;")
        second = question_of(await say(session, first_choice(session)))
        third = question_of(await say(session, first_choice(session)))
        assert len({first, second, third}) == 3
    assert [entry.n for entry in store.entries] == [1, 2]


async def test_checkpoints_of_which_the_content_is_damaged_are_forgotten(database: Path) -> None:
    model = await left_in_review(database)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE checkpoints SET checkpoint = x'c1c1c1'")
    assert names(await taken_up(database, model)) == ["drawn", "question"]


async def test_a_database_that_outgrew_a_cache_is_begun_anew(database: Path) -> None:
    await left_in_review(database)
    os.truncate(database, 101 * 1024 * 1024)
    async with open_checkpoints(database) as (_, note):
        assert note == ""
    assert size(database) < 1024 * 1024


async def test_without_a_database_a_session_works_in_memory() -> None:
    async with a_session_on(new_model()) as session:
        assert names(await heard(session.start())) == ["understood", "drawn", "question"]
        assert names(await say(session, Skip(), Stop(), Stop())) == ["finished"]


def first_choice(session: Session) -> Answer:
    """An answer that the question that stands takes."""
    assert session.question is not None
    return Answer(value=session.question.choices[0].value)
