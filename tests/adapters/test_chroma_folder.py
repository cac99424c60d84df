"""Collections on disk: kept, damaged, and used by several processes at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from tests.adapters.processes import OPEN, output, python
from tests.adapters.shelf import ATLAS, ids, knowledge, shipped
from threatwright.adapters.chroma import ChromaError
from threatwright.adapters.chroma_folder import KEPT
from threatwright.adapters.knowledge_chroma import open_index
from threatwright.errors import KnowledgeError


def folders(cache: Path) -> list[Path]:
    return sorted(cache.glob("index-*"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache whose index another process built, so that this one has nothing of it open."""
    cache = tmp_path_factory.mktemp("elsewhere")
    output(python(OPEN + "open_index(shipped(), Path(sys.argv[1]))", cache))
    return cache


@pytest.fixture
def built(elsewhere: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(elsewhere, tmp_path / "cache")


def test_an_index_is_built_once(tmp_path: Path) -> None:
    first = ids(open_index(knowledge(), tmp_path), "data")
    before = folders(tmp_path)
    assert ids(open_index(knowledge(), tmp_path), "data") == first
    assert folders(tmp_path) == before


@pytest.mark.slow
def test_an_index_that_another_process_built_is_used(built: Path) -> None:
    before = folders(built)
    assert ids(open_index(shipped(), built), "membership inference")
    assert folders(built) == before


def test_changed_knowledge_gets_an_index_of_its_own(tmp_path: Path) -> None:
    assert not ids(open_index(knowledge("old", (ATLAS,)), tmp_path), "pickle")
    assert ids(open_index(knowledge("new"), tmp_path), "pickle")


def test_only_the_indexes_used_last_are_kept(tmp_path: Path) -> None:
    for turn in range(KEPT + 1):
        open_index(knowledge(f"turn {turn}"), tmp_path)
        sleep(0.01)  # so that their times differ on a coarse clock
        open_index(knowledge("in use"), tmp_path)
        sleep(0.01)
    kept = folders(tmp_path)
    open_index(knowledge("in use"), tmp_path)
    assert folders(tmp_path) == kept
    assert len(kept) == KEPT


@pytest.mark.slow
def test_a_half_built_index_is_not_used_and_goes_away(tmp_path: Path) -> None:
    kill = "import chromadb.api.models.Collection as c, os; c.Collection.upsert = lambda *_, **__: "
    process = python(
        OPEN + kill + "os._exit(9); open_index(knowledge(), Path(sys.argv[1]))", tmp_path
    )
    process.communicate(timeout=60)
    assert process.returncode == 9
    (half,) = folders(tmp_path)
    assert ids(open_index(knowledge(), tmp_path), "pickle") == ["CWE-502"]
    assert half not in folders(tmp_path)


def _overwritten(path: Path) -> None:
    path.write_bytes(b"\xa5" * path.stat().st_size)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("chroma.sqlite3", _overwritten),
        ("chroma.sqlite3", _cut_short),
        ("chroma.sqlite3", Path.unlink),
        ("*/data_level0.bin", _overwritten),
        ("*/data_level0.bin", Path.unlink),
        ("*/*.pickle", _cut_short),
        ("sealed.json", _cut_short),
    ],
)
def test_a_damaged_index_is_set_aside_and_built_again(
    built: Path, file: str, damage: Callable[[Path], None]
) -> None:
    (folder,) = folders(built)
    (path,) = folder.glob(file)
    damage(path)
    found = ids(open_index(shipped(), built), "membership inference")
    assert "AML.T0024.000" in found
    assert folder not in folders(built)
    assert (built / f"damaged-{folder.name}").is_dir()


@pytest.mark.slow
def test_only_the_last_damaged_index_is_kept(built: Path) -> None:
    (built / "damaged-index-old").mkdir()
    (folder,) = folders(built)
    _overwritten(folder / "chroma.sqlite3")
    open_index(shipped(), built)
    assert [path.name for path in built.glob("damaged-*")] == [f"damaged-{folder.name}"]


def test_an_index_that_fails_later_says_what_to_do(tmp_path: Path) -> None:
    index = open_index(knowledge("lost"), tmp_path)
    index.words.held.collection._client.delete_collection(index.words.held.collection.name)
    with pytest.raises(KnowledgeError, match=tmp_path.name) as raised:
        index.search("data")
    assert "delete" in raised.value.fix
    assert isinstance(raised.value.__cause__, ChromaError)


def test_a_cache_that_cannot_be_written_to_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    index = open_index(knowledge(), tmp_path / "file" / "cache")
    assert ids(index, "pickle") == ["CWE-502"]
    assert ids(index, "data", tactic="Persistence") == ["AML.T0020"]


def test_two_kinds_of_knowledge_can_be_in_memory_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    old = open_index(knowledge("old", (ATLAS,)), tmp_path / "file" / "cache")
    new = open_index(knowledge("new"), tmp_path / "file" / "cache")
    assert (ids(old, "pickle"), ids(new, "pickle")) == ([], ["CWE-502"])


# --- several processes ------------------------------------------------------------------------


@pytest.mark.slow
def test_processes_that_start_at_once_build_one_index(tmp_path: Path) -> None:
    code = OPEN + "print(open_index(shipped(), Path(sys.argv[1])).search('jailbreak')[0].reference)"
    processes = [python(code, tmp_path) for _ in range(4)]
    assert len({output(process) for process in processes}) == 1
    assert len(folders(tmp_path)) == 1


@pytest.mark.slow
def test_an_index_is_opened_while_another_process_searches_it(built: Path) -> None:
    busy = (
        "index = open_index(shipped(), Path(sys.argv[1])); print('open', flush=True)\n"
        "while not index.search('jailbreak') or True: index.search('poison', tactic='Impact')"
    )
    process = python(OPEN + busy, built)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        for _ in range(3):
            code = OPEN + "print(len(open_index(shipped(), Path(sys.argv[1])).search('model')))"
            assert output(python(code, built)) == "10"
        open_index(knowledge("another"), built)
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
