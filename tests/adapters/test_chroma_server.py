"""Collections on a Chroma server, which each test starts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, create_server
from time import sleep

import pytest

from tests.adapters.shelf import ids, knowledge, shipped
from threatwright.adapters.knowledge_chroma import open_index
from threatwright.errors import InputError, KnowledgeError
from threatwright.model.catalogue import ListName


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
    whole = open_index(shipped(), tmp_path / "local")
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
