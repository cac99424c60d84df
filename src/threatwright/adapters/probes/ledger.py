"""What one side of a run has spent, and whether it may send once more, and when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from threatwright.model.endpoint import Price
from threatwright.model.findings import Spent
from threatwright.model.probe_evidence import Exchange
from threatwright.model.probe_scope import Caps

CHARACTERS_PER_TOKEN = 4
"""Where an endpoint does not count, so that its cap of tokens holds all the same."""


class SpentError(Exception):
    """Nothing more may be sent on this side, and why."""


class Ledger:
    """The books of one side."""

    def __init__(
        self,
        caps: Caps,
        ends: datetime,
        now: Callable[[], datetime],
        price: Price | None = None,
        spent: Spent | None = None,
    ) -> None:
        spent = spent or Spent()
        self._caps = caps
        self._ends = ends
        self._now = now
        self._price = price
        self._before = spent.seconds or 0.0
        self._began = time.monotonic()
        self._turn = asyncio.Lock()
        self._next = 0.0
        self._requests = spent.requests
        self._retries = spent.retries
        self._counted = (spent.prompt_tokens or 0, spent.completion_tokens or 0)
        self._is_counted = spent.prompt_tokens is not None
        self._estimated = (0, 0)

    async def take(self, *, is_retry: bool = False) -> int:
        """Wait for the turn of one more request, and count it: its number, from 1.

        Raises SpentError, at once or when its turn has come. It waits while it holds the lock: the
        order of turns is that of calls, and a wait that is cancelled has used nothing.
        """
        async with self._turn:
            self._check()
            slot = max(self._next, time.monotonic())
            await asyncio.sleep(slot - time.monotonic())
            self._check()
            self._next = slot + 60 / self._caps.requests_per_minute
            self._requests += 1
            self._retries += is_retry
            return self._requests

    def add(self, exchange: Exchange) -> None:
        """Count what a request took."""
        if exchange.prompt_tokens is not None or exchange.completion_tokens is not None:
            self._is_counted = True
            took = (exchange.prompt_tokens or 0, exchange.completion_tokens or 0)
            self._counted = (self._counted[0] + took[0], self._counted[1] + took[1])
        else:
            texts = (exchange.body, exchange.answered)
            took = (len(texts[0]) // CHARACTERS_PER_TOKEN, len(texts[1]) // CHARACTERS_PER_TOKEN)
            self._estimated = (self._estimated[0] + took[0], self._estimated[1] + took[1])

    @property
    def spent(self) -> Spent:
        """What it came to so far."""
        return Spent(
            requests=self._requests,
            retries=self._retries,
            prompt_tokens=self._counted[0] if self._is_counted else None,
            completion_tokens=self._counted[1] if self._is_counted else None,
            seconds=round(self._seconds, 3),
        )

    @property
    def exhausted(self) -> str:
        """Which cap is reached; empty if none is."""
        if self._now() >= self._ends:
            return "the window closed"
        if self._requests >= self._caps.requests:
            return "budget of requests spent"
        if sum(self._tokens) >= self._caps.tokens:
            return "budget of tokens spent"
        if self._seconds >= 60 * self._caps.minutes:
            return "budget of minutes spent"
        if self._price and self._price.of(*self._tokens) >= _amount(self._caps.money):
            return "budget of money spent"
        return ""

    @property
    def _seconds(self) -> float:
        return self._before + time.monotonic() - self._began

    @property
    def _tokens(self) -> tuple[int, int]:
        counted, estimated = self._counted, self._estimated
        return counted[0] + estimated[0], counted[1] + estimated[1]

    def _check(self) -> None:
        if because := self.exhausted:
            raise SpentError(because)


def _amount(money: str) -> Decimal:
    return Decimal(money.partition(" ")[0])
