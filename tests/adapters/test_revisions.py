from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.adapters.repository import begun, committed, git
from tests.engine.family import KNOWLEDGE, after, calling, model_of, serving
from threatwright.adapters.revisions import Revision, put_into, revision_of
from threatwright.adapters.store_file import FileStore
from threatwright.engine.derive import derive
from threatwright.errors import InputError, MissingPathError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

PLATFORM = "platform.threatmodel.yaml"
TEAM = "team.threatmodel.yaml"
LIMITED = Answered(n=1, question="gateway.rate_limit", value="none")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a model in a folder of it; in the working tree it has gone on."""
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    begun(project)
    FileStore().save(model_of("Platform", serving()), project / "models" / PLATFORM)
    committed(project)
    store = FileStore()
    path = project / "models" / PLATFORM
    store.save(after(store.load(path), LIMITED), path)
    monkeypatch.chdir(project)
    return project


def at(tmp_path: Path, argument: str) -> ThreatModel:
    """The model that an argument names, read from a folder of its own."""
    named = revision_of(argument)
    assert named is not None
    target = tmp_path / "then"
    target.mkdir()
    return FileStore().load(put_into(target, named))


def test_a_file_is_read_as_it_was_and_not_as_it_is(folder: Path, tmp_path: Path) -> None:
    assert at(tmp_path, f"HEAD:models/{PLATFORM}").journal == ()
    assert FileStore().load(folder / "models" / PLATFORM).journal == (LIMITED,)


@pytest.mark.parametrize("path", [PLATFORM, f"./{PLATFORM}", f"models/{PLATFORM}"])
def test_a_path_is_seen_from_here_or_from_the_root(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(folder / "models")
    assert at(tmp_path, f"main:{path}").name == "Platform"


def test_an_absolute_path_leads_to_its_own_repository(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert at(tmp_path, f"HEAD:{folder / 'models' / PLATFORM}").name == "Platform"


def test_what_a_model_inherits_is_read_at_the_same_revision(folder: Path, tmp_path: Path) -> None:
    git(folder, "checkout", "--quiet", "models")
    store = FileStore()
    team = folder / "teams" / TEAM
    team.parent.mkdir()
    calls = store.inheriting(model_of("Team", calling()), [folder / "models" / PLATFORM], team)
    store.save(derive(calls, KNOWLEDGE), team)
    committed(folder)
    platform = folder / "models" / PLATFORM
    store.save(after(store.load(platform), LIMITED), platform)

    then = at(tmp_path, f"HEAD:teams/{TEAM}")
    fact = then.system.fact("platform/gateway", "rate_limit")
    assert fact is not None
    assert fact.value == "all"
    now = FileStore().load(team).system.fact("platform/gateway", "rate_limit")
    assert now is not None
    assert now.value != "all"


def test_a_model_does_not_lead_out_of_its_repository_then_either(
    folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.threatmodel.yaml"
    FileStore().save(model_of("Secret", serving()), outside)
    team = folder / TEAM
    FileStore().save(model_of("Team", serving()), team)
    text = team.read_text(encoding="utf-8")
    line = "inherits: [../secret.threatmodel.yaml]\n"
    team.write_text(text.replace("name: Team\n", f"name: Team\n{line}", 1), encoding="utf-8")
    committed(folder)
    with pytest.raises(InputError, match="outside of the project folder"):
        at(tmp_path, f"HEAD:{TEAM}")


def test_the_folder_counts_and_not_what_a_hook_says_of_its_repository(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.chdir(folder / "models")
    assert at(tmp_path, f"HEAD:{PLATFORM}").name == "Platform"


def test_a_file_that_the_revision_does_not_hold_is_told_apart(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match=r"the revision holds no file none\.yaml"):
        at(tmp_path, "HEAD:none.yaml")


@pytest.mark.parametrize("revision", ["nowhere", "-x", "--output=x", "HEAD~9", "$(id)", "\0"])
def test_a_revision_that_is_not_there_is_told_and_never_an_option(
    folder: Path, tmp_path: Path, revision: str
) -> None:
    with pytest.raises(InputError):
        at(tmp_path, f"{revision}:models/{PLATFORM}")
    assert {path.name for path in folder.iterdir()} == {".git", "models"}


def test_outside_of_a_repository_git_has_nothing_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="this is not in a git repository"):
        at(tmp_path, "HEAD:x.yaml")


def test_without_git_it_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="git could not be run") as error:
        at(tmp_path, f"HEAD:models/{PLATFORM}")
    assert error.value.fix.startswith("Install git")


@pytest.mark.parametrize(
    ("argument", "named"),
    [
        ("main:a/b.yaml", Revision("main", "a/b.yaml")),
        ("HEAD@{2026-01-01 10:00}:x.yaml", Revision("HEAD@{2026-01-01 10:00}", "x.yaml")),
        ("v1^{commit}:a:b.yaml", Revision("v1^{commit}", "a:b.yaml")),
        ("x.yaml", None),
        (":x.yaml", None),
        ("main:", None),
    ],
)
def test_a_revision_and_a_path_are_told_apart(argument: str, named: Revision | None) -> None:
    assert revision_of(argument) == named
