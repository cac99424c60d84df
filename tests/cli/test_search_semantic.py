"""`search` by meaning: what is asked for on the command line, and what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import openai_server as oa
from tests.cli.conftest import CommandLine
from tests.openai_server import OpenAiServer, openai_server

pytestmark = pytest.mark.long


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server() as running:
        yield running


@pytest.fixture
def endpoint(server: OpenAiServer, monkeypatch: pytest.MonkeyPatch) -> OpenAiServer:
    """A server that the environment names, with a model."""
    monkeypatch.setenv("THREATWRIGHT_LLM_BASE_URL", server.base_url)
    monkeypatch.setenv("THREATWRIGHT_LLM_API_KEY", "made-up")
    monkeypatch.setenv("THREATWRIGHT_EMBEDDING_MODEL", "embedder")
    return server


def found(tw: CommandLine, *arguments: str) -> list[str]:
    shown = tw("search", *arguments, "--json")
    assert (shown.code, shown.err) == (0, "")
    return [hit["id"] for hit in json.loads(shown.out)]


def test_an_endpoint_that_is_set_up_is_not_asked_by_itself(
    tw: CommandLine, endpoint: OpenAiServer
) -> None:
    assert found(tw, "prompt injection")
    assert endpoint.requests == []


def test_it_is_built_once_and_used_where_it_is_asked_for(
    tw: CommandLine, endpoint: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = tw("search", "--build-semantic")
    assert (built.code, built.err) == (0, "")
    assert "embedder" in built.out
    assert "THREATWRIGHT_SEMANTIC=endpoint" in built.out
    assert {request.headers["authorization"] for request in endpoint.requests} == {"Bearer made-up"}
    asked = len(endpoint.requests)
    nobody_says_so = "xylophone zeppelin"
    assert found(tw, nobody_says_so) == []
    assert len(found(tw, nobody_says_so, "--semantic", "-k", "3")) == 3
    assert len(endpoint.requests) == asked + 1
    monkeypatch.setenv("THREATWRIGHT_SEMANTIC", "endpoint")
    assert len(found(tw, nobody_says_so, "-k", "3")) == 3
    assert found(tw, nobody_says_so, "--lexical") == []
    assert len(endpoint.requests) == asked + 2
    assert all(id_.startswith("CWE-") for id_ in found(tw, nobody_says_so, "-c", "cwe"))


def test_what_was_not_built_is_told_in_two_lines_and_words_do(
    tw: CommandLine, endpoint: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_EMBEDDING_MODEL", "another")
    shown = tw("search", "prompt injection", "--semantic", "--json")
    assert shown.code == 0
    assert json.loads(shown.out)
    assert shown.err.count("\n") == 2
    assert "`threatwright search --build-semantic` builds it." in shown.err


@pytest.mark.parametrize(("reply", "code"), [(oa.NO_KEY, 3), (oa.TOO_MANY, 3), (oa.BROKEN, 3)])
def test_a_build_that_fails_says_why(
    tw: CommandLine, endpoint: OpenAiServer, reply: oa.Reply, code: int
) -> None:
    endpoint.next(reply)
    told = tw("search", "--build-semantic")
    assert told.code == code
    assert endpoint.base_url in told.problem


def test_a_build_that_fails_before_a_search_does_not_stop_it(
    tw: CommandLine, endpoint: OpenAiServer
) -> None:
    endpoint.next(oa.BROKEN)
    shown = tw("search", "prompt injection", "--build-semantic", "-k", "1")
    assert shown.code == 0
    assert shown.err.count("\n") == 2
    assert len(shown.out.splitlines()) == 2


def test_offline_a_model_that_is_not_here_is_not_downloaded(
    tw: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("THREATWRIGHT_OFFLINE", "1")
    told = tw("search", "--build-semantic")
    assert told.code == 2
    assert told.problem == "The model all-MiniLM-L6-v2 is not on this machine, and offline is on."
