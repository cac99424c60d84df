"""Replies that arrive a piece at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.adapters.trial import opened, prompt, until
from tests.openai_server import OpenAiServer, openai_server
from threatwright.adapters.llm_openai import OpenAiLlm
from threatwright.errors import LanguageModelError

TEXT = "An outsider can poison the feedback that the model learns from."


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server(chat=lambda _: TEXT) as running:
        yield running


async def told(llm: OpenAiLlm) -> list[str]:
    return [piece async for piece in llm.tell(prompt())]


async def half_told(llm: OpenAiLlm) -> tuple[str, LanguageModelError]:
    """What was told until it failed, and why it did."""
    pieces: list[str] = []

    async def listen() -> None:
        async for piece in llm.tell(prompt()):
            pieces.append(piece)

    with pytest.raises(LanguageModelError) as raised:
        await listen()
    return "".join(pieces), raised.value


async def test_text_arrives_in_pieces(server: OpenAiServer, tmp_path: Path) -> None:
    async with opened(server, tmp_path) as llm:
        pieces = await told(llm)
        assert (llm.usage.calls, llm.usage.uncounted) == (1, 0)
        assert llm.usage.completion_tokens == len(TEXT) // 4
    assert "".join(pieces) == TEXT
    assert len(pieces) > 3
    (request,) = server.chats
    assert request.body["stream"] is True
    assert request.body["stream_options"] == {"include_usage": True}
    assert "response_format" not in request.body


async def test_the_first_piece_is_there_before_the_last(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(chat.in_pieces(0.1))
    async with opened(server, tmp_path) as llm:
        start = time.monotonic()
        pieces = llm.tell(prompt())
        await anext(pieces)
        first = time.monotonic() - start
        assert "".join([piece async for piece in pieces])
        assert first < (time.monotonic() - start) / 2


async def test_an_endpoint_that_cannot_count_a_stream_is_not_asked_to(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.refuses = frozenset({"stream_options"})
    async with opened(server, tmp_path) as llm:
        assert "".join(await told(llm)) == TEXT
        assert "".join(await told(llm)) == TEXT
        assert (llm.usage.calls, llm.usage.failed, llm.usage.uncounted) == (3, 1, 2)


@pytest.mark.parametrize("fault", [oa.TOO_MANY, oa.BROKEN, chat.DROPPED_CONNECTION])
async def test_it_is_asked_again_as_long_as_nothing_was_told(
    server: OpenAiServer, tmp_path: Path, fault: oa.Reply
) -> None:
    server.next(fault)
    async with opened(server, tmp_path) as llm:
        assert "".join(await told(llm)) == TEXT


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (chat.breaking_off, "the reply broke off before its end"),
        (chat.too_long, "reached the limit of its length"),
        (chat.filtered, "was stopped by the endpoint's content filter"),
    ],
)
async def test_a_text_without_its_end_is_a_failure_after_what_was_told(
    server: OpenAiServer, tmp_path: Path, fault: chat.Fault, words: str
) -> None:
    server.next(fault)
    async with opened(server, tmp_path) as llm:
        text, failure = await half_told(llm)
        assert llm.usage.calls == 1
    assert text
    assert TEXT.startswith(text)
    assert words in failure.problem


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (chat.refused, "strong refused to answer: I cannot help with that."),
        (chat.empty_content, "strong sent an empty reply"),
        (oa.NO_MODEL, "404: The model does not exist"),
        (oa.NO_KEY, "refused the key"),
    ],
)
async def test_a_text_that_never_begins_is_a_failure_that_says_so(
    server: OpenAiServer, tmp_path: Path, fault: oa.Reply | chat.Fault, words: str
) -> None:
    server.next(fault)
    async with opened(server, tmp_path) as llm:
        assert words in (await half_told(llm))[1].problem
    assert len(server.chats) == 1


async def test_an_error_in_the_middle_of_a_stream_is_told(
    server: OpenAiServer, tmp_path: Path
) -> None:
    pieces = (
        b'data: {"choices": [{"index": 0, "delta": {"content": "An"}}]}\n\n',
        b'data: {"error": {"message": "Overloaded"}}\n\n',
    )
    server.next(oa.Reply(pieces=pieces, headers={"Content-Type": "text/event-stream"}))
    async with opened(server, tmp_path) as llm:
        text, failure = await half_told(llm)
    assert text == "An"
    assert "Overloaded" in failure.problem


async def test_a_stream_that_falls_silent_is_left(server: OpenAiServer, tmp_path: Path) -> None:
    begun = b'data: {"choices": [{"index": 0, "delta": {"content": "An"}}]}\n\n'
    server.next(oa.Reply(pieces=(begun, begun), between=30))
    async with opened(server, tmp_path, llm_timeout=0.2) as llm:
        assert "did not answer in time" in (await half_told(llm))[1].problem


async def test_whoever_stops_listening_ends_the_request(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(chat.in_pieces(0.05))
    async with opened(server, tmp_path, llm_concurrency=1) as llm:
        pieces = llm.tell(prompt())
        await anext(pieces)
        await pieces.aclose()
        await until(lambda: server.left == 1)
        assert "".join(await told(llm)) == TEXT  # the turn was given back


async def test_telling_is_cancelled_at_once(server: OpenAiServer, tmp_path: Path) -> None:
    server.next(chat.in_pieces(30))
    async with opened(server, tmp_path, llm_concurrency=1) as llm:
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told(llm), 0.3)
        assert time.monotonic() - start < 15
        assert "".join(await told(llm)) == TEXT
    await until(lambda: server.left == 1)
