"""Pace, caps and the window, held in the way out: what is over is not sent."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from tests.adapters.probes.guarded import guarded
from tests.adapters.probes.listeners import Heard, Told, endpoint
from tests.adapters.probes.runs import caps
from threatwright.adapters.probes.guard import HaltedError
from threatwright.model.endpoint import Price
from threatwright.model.findings import Spent

pytestmark = pytest.mark.long

USED = Told(b'{"usage": {"prompt_tokens": 60, "completion_tokens": 40}}')


async def test_a_budget_of_25_sends_exactly_25() -> None:
    with endpoint() as target:
        async with guarded(target.origin, budget=caps(requests=25)) as client:
            asked = [client.http.post(f"{target.origin}/ask") for _ in range(60)]
            came = await asyncio.gather(*asked, return_exceptions=True)

    assert len(target.heard) == 25
    assert sum(isinstance(one, HaltedError) for one in came) == 35
    assert client.guard.halted == "budget of requests spent"
    assert [sent.n for sent in client.sent] == list(range(1, 26))


@pytest.mark.slow
async def test_600_a_minute_are_paced_within_5_percent() -> None:
    with endpoint() as target:
        async with guarded(target.origin, budget=caps(per_minute=600)) as client:
            began = time.monotonic()
            await asyncio.gather(*(client.http.post(f"{target.origin}/ask") for _ in range(41)))
            taken = time.monotonic() - began

    assert 40 / taken * 60 == pytest.approx(600, rel=0.05)


async def test_a_pause_earns_no_burst_afterwards() -> None:
    with endpoint() as target:
        async with guarded(target.origin, budget=caps(per_minute=1200)) as client:
            await client.http.post(f"{target.origin}/ask")
            await asyncio.sleep(0.3)
            began = time.monotonic()
            await asyncio.gather(*(client.http.post(f"{target.origin}/ask") for _ in range(4)))

    assert time.monotonic() - began > 0.14


@pytest.mark.parametrize(
    ("cap", "because"),
    [
        ({"tokens": 250}, "budget of tokens spent"),
        ({"money": "0.03 EUR"}, "budget of money spent"),
    ],
)
async def test_tokens_and_money_end_it(cap: dict[str, Any], because: str) -> None:
    price = Price(input=Decimal(100), output=Decimal(100))
    with endpoint(lambda _: USED) as target:
        async with guarded(target.origin, budget=caps(**cap), price=price) as client:
            for _ in range(3):
                await client.http.post(f"{target.origin}/ask")
            with pytest.raises(HaltedError):
                await client.http.post(f"{target.origin}/ask")

    assert client.guard.halted == because
    assert len(target.heard) == 3
    assert client.guard.ledger.spent.completion_tokens == 120


async def test_where_an_endpoint_does_not_count_tokens_they_are_estimated_for_the_cap_alone() -> (
    None
):
    with endpoint(lambda _: Told(b"x" * 4000)) as target:
        async with guarded(target.origin, budget=caps(tokens=900)) as client:
            await client.http.post(f"{target.origin}/ask")
            with pytest.raises(HaltedError):
                await client.http.post(f"{target.origin}/ask")

    assert client.guard.halted == "budget of tokens spent"
    assert client.guard.ledger.spent.completion_tokens is None


async def test_nothing_is_sent_once_the_window_has_closed() -> None:
    closed = datetime.now(UTC) + timedelta(seconds=1.5)
    with endpoint() as target:
        async with guarded(target.origin, ends=closed) as client:
            await client.http.post(f"{target.origin}/ask")
            await asyncio.sleep(1.6)
            with pytest.raises(HaltedError):
                await client.http.post(f"{target.origin}/ask")

    assert client.guard.halted == "the window closed"
    assert len(target.heard) == 1


async def test_minutes_spent_before_an_interruption_count() -> None:
    with endpoint() as target:
        before = Spent(requests=4, seconds=61.0)
        async with guarded(target.origin, budget=caps(minutes=1), spent=before) as client:
            with pytest.raises(HaltedError):
                await client.http.post(f"{target.origin}/ask")

    assert client.guard.halted == "budget of minutes spent"
    assert target.heard == []


async def test_requests_before_an_interruption_count() -> None:
    with endpoint() as target:
        before = Spent(requests=24)
        async with guarded(target.origin, budget=caps(requests=25), spent=before) as client:
            await client.http.post(f"{target.origin}/ask")
            with pytest.raises(HaltedError):
                await client.http.post(f"{target.origin}/ask")

    assert [sent.n for sent in client.sent] == [25]


async def test_who_is_cancelled_while_waiting_for_a_turn_has_used_nothing() -> None:
    with endpoint() as target:
        async with guarded(target.origin, budget=caps(per_minute=60)) as client:
            await client.http.post(f"{target.origin}/ask")
            waiting = asyncio.ensure_future(client.http.post(f"{target.origin}/ask"))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    assert client.guard.ledger.spent.requests == 1
    assert len(target.heard) == 1


async def test_what_was_sent_is_told_before_it_arrives() -> None:
    told_first: list[bool] = []

    def answer(_: Heard) -> Told:
        told_first.append(len(client.sent) == 1)
        return Told()

    with endpoint(answer) as target:
        async with guarded(target.origin) as client:
            await client.http.post(f"{target.origin}/ask")

    assert told_first == [True]


async def test_a_request_that_is_cancelled_in_flight_is_kept_as_cancelled() -> None:
    with endpoint(lambda _: Told(after=3)) as target:
        async with guarded(target.origin) as client:
            asking = asyncio.ensure_future(client.http.post(f"{target.origin}/ask"))
            await asyncio.sleep(0.3)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking

    assert [exchange.error for exchange in client.trace.exchanges] == ["cancelled"]


async def test_an_answer_that_drips_is_given_up_in_time() -> None:
    with endpoint(lambda _: Told(after=3)) as target:
        async with guarded(target.origin, patient=0.2) as client:
            with pytest.raises(httpx2.ReadTimeout):
                await client.http.post(f"{target.origin}/ask")

    assert [exchange.error for exchange in client.trace.exchanges] == ["no answer in time"]
