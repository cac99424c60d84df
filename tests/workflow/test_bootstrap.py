from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.drive import DESCRIPTION
from tests.workflow.talk import heard, names, say
from threatwright import bootstrap
from threatwright.adapters.model_text import text_of
from threatwright.adapters.store_file import FileStore, journal_path
from threatwright.errors import InputError
from threatwright.model.interview import CONFIRMED
from threatwright.model.journal import Source, SourceKind, Told
from threatwright.model.said import DontKnow, Stop
from threatwright.model.terms import Depth
from threatwright.workflow.events import Drawn, Warned

pytestmark = pytest.mark.long

SOURCE = Source(kind=SourceKind.PROSE, name="description.md", text=DESCRIPTION)
OTHER = Source(kind=SourceKind.PROSE, name="other.md", text="A chatbot answers customers.")


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _away_from_home(monkeypatch: pytest.MonkeyPatch, shared_home: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("THREATWRIGHT_HOME", str(shared_home))
    monkeypatch.chdir(tmp_path)


async def test_a_model_begun_from_a_text_is_put_in_the_working_folder(tmp_path: Path) -> None:
    async with bootstrap.open_session(None, [SOURCE], name="Fraud") as session:
        assert session.path == tmp_path / "fraud.threatmodel.yaml"
        assert session.path.exists()
        assert names(await heard(session.start())) == ["understood", "drawn", "question"]
    assert session.path.read_text() == text_of(session.model)


async def test_the_same_text_again_goes_on_with_its_model(tmp_path: Path) -> None:
    async with bootstrap.open_session(None, [SOURCE]) as session:
        await heard(session.start())
        await say(session, DontKnow())
    async with bootstrap.open_session(None, [SOURCE]) as again:
        assert again.path == session.path
        assert len(again.model.journal) == 1


async def test_another_system_of_the_same_name_gets_a_file_of_its_own(tmp_path: Path) -> None:
    same_name = OTHER.model_copy(update={"text": f"# Fraud scoring\n\n{OTHER.text}"})
    async with bootstrap.open_session(None, [SOURCE]) as first:
        pass
    async with bootstrap.open_session(None, [same_name]) as second:
        assert second.path.name == "fraud-scoring-2.threatmodel.yaml"
    assert FileStore().load(first.path).id != FileStore().load(second.path).id


async def test_a_file_of_another_model_is_not_begun_over(tmp_path: Path) -> None:
    path = tmp_path / "a.threatmodel.yaml"
    async with bootstrap.open_session(path, [SOURCE]):
        pass
    before = path.read_bytes()
    with pytest.raises(InputError, match="something else"):
        async with bootstrap.open_session(path, [OTHER]):
            pass
    assert path.read_bytes() == before


async def test_a_session_needs_a_file_or_a_text(tmp_path: Path) -> None:
    for path in (None, tmp_path / "missing.threatmodel.yaml", tmp_path / "no" / "folder.yaml"):
        with pytest.raises(InputError):
            async with bootstrap.open_session(path):
                pass


async def test_opening_and_closing_without_a_word_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.threatmodel.yaml"
    async with bootstrap.open_session(path, [SOURCE]) as session:
        await heard(session.start())
    before = path.read_bytes()
    async with bootstrap.open_session(path) as session:
        await heard(session.start())
    assert path.read_bytes() == before


async def test_a_file_changed_under_a_session_is_told_and_neither_version_is_lost(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.threatmodel.yaml"
    async with bootstrap.open_session(path, [SOURCE]) as session:
        await heard(session.start())
        path.write_text(path.read_text().replace("name: Fraud", "name: Freud", 1))
        theirs = path.read_bytes()
        await say(session, DontKnow(), Stop())
        events = await say(session, Stop())
        warnings = [event for event in events if isinstance(event, Warned)]
        assert "changed by something else" in warnings[0].problem
    assert path.read_bytes() == theirs
    aside = tmp_path / "a.threatmodel.conflict-1.yaml"
    assert len(FileStore().load(aside).journal) == 1


async def test_what_was_left_beside_the_file_is_in_the_model(tmp_path: Path) -> None:
    path = tmp_path / "a.threatmodel.yaml"
    async with bootstrap.open_session(path, [SOURCE]):
        pass
    FileStore().append(Told(n=1, text="There is also a Redis cache."), path)
    async with bootstrap.open_session(path) as session:
        await heard(session.start())
        assert "redis" in session.model.system.elements
    assert not journal_path(path).exists()


async def test_the_author_comes_from_the_settings_unless_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("THREATWRIGHT_AUTHOR", "Ana")
    for by, expected in (("", "Ana"), ("Ben", "Ben")):
        async with bootstrap.open_session(None, [SOURCE], by=by) as session:
            await heard(session.start())
            await say(session, DontKnow())
            assert session.model.journal[-1].by == expected
            assert session.model.journal[-1].at


async def test_the_depth_comes_from_the_settings_unless_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "threatwright.toml").write_text('depth = "quick"')
    for named, expected in ((None, Depth.QUICK), (Depth.THOROUGH, Depth.THOROUGH)):
        async with bootstrap.open_session(None, [SOURCE], depth=named) as session:
            await heard(session.start())
            assert session.progress is not None
            assert session.progress.depth is expected


async def test_whoever_shows_the_drawing_gets_it_first_as_a_picture(tmp_path: Path) -> None:
    async with bootstrap.open_session(None, [SOURCE], shows_drawing=True) as session:
        events = await heard(session.start())
        assert isinstance(events[1], Drawn)
        assert events[1].diagram.startswith("╭─ ")
        assert session.question is not None
        assert session.question.id == CONFIRMED
