"""Search over the catalogues, with a real Chroma."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, create_server
from time import sleep

import numpy as np
import pytest
from chromadb.errors import ChromaError

from tests.adapters.shelf import ATLAS, knowledge, shipped
from threatwright.adapters.chroma_folder import KEPT
from threatwright.adapters.knowledge_chroma import ChromaIndex, open_index
from threatwright.engine.corpus import documents, searched
from threatwright.engine.tfidf import Vectoriser
from threatwright.errors import InputError, KnowledgeError
from threatwright.model.catalogue import ListName
from threatwright.model.terms import Stage
from threatwright.ports import KnowledgeIndex

ROOT = Path(__file__).parents[2]
PLACE = "from pathlib import Path; from tests.adapters.shelf import *; import sys; "
OPEN = "from threatwright.adapters.knowledge_chroma import open_index; "


def python(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Another process of ours."""
    return subprocess.Popen(
        [sys.executable, "-c", PLACE + code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def ids(index: KnowledgeIndex, query: str, **filters: object) -> list[str]:
    return [hit.reference.id for hit in index.search(query, **filters)]  # type: ignore[arg-type]


def folders(cache: Path) -> list[Path]:
    return sorted(cache.glob("index-*"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    return open_index(knowledge(), tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    """The index of all catalogues that we ship."""
    return open_index(shipped(), tmp_path_factory.mktemp("whole"))


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


# --- what is found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("poisoning of training data", "AML.T0020"),
        ("somebody flips a label", "AML.T0020"),
        ("an assistant reading web pages", "AML.T0051.001"),
        ("CWE-502", "CWE-502"),
        ("aml.t0024", "AML.T0024"),
    ],
)
def test_an_entry_is_found_by_name_example_description_and_id(
    index: KnowledgeIndex, query: str, found: str
) -> None:
    assert ids(index, query)[0] == found


def test_the_best_hit_comes_first_and_scores_are_similarities(index: KnowledgeIndex) -> None:
    scores = [hit.score for hit in index.search("poisoned training data")]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_a_document_is_as_similar_to_itself_as_can_be(index: KnowledgeIndex) -> None:
    assert index.search(documents(knowledge())[0])[0].score == pytest.approx(1, abs=1e-5)


def test_a_hit_is_a_whole_reference_with_a_text_to_show(index: KnowledgeIndex) -> None:
    hit = index.search("label flipping", 1)[0]
    assert hit.reference.model_dump(mode="json") == {
        "list": "atlas",
        "edition": "2026.09",
        "id": "AML.T0020",
        "name": "Training Data Poisoning",
    }
    assert hit.text == "Wrong records are put into a training set."


def test_editions_of_one_list_are_kept_apart(index: KnowledgeIndex) -> None:
    hits = index.search("orders hidden in text", lists=[ListName.OWASP_LLM])
    assert sorted(hit.reference.edition for hit in hits) == ["2025", "2026"]


def test_no_more_than_k_are_returned(index: KnowledgeIndex) -> None:
    assert len(index.search("data", 2)) == 2


def test_k_may_be_more_than_there_is(index: KnowledgeIndex) -> None:
    hits = index.search("model orders data records text pickle", 10_000)
    assert len(hits) == len(searched(knowledge()))


@pytest.mark.parametrize("k", [0, -1])
def test_none_asked_for_is_none_found(index: KnowledgeIndex, k: int) -> None:
    assert not index.search("data", k)


def test_an_entry_that_shares_no_word_is_not_found(index: KnowledgeIndex) -> None:
    assert ids(index, "pickle") == ["CWE-502"]


@pytest.mark.parametrize("query", ["", "  \n", "what is the", "zebra crossing", "\x00\x1b\udcff"])
def test_a_query_without_a_known_word_finds_nothing(index: KnowledgeIndex, query: str) -> None:
    assert not index.search(query)


def test_control_characters_in_a_query_do_no_harm(index: KnowledgeIndex) -> None:
    assert ids(index, "\x00pickle\x1b[0m files\udcff") == ids(index, "pickle files")


def test_a_query_of_a_hundred_kilobytes_is_answered(index: KnowledgeIndex) -> None:
    assert ids(index, "zebra poison " * 8000)[0] in {"AML.T0020", "AML.M0007"}
    assert ids(index, "z" * 100_000 + " pickle") == ["CWE-502"]


# --- filters ----------------------------------------------------------------------------------


def test_lists_narrow_a_search(index: KnowledgeIndex) -> None:
    everything = "injection untrusted data"
    assert set(ids(index, everything, lists=[ListName.CWE])) == {"CWE-502"}
    both = ids(index, everything, lists=[ListName.CWE, ListName.OWASP_LLM])
    assert set(both) == {"CWE-502", "LLM01"}


@pytest.mark.parametrize("tactic", ["AML.TA0006", "aml.ta0006", "Persistence", "persistence"])
def test_a_tactic_narrows_a_search_by_its_id_or_name(index: KnowledgeIndex, tactic: str) -> None:
    assert set(ids(index, "data model text", tactic=tactic)) == {"AML.T0020", "AML.T0024"}


def test_a_technique_is_found_under_each_of_its_tactics(index: KnowledgeIndex) -> None:
    assert "AML.T0024" in ids(index, "queries", tactic="Exfiltration")


def test_nothing_is_found_under_an_unknown_tactic(index: KnowledgeIndex) -> None:
    assert not index.search("data", tactic="Bribery")


def test_a_stage_narrows_a_search_to_what_is_known_to_belong_there(index: KnowledgeIndex) -> None:
    found = ids(index, "model orders data text pickle", stage=Stage.OPERATION)
    assert set(found) == {"AML.T0051", "AML.T0051.001", "LLM01"}


def test_filters_hold_together(index: KnowledgeIndex) -> None:
    found = ids(
        index,
        "model orders data text",
        lists=[ListName.ATLAS],
        tactic="Execution",
        stage=Stage.OPERATION,
    )
    assert set(found) == {"AML.T0051", "AML.T0051.001"}


def test_a_filter_leaves_k_hits_where_there_are_as_many(whole: KnowledgeIndex) -> None:
    hits = whole.search("model", 10, lists=[ListName.ATLAS], tactic="Discovery")
    assert len(hits) == 10


# --- all catalogues ---------------------------------------------------------------------------


def test_nearly_every_technique_is_found_by_its_own_name(whole: KnowledgeIndex) -> None:
    techniques = [e for e in shipped().entries.values() if e.type == "technique"]
    missed = [e.name for e in techniques if e.id not in ids(whole, e.name, lists=[e.list])[:3]]
    # A name such as “AI Agent” is part of the names of many others.
    assert len(missed) <= 5, missed


def test_the_graph_finds_what_an_exact_search_finds(whole: KnowledgeIndex) -> None:
    texts = documents(shipped())
    vectoriser = Vectoriser.fitted(texts)
    matrix = np.stack([vectoriser.vector(text) for text in texts])
    for entry in list(shipped().entries.values())[::10]:
        exact = sorted(-(matrix @ vectoriser.vector(entry.description)))[:10]
        found = [hit.score for hit in whole.search(entry.description, 10)]
        assert found == pytest.approx([-score for score in exact if score < 0], abs=1e-4)


# --- on disk ----------------------------------------------------------------------------------


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
    assert isinstance(index, ChromaIndex)
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


# --- nothing leaves the machine ---------------------------------------------------------------

WATCHED = """
def watch(event, arguments):
    if event in {'socket.connect', 'socket.getaddrinfo', 'socket.sendto'}:
        raise RuntimeError(f'{event} {arguments}')
sys.addaudithook(watch)
"""
SOCKETS = """
links = [p.readlink().name for p in Path('/proc/self/fd').glob('*') if p.is_symlink()]
own = {link[8:-1] for link in links if link.startswith('socket:[')}
nets = [Path('/proc/self/net') / net for net in ('tcp', 'tcp6', 'udp', 'udp6')]
rows = [row.split() for net in nets if net.exists() for row in net.read_text().splitlines()[1:]]
print(len([row for row in rows if row[9] in own]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("cache", ["home/cache", "file/cache"])
def test_opening_and_searching_reaches_no_network(tmp_path: Path, cache: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "file").touch()
    search = f"{OPEN}assert open_index(knowledge(), Path(sys.argv[1])).search('data')\n"
    process = python(WATCHED + search + SOCKETS, tmp_path / cache, HOME=str(home))
    assert output(process) == "0"
    assert {path.name for path in home.iterdir()} <= {"cache"}


@pytest.mark.slow
def test_telemetry_is_off_and_no_model_runtime_is_loaded(tmp_path: Path) -> None:
    code = OPEN + (
        "import os; index = open_index(knowledge(), Path(sys.argv[1])); index.search('data'); "
        "print(os.environ['ORT_DISABLE_TELEMETRY'], os.environ['ANONYMIZED_TELEMETRY'], "
        "'onnxruntime' in sys.modules)"
    )
    process = python(code, tmp_path, ANONYMIZED_TELEMETRY="True")
    assert output(process) == "1 False False"


def test_the_folder_it_runs_in_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MIGRATIONS=none\nANONYMIZED_TELEMETRY=True\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHROMA_API_IMPL", "chromadb.api.fastapi.FastAPI")
    assert ids(open_index(knowledge(), tmp_path / "cache"), "pickle") == ["CWE-502"]


# --- on a server ------------------------------------------------------------------------------


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    port = free_port()
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder, "--port", port]
    process = subprocess.Popen(
        [*map(str, command), "--host", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_server_answers_as_the_local_index_does(tmp_path: Path, whole: KnowledgeIndex) -> None:
    with chroma_server(tmp_path / "server") as url:
        for address in (url, f"{url}/"):
            remote = open_index(shipped(), tmp_path / "cache", address)
            for query in ("poisoned labels", "stolen weights"):
                assert remote.search(query) == whole.search(query)
                filtered = remote.search(query, tactic="Impact", lists=[ListName.ATLAS])
                assert filtered == whole.search(query, tactic="Impact", lists=[ListName.ATLAS])
        assert not (tmp_path / "cache").exists()


@pytest.mark.slow
def test_an_index_half_written_to_a_server_is_completed(tmp_path: Path) -> None:
    with chroma_server(tmp_path / "server") as url:
        first = open_index(knowledge(), tmp_path, url)
        open_index(knowledge("of a colleague"), tmp_path, url)
        assert isinstance(first, ChromaIndex)
        first.words.held.collection.delete(ids=["cwe/4.18/CWE-502"])
        assert not first.search("pickle")
        assert ids(open_index(knowledge(), tmp_path, url), "pickle") == ["CWE-502"]


@pytest.mark.slow
def test_a_server_that_goes_away_is_an_error_that_names_it(tmp_path: Path) -> None:
    with chroma_server(tmp_path / "server") as url:
        index = open_index(knowledge(), tmp_path, url)
    with pytest.raises(KnowledgeError, match=url):
        index.search("data")


def test_a_server_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(KnowledgeError, match=url) as raised:
        open_index(knowledge(), tmp_path, url)
    assert "search locally" in raised.value.fix


@pytest.mark.parametrize("url", ["localhost:8000", "file:///etc/passwd", "ftp://host"])
def test_a_server_is_given_by_an_http_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="Chroma server"):
        open_index(knowledge(), tmp_path, url)
