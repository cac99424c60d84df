"""Vectors of an endpoint, and what its failures are told as."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from socket import create_server

import numpy as np
import pytest

from tests import openai_server as oa
from tests.openai_server import OpenAiServer, Reply, embeddings, openai_server
from threatwright.adapters.embeddings_openai import BATCH, Endpoint
from threatwright.adapters.openai_client import DEFAULT_URL, connect
from threatwright.errors import InputError, LanguageModelError, ThreatwrightError


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server() as running:
        yield running


def endpoint(server: OpenAiServer, key: str | None = None, timeout: float = 5) -> Endpoint:
    return Endpoint("embedder", server.base_url, key, timeout)


def failing(server: OpenAiServer, *replies: Reply, **how: float) -> ThreatwrightError:
    server.next(*replies)
    with pytest.raises(LanguageModelError) as raised:
        list(endpoint(server, **how).vectors(["one", "two"]))  # type: ignore[arg-type]
    return raised.value


# --- what is asked and taken ------------------------------------------------------------------


def test_each_text_has_a_vector_of_length_one_in_its_place(server: OpenAiServer) -> None:
    one, two, again = endpoint(server).vectors(["poison", "pickle files", "poison"])
    assert np.linalg.norm([one, two, again], axis=1) == pytest.approx(1)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, two)


def test_many_texts_are_asked_for_in_batches(server: OpenAiServer) -> None:
    texts = [f"text {number}" for number in range(2 * BATCH + 1)]
    assert len(list(endpoint(server).vectors(texts))) == len(texts)
    assert [len(request.body["input"]) for request in server.requests] == [BATCH, BATCH, 1]
    assert {request.body["model"] for request in server.requests} == {"embedder"}


def test_vectors_are_put_in_order_by_their_index(server: OpenAiServer) -> None:
    data = [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 0]}]
    server.next(Reply({"data": data}))
    assert [v.tolist() for v in endpoint(server).vectors(["a", "b"])] == [[1, 0], [0, 1]]


def test_nothing_is_sent_for_no_texts(server: OpenAiServer) -> None:
    assert list(endpoint(server).vectors([])) == []
    assert server.requests == []


def test_a_text_with_a_lone_surrogate_can_be_sent(server: OpenAiServer) -> None:
    assert len(list(endpoint(server).vectors(["broken \udcff text"]))) == 1


# --- what goes along --------------------------------------------------------------------------


def test_the_key_goes_along_and_nothing_that_the_environment_holds(
    server: OpenAiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of another")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "of another")
    monkeypatch.setenv("OPENAI_ORG_ID", "of another")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "of another")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://another.invalid")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer of another")
    list(endpoint(server, key="ours").vectors(["text"]))
    list(endpoint(server).vectors(["text"]))
    first, second = (request.headers for request in server.requests)
    assert first["authorization"] == "Bearer ours"
    assert "authorization" not in second
    assert not [value for value in (*first.values(), *second.values()) if "another" in value]


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(Endpoint("m", "http://127.0.0.1", "secret"))


def test_a_redirect_is_not_followed(server: OpenAiServer) -> None:
    with openai_server() as other:
        away = Reply(status=307, headers={"Location": f"{other.base_url}/embeddings"})
        assert "307" in failing(server, away).problem
        assert other.requests == []


def test_the_connection_is_closed_at_the_end_and_after_a_failure(server: OpenAiServer) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        list(endpoint(server).vectors(["text"]))
        failing(server, oa.BROKEN)
        gc.collect()


def test_without_a_base_url_it_is_openai_that_is_asked() -> None:
    with connect(None, "key", 1) as client:
        assert str(client.base_url).rstrip("/") == DEFAULT_URL
    assert Endpoint("m").origin == "openai"


@pytest.mark.parametrize("url", ["localhost:11434", "file:///x", "http://", "http://["])
def test_a_base_url_is_one_of_http(url: str) -> None:
    with pytest.raises(InputError, match="is not the address of an endpoint"):
        list(Endpoint("m", url).vectors(["text"]))


def test_a_base_url_holds_no_password_and_none_is_shown() -> None:
    with pytest.raises(InputError, match="has a name or password in it") as raised:
        list(Endpoint("m", "http://me:hidden@host/v1").vectors(["text"]))
    assert "hidden" not in raised.value.problem


# --- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "problem", "fix"),
    [
        (oa.TOO_MANY, "Rate limit reached", "after 7 s"),
        (oa.error(429, "Quota"), "Quota", "later"),
        (oa.BROKEN, "500: Something broke", "later"),
        (oa.NO_KEY, "refused the key", "THREATWRIGHT_LLM_API_KEY"),
        (oa.NO_MODEL, "404: The model does not exist", "name of the model"),
        (oa.CUT_SHORT, "not a list of embeddings", "THREATWRIGHT_EMBEDDING_MODEL"),
        (oa.EMPTY, "not a list of embeddings", "THREATWRIGHT_EMBEDDING_MODEL"),
        (oa.NOT_JSON, "not a list of embeddings", "THREATWRIGHT_EMBEDDING_MODEL"),
        (oa.DROPPED, "cannot be reached", "Start it"),
        (embeddings([]), "0 embeddings for 2 texts", "THREATWRIGHT_EMBEDDING_MODEL"),
        (embeddings([[1.0]]), "1 embeddings for 2 texts", "THREATWRIGHT_EMBEDDING_MODEL"),
        (embeddings([[1, 0], [1, 0, 0]]), "not of one length", "THREATWRIGHT_EMBEDDING_MODEL"),
        (embeddings([[], []]), "empty or all zeros", "THREATWRIGHT_EMBEDDING_MODEL"),
        (embeddings([[0, 0], [1, 0]]), "empty or all zeros", "THREATWRIGHT_EMBEDDING_MODEL"),
        (embeddings([[float("nan")], [1]]), "not a list", "THREATWRIGHT_EMBEDDING_MODEL"),
        (embeddings([[float("inf")], [1]]), "not a list", "THREATWRIGHT_EMBEDDING_MODEL"),
    ],
)
def test_a_failure_says_what_is_wrong_and_what_to_do(
    server: OpenAiServer, reply: Reply, problem: str, fix: str
) -> None:
    told = failing(server, reply)
    assert problem in told.problem
    assert fix in told.fix
    assert told.exit_code == 3
    assert len(server.requests) == 1  # it is not tried again


def test_batches_of_different_dimensions_are_refused(server: OpenAiServer) -> None:
    server.next(embeddings([[1.0, 0.0]] * BATCH), embeddings([[1.0]]))
    with pytest.raises(LanguageModelError, match="not of one length"):
        list(endpoint(server).vectors(["text"] * (BATCH + 1)))


def test_an_endpoint_that_stays_silent_is_left(server: OpenAiServer) -> None:
    assert "did not answer in time" in failing(server, oa.slow(30), timeout=0.2).problem


def test_an_endpoint_that_is_not_there_is_named() -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    with pytest.raises(LanguageModelError, match=url) as raised:
        list(Endpoint("m", url).vectors(["text"]))
    assert "Start it" in raised.value.fix


def test_a_key_that_an_endpoint_repeats_is_not_shown(server: OpenAiServer) -> None:
    server.next(oa.error(401, "hunter-two is not a valid key, nor is sk-abcdefghijklmnop"))
    with pytest.raises(LanguageModelError) as raised:
        list(endpoint(server, key="hunter-two").vectors(["text"]))
    assert "hunter-two" not in raised.value.problem
    assert "sk-abc" not in raised.value.problem


def test_what_an_endpoint_says_is_cut_to_a_line(server: OpenAiServer) -> None:
    assert len(failing(server, oa.error(500, "x" * 100_000)).problem) < 400
