from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.talk import heard, say
from threatwright import bootstrap
from threatwright.adapters.store_file import FileStore
from threatwright.engine.derive import begin, derive
from threatwright.exchange.inherited import changed
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.said import Decide, Stop
from threatwright.model.terms import Status
from threatwright.workflow.events import Refused, Warned

PLATFORM = "# Platform\n\nA model registry and a feature store called Feast serve all teams."
GROWN = f"{PLATFORM} Engineers write features into Feast."
TEAM = (
    "# Team\n\nOur training job reads Feast and writes to the registry of the platform. Customers "
    "call our model."
)


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def _away_from_home(monkeypatch: pytest.MonkeyPatch, shared_home: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("THREATWRIGHT_HOME", str(shared_home))
    monkeypatch.chdir(tmp_path)


def begun(name: str, text: str) -> ThreatModel:
    source = Source(kind=SourceKind.PROSE, name=f"{name}.md", text=text)
    return begin(name, [source], bootstrap.knowledge())


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """The team's model, in a file beside the platform's."""
    platform, path = tmp_path / "platform.yaml", tmp_path / "team.threatmodel.yaml"
    FileStore().save(begun("Platform", PLATFORM), platform)
    store = FileStore()
    model = store.inheriting(begun("Team", TEAM), [platform], path)
    store.save(derive(model, bootstrap.knowledge()), path)
    return path


async def test_a_session_is_about_the_whole(team: Path) -> None:
    async with bootstrap.open_session(team) as session:
        await heard(session.start())
        assert "platform/model-registry" in session.model.system.elements
        assert session.question is not None
        assert not session.question.element.startswith("platform/")


async def test_a_platform_that_changed_is_told_and_then_taken_as_known(team: Path) -> None:
    platform = team.with_name("platform.yaml")
    platform.unlink()
    FileStore().save(begun("Platform", GROWN), platform)
    async with bootstrap.open_session(team) as session:
        warned = [e for e in await heard(session.start()) if isinstance(e, Warned)]
        assert "platform.yaml" in warned[0].problem
        assert "platform/engineer" in session.model.system.elements
    assert list(changed(FileStore().load(team))) == []


async def test_an_inherited_threat_is_not_decided_in_a_session(team: Path) -> None:
    async with bootstrap.open_session(team) as session:
        await heard(session.start())
        await say(session, Stop())
        theirs = next(t for t in session.model.threats if t.inherited)
        told = await say(session, Decide(threat=theirs.id, status=Status.REJECTED))
        (refused,) = [e for e in told if isinstance(e, Refused)]
        assert "inherited from platform.yaml, and cannot be decided here" in refused.problem
