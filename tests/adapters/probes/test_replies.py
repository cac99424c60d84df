"""What is read out of a body that came back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from threatwright.adapters.probes.replies import answer_of, at_path, identity, usage
from threatwright.engine.probes.answers import Answer
from threatwright.model.probe_evidence import Exchange
from threatwright.model.probe_request import OpenAiChat, RawHttp

CHAT = OpenAiChat(shape="openai-chat", model="m")
RAW = RawHttp(shape="http", path="/ask", body='{"q": "{PROMPT}"}', response="data.0.text")


def exchange(body: Any, status: int | None = 200, **more: Any) -> Exchange:
    text = body if isinstance(body, str) else json.dumps(body)
    return Exchange(
        side="target", n=1, at=datetime.now(UTC), method="POST", url="http://127.0.0.1:1/",
        body="", sha256="", status=status, answered=text, **more,
    )  # fmt: skip


def test_a_chat_completion_is_read_with_its_finish_reason() -> None:
    body = {"choices": [{"message": {"content": "hello"}, "finish_reason": "length"}]}

    assert answer_of(exchange(body), CHAT) == Answer("hello", 200, "length")


def test_a_refusal_in_its_own_field_is_what_was_said() -> None:
    body = {"choices": [{"message": {"content": None, "refusal": "I will not."}}]}

    assert answer_of(exchange(body), CHAT) == Answer("I will not.")


@pytest.mark.parametrize("body", ["", "<html>", "[]", {"choices": []}, {"choices": [1]}])
def test_what_is_no_chat_completion_is_told_as_that(body: Any) -> None:
    assert answer_of(exchange(body), CHAT) == "the answer is no chat completion"


def test_a_failure_is_an_answer_with_the_code_of_its_error() -> None:
    body = {"error": {"code": "content_filter", "message": "stopped"}}

    assert answer_of(exchange(body, 400), CHAT) == Answer(json.dumps(body), 400, "content_filter")


def test_where_nothing_came_back_it_is_said_why() -> None:
    assert answer_of(exchange("", None, error="no answer in time"), CHAT) == "no answer in time"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("data.0.text", "hi"),
        ("data.1", '["ü"]'),
        ("data.9.text", None),
        ("data.x", None),
        ("other", None),
        ("empty", None),
        (".", '{"data": [{"text": "hi"}, ["ü"]], "empty": null}'),
    ],
)
def test_an_answer_is_found_at_its_path(path: str, text: str | None) -> None:
    assert at_path('{"data": [{"text": "hi"}, ["ü"]], "empty": null}', path) == text


def test_an_answer_without_its_path_is_told() -> None:
    assert answer_of(exchange({"data": []}), RAW) == "the answer holds no data.0.text"


def test_tokens_are_read_in_both_spellings() -> None:
    assert usage('{"usage": {"prompt_tokens": 3, "completion_tokens": 4}}') == (3, 4)
    assert usage('{"usage": {"input_tokens": 5, "output_tokens": 6}}') == (5, 6)
    assert usage("no") == (None, None)


def test_deeply_nested_json_is_no_answer_and_no_crash() -> None:
    assert answer_of(exchange("[" * 100_000), CHAT) == "the answer is no chat completion"


def test_the_model_that_answered_is_named() -> None:
    body = {"choices": [{}], "model": "m-2", "system_fingerprint": "fp"}

    assert identity(json.dumps(body)) == ("m-2", "fp")
