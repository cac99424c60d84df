"""What a language model is asked, what is taken from its replies, and what its failures are."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from socket import create_server

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.adapters.trial import (
    GOOD,
    SHORT,
    Findings,
    failing,
    findings,
    opened,
    prompt,
    until,
)
from tests.openai_chat import Faults
from tests.openai_server import OpenAiServer, Reply, openai_server
from threatwright.errors import InputError, LanguageModelError
from threatwright.model.endpoint import Patience
from threatwright.model.prompt import Tier

pytestmark = pytest.mark.long


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server(chat=findings) as running:
        yield running


EXPECTED = Findings.model_validate(GOOD)

# --- what is asked ----------------------------------------------------------------------------


async def test_a_reply_is_a_value_of_the_type(server: OpenAiServer, tmp_path: Path) -> None:
    async with opened(server, tmp_path) as llm:
        assert await llm.ask(prompt(), Findings) == EXPECTED
    (request,) = server.chats
    assert request.body["messages"] == [
        {"role": "system", "content": "Find things."},
        {"role": "user", "content": "A system."},
    ]
    assert request.body["temperature"] == 0
    assert "seed" not in request.body


async def test_what_is_set_goes_along(server: OpenAiServer, tmp_path: Path) -> None:
    async with opened(server, tmp_path, llm_temperature=0.4, llm_seed=7) as llm:
        await llm.ask(prompt(), Findings)
    assert (server.chats[0].body["temperature"], server.chats[0].body["seed"]) == (0.4, 7)


async def test_the_cheaper_model_is_asked_for_what_is_easier(
    server: OpenAiServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path, llm_fast_model="fast") as llm:
        await llm.ask(prompt(tier=Tier.FAST), Findings)
        await llm.ask(prompt(tier=Tier.STRONG), Findings)
        assert [llm.model(tier) for tier in Tier] == ["fast", "strong"]
    assert [request.body["model"] for request in server.chats] == ["fast", "strong"]


async def test_without_a_cheaper_model_there_is_one_for_all(
    server: OpenAiServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as llm:
        assert [llm.model(tier) for tier in Tier] == ["strong", "strong"]


async def test_a_text_with_half_a_surrogate_can_be_sent(
    server: OpenAiServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as llm:
        assert await llm.ask(prompt("broken \udcff text"), Findings) == EXPECTED


async def test_no_more_calls_are_under_way_than_are_set(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(*[chat.after(0.05)] * 12)
    async with opened(server, tmp_path, llm_concurrency=3) as llm:
        await asyncio.gather(*(llm.ask(prompt(str(n)), Findings) for n in range(12)))
    assert server.most_at_once == 3


# --- what goes along, and what does not -------------------------------------------------------


async def test_the_key_goes_along_and_nothing_that_the_environment_holds(
    server: OpenAiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", "of another")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://another.invalid")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Mine: of another")
    async with opened(server, tmp_path, key="ours") as llm:
        await llm.ask(prompt(), Findings)
        assert [piece async for piece in llm.tell(prompt())]
    async with opened(server, tmp_path) as llm:
        await llm.ask(prompt(), Findings)
    first, second, third = (request.headers for request in server.chats)
    assert first["authorization"] == second["authorization"] == "Bearer ours"
    assert "authorization" not in third
    assert not [v for headers in (first, second, third) for v in headers.values() if "another" in v]
    assert not [name for name in first if name.startswith("x-stainless")]


async def test_a_redirect_is_not_followed(server: OpenAiServer, tmp_path: Path) -> None:
    with openai_server(chat=findings) as other:
        away = Reply(status=307, headers={"Location": f"{other.base_url}/chat/completions"})
        server.next(away)
        async with opened(server, tmp_path, key="ours") as llm:
            assert "307" in (await failing(llm)).problem
        assert other.requests == []


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
async def test_a_key_that_can_be_none_is_told_without_it(
    server: OpenAiServer, tmp_path: Path, key: str
) -> None:
    with pytest.raises(InputError, match="characters in it that no key has") as raised:
        async with opened(server, tmp_path, key=key):
            pass
    assert key not in raised.value.problem


async def test_nothing_is_logged_nor_printed(
    server: OpenAiServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.next(oa.BROKEN, oa.TOO_MANY, chat.wrong_schema)
    with caplog.at_level(logging.INFO):
        async with opened(server, tmp_path, key="ours") as llm:
            await llm.ask(prompt("hidden"), Findings)
    own = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore", "asyncio"))]
    assert own == []
    assert "hidden" not in caplog.text
    assert "ours" not in caplog.text
    assert capfd.readouterr() == ("", "")


# --- replies that have to be corrected --------------------------------------------------------


@pytest.mark.parametrize("fault", [chat.in_prose, chat.fenced])
async def test_json_is_found_in_what_stands_around_it(
    server: OpenAiServer, tmp_path: Path, fault: chat.Fault
) -> None:
    server.next(fault)
    async with opened(server, tmp_path) as llm:
        assert await llm.ask(prompt(), Findings) == EXPECTED
    assert len(server.chats) == 1


@pytest.mark.parametrize("fault", [chat.wrong_schema, chat.cut_content])
async def test_a_reply_that_does_not_fit_is_sent_back_with_what_is_wrong(
    server: OpenAiServer, tmp_path: Path, fault: chat.Fault
) -> None:
    server.next(fault)
    async with opened(server, tmp_path) as llm:
        assert await llm.ask(prompt(), Findings) == EXPECTED
        assert llm.usage.calls == 2
    first, second = server.chats
    assert second.body["messages"][:2] == first.body["messages"]
    assert [message["role"] for message in second.body["messages"][2:]] == ["assistant", "user"]
    complaint = second.body["messages"][-1]["content"]
    assert "That reply cannot be used" in complaint
    assert "found: Field required" in complaint or "Invalid JSON" in complaint


async def test_what_the_schema_cannot_force_is_checked_all_the_same(tmp_path: Path) -> None:
    replies = iter([5, 9, 3])

    def too_high_twice(_: object) -> object:
        return {"found": [{**GOOD["found"][0], "likelihood": next(replies) + 1}]}  # type: ignore[index]

    with openai_server(chat=too_high_twice) as server:
        async with opened(server, tmp_path) as llm:
            found = await llm.ask(prompt(), Findings)
            assert (found.found[0].likelihood, llm.usage.calls) == (4, 3)
        assert "found.0.likelihood: Input should be less than" in server.chats[1].text
        assert "found.0.likelihood" in server.chats[2].text


async def test_after_two_corrections_the_failure_says_in_a_line_what_was_wrong(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(*[chat.wrong_schema] * 3)
    async with opened(server, tmp_path) as llm:
        told = await failing(llm)
    assert "found: Field required" in told.problem
    assert "find_things" in told.problem
    assert told.exit_code == 3
    assert len(server.chats) == 3


async def test_prose_alone_is_a_failure_that_says_so(tmp_path: Path) -> None:
    with openai_server(chat=lambda _: "I think the system is quite safe.") as server:
        async with opened(server, tmp_path) as llm:
            told = (await failing(llm)).problem
    assert "Invalid JSON" in told
    assert "it begins “I think the system is quite safe.”" in told


# --- replies that cannot be used --------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (chat.refused, "strong refused to answer: I cannot help with that."),
        (chat.filtered, "strong was stopped by the endpoint's content filter"),
        (chat.empty_content, "strong sent an empty reply"),
    ],
)
async def test_a_reply_without_content_is_a_failure_that_says_so(
    server: OpenAiServer, tmp_path: Path, fault: chat.Fault, words: str
) -> None:
    server.next(fault)
    async with opened(server, tmp_path) as llm:
        assert words in (await failing(llm)).problem
    assert len(server.chats) == 1


async def test_a_reply_that_was_cut_is_asked_for_once_more_and_may_be_longer(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(chat.too_long)
    async with opened(server, tmp_path) as llm:
        assert await llm.ask(prompt(), Findings) == EXPECTED
    first, second = (request.body["max_completion_tokens"] for request in server.chats)
    assert second == 2 * first


async def test_a_reply_that_is_cut_again_is_a_failure(server: OpenAiServer, tmp_path: Path) -> None:
    server.next(chat.too_long, chat.too_long)
    async with opened(server, tmp_path) as llm:
        assert "reached the limit of its length" in (await failing(llm)).problem


# --- what passes by itself --------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        oa.TOO_MANY,
        oa.BROKEN,
        oa.NOT_JSON,
        oa.EMPTY,
        chat.breaking_off,
        chat.DROPPED_CONNECTION,
        oa.error(429, "Rate limit reached", retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        oa.error(429, "Rate limit reached", retry_after="soon"),
        Reply({"error": {"message": "Overloaded"}}),
        Reply({"choices": []}),
    ],
)
async def test_what_passes_is_asked_again(
    server: OpenAiServer, tmp_path: Path, fault: Reply | chat.Fault
) -> None:
    server.next(fault, fault)
    async with opened(server, tmp_path) as llm:
        assert await llm.ask(prompt(), Findings) == EXPECTED
        assert (llm.usage.calls, llm.usage.failed) == (3, 2)
    assert len({str(request.body) for request in server.chats}) == 1


async def test_it_waits_as_long_as_the_endpoint_asks_for(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(oa.error(429, "Rate limit reached", retry_after="0.3"))
    patience = Patience(wait=0.001, longest_wait=60)
    start = time.monotonic()
    async with opened(server, tmp_path, llm_patience=patience) as llm:
        await llm.ask(prompt(), Findings)
    assert 0.3 <= time.monotonic() - start < 30


async def test_it_does_not_wait_longer_than_it_has_patience(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(oa.error(503, "Overloaded", retry_after="3600"))
    start = time.monotonic()
    async with opened(server, tmp_path) as llm:
        await llm.ask(prompt(), Findings)
    assert time.monotonic() - start < 60


async def test_what_does_not_pass_ends_with_the_last_failure(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(*[oa.BROKEN] * SHORT.attempts)
    async with opened(server, tmp_path) as llm:
        assert "500: Something broke" in (await failing(llm)).problem
    assert len(server.chats) == SHORT.attempts


async def test_an_endpoint_that_stays_silent_is_left(server: OpenAiServer, tmp_path: Path) -> None:
    server.next(*[chat.HANG] * SHORT.attempts)
    async with opened(server, tmp_path, llm_timeout=0.1) as llm:
        assert "did not answer in time" in (await failing(llm)).problem
        assert await llm.ask(prompt(), Findings) == EXPECTED
    await until(lambda: server.left == SHORT.attempts)


@pytest.mark.parametrize(
    ("reply", "problem", "fix"),
    [
        (oa.NO_KEY, "refused the key", "THREATWRIGHT_LLM_API_KEY"),
        (oa.NO_MODEL, "404: The model does not exist", "name of the model"),
        (oa.error(403, "Not in your country"), "refused the key", "THREATWRIGHT_LLM_API_KEY"),
    ],
)
async def test_what_does_not_pass_by_itself_is_not_asked_again(
    server: OpenAiServer, tmp_path: Path, reply: Reply, problem: str, fix: str
) -> None:
    server.next(reply)
    async with opened(server, tmp_path) as llm:
        told = await failing(llm)
    assert problem in told.problem
    assert fix in told.fix
    assert len(server.chats) == 1


async def test_a_quota_that_is_used_up_does_not_pass(server: OpenAiServer, tmp_path: Path) -> None:
    used_up = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    server.next(Reply(used_up, status=429))
    async with opened(server, tmp_path) as llm:
        assert "quota" in (await failing(llm)).problem
    assert len(server.chats) == 1


async def test_an_endpoint_that_is_not_there_is_named(server: OpenAiServer, tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    async with opened(server, tmp_path, llm_base_url=url) as llm:
        told = await failing(llm)
    assert url in told.problem
    assert "Start it" in told.fix


# --- an endpoint that is down -----------------------------------------------------------------


async def test_an_endpoint_that_fails_all_the_time_is_left_alone_for_a_while(
    server: OpenAiServer, tmp_path: Path
) -> None:
    patience = SHORT.model_copy(update={"attempts": 1, "failures": 3})
    server.next(*[oa.BROKEN] * 3)
    async with opened(server, tmp_path, llm_patience=patience) as llm:
        for _ in range(3):
            await failing(llm)
        told = await failing(llm)
        assert "3 requests in a row failed. The last: " in told.problem
        assert "Something broke" in told.problem
        assert len(server.chats) == 3
        await asyncio.sleep(patience.pause)
        assert await llm.ask(prompt(), Findings) == EXPECTED


async def test_after_the_pause_one_more_failure_begins_another(
    server: OpenAiServer, tmp_path: Path
) -> None:
    patience = SHORT.model_copy(update={"attempts": 1, "failures": 3})
    server.next(*[oa.BROKEN] * 4)
    async with opened(server, tmp_path, llm_patience=patience) as llm:
        for _ in range(3):
            await failing(llm)
        await asyncio.sleep(patience.pause)
        assert "Something broke" in (await failing(llm)).problem
        assert "requests in a row" in (await failing(llm)).problem
    assert len(server.chats) == 4


async def test_one_success_in_between_is_enough(server: OpenAiServer, tmp_path: Path) -> None:
    patience = SHORT.model_copy(update={"attempts": 1, "failures": 2})
    async with opened(server, tmp_path, llm_patience=patience) as llm:
        for _ in range(3):
            server.next(oa.BROKEN)
            await failing(llm)
            assert await llm.ask(prompt(), Findings) == EXPECTED


async def test_being_asked_to_wait_is_no_outage(server: OpenAiServer, tmp_path: Path) -> None:
    patience = SHORT.model_copy(update={"attempts": 9, "failures": 2})
    server.next(*[oa.TOO_MANY] * 8)
    async with opened(server, tmp_path, llm_patience=patience) as llm:
        assert await llm.ask(prompt(), Findings) == EXPECTED


# --- cancelling -------------------------------------------------------------------------------


async def test_a_call_is_cancelled_at_once_and_its_connection_closed(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(chat.HANG)
    async with opened(server, tmp_path) as llm:
        task = asyncio.create_task(llm.ask(prompt(), Findings))
        await until(lambda: bool(server.chats))
        start = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - start < 10
        assert llm.usage.failed == 1
        assert await llm.ask(prompt(), Findings) == EXPECTED
    await until(lambda: server.left == 1)


async def test_a_wait_between_attempts_is_cancelled_at_once(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(oa.BROKEN)
    async with opened(server, tmp_path, llm_patience=Patience(wait=60)) as llm:
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(llm.ask(prompt(), Findings), 0.3)
        assert time.monotonic() - start < 30


async def test_many_calls_are_cancelled_together(server: OpenAiServer, tmp_path: Path) -> None:
    server.next(*[chat.HANG] * 20)
    async with opened(server, tmp_path) as llm:
        calls = asyncio.gather(*(llm.ask(prompt(str(number)), Findings) for number in range(20)))
        await until(lambda: len(server.chats) == 6)
        calls.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calls
        assert llm.usage.calls == llm.usage.failed == len(server.chats) == 6


# --- all of it at once ------------------------------------------------------------------------


async def test_with_many_faults_every_call_completes_or_fails_as_it_should(tmp_path: Path) -> None:
    faults = Faults(too_many=0.10, broken=0.05, cut=0.05, wrong=0.05, hang=0.02, seed=5)
    with openai_server(chat=findings) as server:
        server.faults = faults
        async with opened(server, tmp_path, llm_timeout=1) as llm:
            calls = (llm.ask(prompt(str(number)), Findings) for number in range(300))
            ended = await asyncio.gather(*calls, return_exceptions=True)
            usage = llm.usage
    good = [each for each in ended if each == EXPECTED]
    assert not [
        each for each in ended if each != EXPECTED and not isinstance(each, LanguageModelError)
    ]
    assert len(good) >= 297
    assert set(faults.drawn) == {"too_many", "broken", "cut", "cut_content", "wrong", "hang"}
    assert usage.calls >= len(server.chats)  # a slow machine gives up before it has sent
    assert usage.uncounted == 0
