"""What calls come to, and the budget that none starts beyond."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.adapters.trial import Findings, failing, findings, opened, prompt
from tests.openai_server import OpenAiServer, openai_server
from threatwright.adapters.llm_openai import OpenAiLlm
from threatwright.errors import InputError, LanguageModelError

PRICES = {"strong": {"input": 2, "output": 8}}
LONG = "x" * 4000
"""About a thousand tokens."""


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server(chat=findings) as running:
        yield running


async def asked_until_refused(llm: OpenAiLlm) -> LanguageModelError:
    """Why no more calls are made, one after the other."""

    async def ask_on() -> None:
        for n in range(20):
            await llm.ask(prompt(f"{n} {LONG}"), Findings)

    with pytest.raises(LanguageModelError) as raised:
        await ask_on()
    return raised.value


async def many(server: OpenAiServer, home: Path, calls: int, **fields: Any) -> tuple[Any, ...]:
    """(what became of so many calls at once, what they came to)"""
    async with opened(server, home, **fields) as llm:
        asked = (llm.ask(prompt(f"{n} {LONG}"), Findings) for n in range(calls))
        return await asyncio.gather(*asked, return_exceptions=True), llm.usage


async def test_tokens_and_cost_are_summed(server: OpenAiServer, tmp_path: Path) -> None:
    _, usage = await many(server, tmp_path, 3, llm_prices=PRICES)
    assert usage.calls == 3
    assert usage.prompt_tokens > 3000
    expected = Decimal(2 * usage.prompt_tokens + 8 * usage.completion_tokens) / 1_000_000
    assert usage.cost == expected > 0
    assert (usage.uncounted, usage.unpriced, usage.failed) == (0, 0, 0)


async def test_an_unknown_price_is_unknown_and_not_nothing(
    server: OpenAiServer, tmp_path: Path
) -> None:
    _, usage = await many(server, tmp_path, 2, llm_prices={"another": PRICES["strong"]})
    assert (usage.unpriced, usage.cost) == (2, 0)


async def test_tokens_that_are_not_told_are_uncounted(server: OpenAiServer, tmp_path: Path) -> None:
    server.next(chat.uncounted)
    _, usage = await many(server, tmp_path, 2, llm_prices=PRICES)
    assert (usage.calls, usage.uncounted, usage.unpriced) == (2, 1, 1)


async def test_a_request_that_failed_is_counted_as_that(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(oa.BROKEN)
    _, usage = await many(server, tmp_path, 1)
    assert (usage.calls, usage.failed, usage.uncounted) == (2, 1, 0)


async def test_no_call_starts_once_the_budget_is_spent(
    server: OpenAiServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path, llm_tokens=3000) as llm:
        refusal = await asked_until_refused(llm)
        assert llm.usage.calls == len(server.chats) == 2
        assert llm.usage.tokens <= 3000
    assert "The budget of 3000 tokens for language models is used up" in refusal.problem
    assert "THREATWRIGHT_LLM_TOKENS" in refusal.fix


@pytest.mark.parametrize("budget", [{"llm_tokens": 8000}, {"llm_money": "0.016"}])
async def test_calls_in_flight_are_held_against_the_budget(
    server: OpenAiServer, tmp_path: Path, budget: dict[str, Any]
) -> None:
    server.next(*[chat.after(0.05)] * 20)
    ended, usage = await many(server, tmp_path, 20, llm_prices=PRICES, **budget)
    refused = [each for each in ended if isinstance(each, LanguageModelError)]
    assert 5 <= len(server.chats) <= 7
    assert len(refused) == 20 - len(server.chats)
    assert usage.tokens <= 8000
    assert usage.cost <= Decimal("0.016")


async def test_a_reply_longer_than_assumed_goes_beyond_by_the_calls_in_flight_alone(
    tmp_path: Path,
) -> None:
    long = {"found": [], "note": "word " * 4000}
    with openai_server(chat=lambda _: long) as server:
        server.next(*[chat.after(0.05)] * 40)
        ended, usage = await many(server, tmp_path, 40, llm_tokens=10_000, llm_concurrency=3)
    assert len(server.chats) == 3
    assert usage.tokens <= 10_000 + 3 * 5100
    assert sum(isinstance(each, LanguageModelError) for each in ended) == 37


async def test_uncounted_calls_use_the_budget_up_all_the_same(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(*[chat.uncounted] * 20)
    async with opened(server, tmp_path, llm_tokens=5000) as llm:
        assert "budget of 5000 tokens" in (await asked_until_refused(llm)).problem
    assert len(server.chats) <= 4


async def test_a_call_that_nobody_answered_in_time_may_have_cost(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(*[chat.HANG] * 9)
    async with opened(server, tmp_path, llm_tokens=1500, llm_timeout=0.1) as llm:
        assert "budget of 1500 tokens" in (await failing(llm)).problem


async def test_corrections_count_too(server: OpenAiServer, tmp_path: Path) -> None:
    server.next(*[chat.wrong_schema] * 9)
    async with opened(server, tmp_path, llm_tokens=1000) as llm:
        assert "budget of 1000 tokens" in (await failing(llm)).problem


async def test_a_budget_of_nothing_allows_nothing(server: OpenAiServer, tmp_path: Path) -> None:
    async with opened(server, tmp_path, llm_tokens=0) as llm:
        assert "budget" in (await failing(llm)).problem
        with pytest.raises(LanguageModelError, match="budget"):
            await anext(llm.tell(prompt()))
    assert server.requests == []


async def test_money_cannot_be_limited_where_a_price_is_unknown(
    server: OpenAiServer, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="the price of the model fast is not known") as raised:
        async with opened(server, tmp_path, llm_money=5, llm_prices=PRICES, llm_fast_model="fast"):
            pass
    assert '[llm_prices."fast"]' in raised.value.fix
