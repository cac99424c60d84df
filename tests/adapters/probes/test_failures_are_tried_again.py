"""What an endpoint could not answer is sent again where that may help, and counted each time."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx2
import pytest

from tests.adapters.probes.guarded import guarded
from tests.adapters.probes.listeners import Heard, Told, endpoint
from tests.adapters.probes.runs import caps
from threatwright.adapters.probes.guard import GONE, HaltedError
from threatwright.adapters.probes.key import Key
from threatwright.model.endpoint import Patience
from threatwright.model.probe_request import Authentication

BUSY = Told(b"{}", 503)
DROPPED = Told(status=0)


def in_turn(*told: Told) -> Callable[[Heard], Told]:
    """These answers, then good ones."""
    left = list(told)
    return lambda _: left.pop(0) if left else Told()


@pytest.mark.parametrize("failure", [BUSY, DROPPED, Told(b"{}", 429), Told(b"{}", 502)])
async def test_a_failure_that_may_pass_is_sent_again_and_counted(failure: Told) -> None:
    with endpoint(in_turn(failure, failure)) as target:
        async with guarded(target.origin) as client:
            response = await client.http.post(f"{target.origin}/ask")

    assert response.status_code == 200
    assert len(target.heard) == 3
    assert [sent.is_retry for sent in client.sent] == [False, True, True]
    spent = client.guard.ledger.spent
    assert (spent.requests, spent.retries) == (3, 2)


async def test_it_is_left_alone_as_long_as_it_asks() -> None:
    wait = Told(b"{}", 429, (("Retry-After", "0.3"),))
    patience = Patience(attempts=2, wait=0.0, longest_wait=5)
    with endpoint(in_turn(wait)) as target:
        async with guarded(target.origin, patience=patience) as client:
            began = time.monotonic()
            await client.http.post(f"{target.origin}/ask")

    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_a_failure_that_stays_is_not_sent_again(status: int) -> None:
    with endpoint(lambda _: Told(b"{}", status)) as target:
        async with guarded(target.origin) as client:
            response = await client.http.post(f"{target.origin}/ask")

    assert response.status_code == status
    assert len(target.heard) == 1


async def test_a_status_by_which_a_control_stops_requests_is_not_sent_again() -> None:
    with endpoint(lambda _: BUSY) as target:
        async with guarded(target.origin, blocking=frozenset({503})) as client:
            for _ in range(10):
                await client.http.post(f"{target.origin}/ask")

    assert len(target.heard) == 10
    assert client.guard.halted == ""


async def test_retries_count_against_the_budget() -> None:
    with endpoint(lambda _: BUSY) as target:
        async with guarded(target.origin, budget=caps(requests=2)) as client:
            with pytest.raises(HaltedError):
                await client.http.post(f"{target.origin}/ask")

    assert len(target.heard) == 2


async def test_an_endpoint_that_fails_eight_times_in_a_row_is_gone() -> None:
    patience = Patience(attempts=1, failures=8)
    with endpoint(lambda _: Told(b"{}", 500)) as target:
        async with guarded(target.origin, patience=patience) as client:
            for _ in range(8):
                await client.http.post(f"{target.origin}/ask")
            with pytest.raises(HaltedError):
                await client.http.post(f"{target.origin}/ask")

    assert client.guard.halted == GONE
    assert len(target.heard) == 8


async def test_one_good_answer_between_begins_the_count_anew() -> None:
    patience = Patience(attempts=1, failures=3)
    broken = Told(b"{}", 500)
    with endpoint(in_turn(broken, broken, Told(), broken, broken)) as target:
        async with guarded(target.origin, patience=patience) as client:
            for _ in range(6):
                await client.http.post(f"{target.origin}/ask")

    assert client.guard.halted == ""


async def test_an_endpoint_that_is_not_there_is_told_as_that() -> None:
    with endpoint() as target:
        pass
    async with guarded(target.origin) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.http.post(f"{target.origin}/ask")

    assert len(client.sent) == 3
    assert client.trace.exchanges[-1].error


async def test_a_key_is_sent_and_never_kept_even_if_the_endpoint_repeats_it() -> None:
    key = Key(Authentication(variable="BOT_KEY", header="X-Api-Key", scheme=""), "s3cret-k3y")
    with endpoint(lambda heard: Told(heard.headers["x-api-key"].encode())) as target:
        async with guarded(target.origin, key=key) as client:
            response = await client.http.post(f"{target.origin}/ask")

    assert target.heard[0].headers["x-api-key"] == "s3cret-k3y"
    assert response.text == "$BOT_KEY"
    assert "s3cret-k3y" not in client.trace.exchanges[0].model_dump_json()
    assert client.trace.exchanges[0].answered == "$BOT_KEY"
