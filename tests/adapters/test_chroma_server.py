"""Collections on a Chroma server, which each test starts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, create_server
from time import sleep

import pytest

from tests.adapters.shelf import ids, knowledge, shipped
from tests.openai_server import OpenAiServer, openai_server
from threatwright.adapters.chroma import on_server
from threatwright.adapters.knowledge_chroma import open_index
from threatwright.adapters.retrieval import Retrieval
from threatwright.adapters.semantic import FusedIndex
from threatwright.config import Settings
from threatwright.engine.search.corpus import shipped_procedures
from threatwright.errors import InputError, KnowledgeError, ThreatwrightError
from threatwright.model.catalogue import ListName
from threatwright.ports import Hit


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
def test_a_server_answers_as_the_local_index_does(tmp_path: Path) -> None:
    lines = shipped_procedures(shipped())
    whole = open_index(shipped(), tmp_path / "local", procedures=lines)
    with chroma_server(tmp_path / "server") as url:
        for address in (url, f"{url}/"):
            remote = open_index(shipped(), tmp_path / "cache", address, procedures=lines)
            for query in ("poisoned labels", "stolen weights"):
                assert same(remote.search(query), whole.search(query))
                filtered = remote.search(query, tactic="Impact", lists=[ListName.ATLAS])
                expected = whole.search(query, tactic="Impact", lists=[ListName.ATLAS])
                assert same(filtered, expected)
        assert not (tmp_path / "cache").exists()


@pytest.mark.slow
def test_an_index_half_written_to_a_server_is_completed(tmp_path: Path) -> None:
    with chroma_server(tmp_path / "server") as url:
        first = open_index(knowledge(), tmp_path, url)
        open_index(knowledge("of a colleague"), tmp_path, url)
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


def retrieval(folder: Path, url: str, endpoint: OpenAiServer) -> Retrieval:
    settings = Settings(
        home=folder, chroma_url=url, llm_base_url=endpoint.base_url, embedding_model="m"
    )
    return Retrieval(knowledge(), folder, settings)


@pytest.mark.slow
def test_what_one_built_on_a_server_others_use(tmp_path: Path) -> None:
    with chroma_server(tmp_path / "server") as url, openai_server() as endpoint:
        retrieval(tmp_path / "one", url, endpoint).build_semantic(lambda *_: None)
        asked = len(endpoint.requests)
        complaints: list[ThreatwrightError] = []
        index = retrieval(tmp_path / "another", url, endpoint).entries(True, complaints.append)
        assert ids(index, "zebra crossing")  # words would find nothing
        assert complaints == []
        assert len(endpoint.requests) > asked
        assert not (tmp_path / "one").exists()


@pytest.mark.slow
def test_a_semantic_collection_half_written_to_a_server_is_not_used_but_completed(
    tmp_path: Path,
) -> None:
    with chroma_server(tmp_path / "server") as url, openai_server() as endpoint:
        opened = retrieval(tmp_path, url, endpoint)
        opened.build_semantic(lambda *_: None)
        (name,) = [c.name for c in on_server(url).list_collections() if "semantic" in c.name]
        on_server(url).get_collection(name, embedding_function=None).delete(["cwe/4.18/CWE-502"])
        complaints: list[ThreatwrightError] = []
        opened.entries(True, complaints.append)
        assert "no semantic index" in complaints.pop().problem
        opened.build_semantic(lambda *_: None)
        assert isinstance(opened.entries(True, complaints.append), FusedIndex)
        assert complaints == []


def test_offline_no_server_is_asked(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, chroma_url=f"http://127.0.0.1:{free_port()}", offline=True)
    assert ids(Retrieval(knowledge(), tmp_path, settings).entries(), "pickle") == ["CWE-502"]


def same(found: Sequence[Hit], expected: Sequence[Hit]) -> bool:
    """Whether hits are the same but for the rounding of 32-bit numbers in their scores."""
    scores = pytest.approx([hit.score for hit in expected], abs=1e-4)
    return [hit.reference for hit in found] == [hit.reference for hit in expected] and [
        hit.score for hit in found
    ] == scores
