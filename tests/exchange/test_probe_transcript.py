"""A trial as people read it: who said what, whatever the endpoint's shape and manners."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from threatwright.exchange.probes.transcript import LONGEST, Message, messages
from threatwright.model.probe_evidence import Exchange, TrialRecord

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def exchange(body: object, answered: object = "", **more: Any) -> Exchange:
    """A request and what came back; what is no text is written as JSON."""

    def written(of: object) -> str:
        return of if isinstance(of, str) else json.dumps(of)

    return Exchange(
        **{
            "side": "target",
            "n": 1,
            "at": AT,
            "method": "POST",
            "url": "http://127.0.0.1:8900/chat/completions",
            "body": written(body),
            "sha256": "a" * 64,
            "status": 200,
            "answered": written(answered),
            **more,
        }
    )


def read(*exchanges: Exchange, tool_calls: tuple[str, ...] = ()) -> list[Message]:
    record = TrialRecord(
        id="r1",
        trial="p/p00/0",
        probe="p",
        payload="p00",
        scorer="nonce",
        outcome="miss",
        tool_calls=tool_calls,
        exchanges=exchanges,
    )
    return [*messages(record)]


def user(text: object) -> dict[str, object]:
    return {"role": "user", "content": text}


def assistant(text: object) -> dict[str, object]:
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}


def test_a_chat_is_told_by_its_roles() -> None:
    asked = {"model": "m", "messages": [{"role": "system", "content": "Be brief."}, user("Hello")]}
    assert read(exchange(asked, assistant("Hi."))) == [
        ("system", "Be brief."),
        ("user", "Hello"),
        ("assistant", "Hi."),
    ]


def test_of_a_history_that_is_sent_again_only_the_new_part_is_told() -> None:
    first = {"messages": [user("One")]}
    answer = {"role": "assistant", "content": "1"}
    second = {"messages": [user("One"), answer, user("Two")]}
    found = read(exchange(first, assistant("1")), exchange(second, assistant("2"), n=2))
    assert [text for _, text in found] == ["One", "1", "Two", "2"]


def test_a_conversation_that_begins_anew_is_told_whole() -> None:
    found = read(
        exchange({"messages": [user("Plant this")]}, assistant("Noted.")),
        exchange({"messages": [user("Now ask")]}, assistant("Here."), n=2),
    )
    assert [text for _, text in found] == ["Plant this", "Noted.", "Now ask", "Here."]


def test_a_body_of_another_shape_is_told_as_it_is() -> None:
    assert read(exchange('{"q": "Hello"}', "plain words")) == [
        ("target", '{"q": "Hello"}'),
        ("assistant", "plain words"),
    ]


@pytest.mark.parametrize(
    "body", ["not json", "[]", "null", '{"messages": "x"}', '{"messages": ["x", 1]}']
)
def test_no_body_is_too_odd_to_be_told(body: str) -> None:
    told = read(exchange(body, "{}"))
    assert told[-1] == ("assistant", "{}")


@pytest.mark.parametrize(
    "answered", [{"choices": []}, {"choices": ["x"]}, {"choices": [{"message": "x"}]}, [1], "{"]
)
def test_an_answer_of_another_shape_is_told_as_it_is(answered: object) -> None:
    told = read(exchange({"messages": [user("Hello")]}, answered))
    assert told[-1].text == (answered if isinstance(answered, str) else json.dumps(answered))


def test_content_that_is_empty_or_in_parts_is_told() -> None:
    parts = [{"type": "text", "text": "für dich"}]
    told = read(exchange({"messages": [user(None), user(parts)]}, assistant(None)))
    assert [text for _, text in told] == ["", '[{"type": "text", "text": "für dich"}]', ""]


def test_a_refusal_by_status_is_told_with_it() -> None:
    told = read(exchange("{}", '{"error": "blocked"}', status=403))
    assert told[-1] == ("HTTP 403", '{"error": "blocked"}')


def test_where_nothing_came_back_the_reason_stands_in_its_place() -> None:
    told = read(exchange("{}", status=None, error="connection refused"))
    assert told[-1] == ("no answer", "connection refused")


def test_calls_at_the_tool_sink_come_last() -> None:
    assert read(exchange("{}", "ok"), tool_calls=("GET /n0nce",))[-1] == ("tool sink", "GET /n0nce")


def test_a_message_beyond_measure_is_cut_and_says_by_how_much() -> None:
    told = read(exchange("{}", "x" * (LONGEST + 5)))
    assert told[-1].text == "x" * LONGEST + "… (5 more)"


def test_a_trial_without_an_exchange_has_nothing_to_tell() -> None:
    assert read() == []
