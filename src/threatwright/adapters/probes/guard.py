"""The one way out of a run: everything that its HTTP clients send goes through here, or nowhere.

A guard stands between a client and the network. It refuses what the scope does not name, holds pace
and caps, says what it sends before it does, tries again where that may help, and keeps what came
back. Keys are put in here, so that nothing above ever holds one.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2

from threatwright.adapters.probes.ledger import Ledger, SpentError
from threatwright.adapters.probes.outlet import Arrived, Outlet
from threatwright.adapters.probes.passing import Outcome, is_failure, may_pass, pause
from threatwright.adapters.probes.replies import usage
from threatwright.adapters.probes.way import Way, refusal
from threatwright.adapters.probes.wire import current
from threatwright.model.endpoint import Patience
from threatwright.model.probe_evidence import Exchange
from threatwright.model.probe_run import Denied, Sending

GONE = "the endpoint is gone"
KEPT = frozenset({"accept", "content-type"})
"""Headers of a client that are sent on, besides those that the scope names. The others tell of this
machine, or are for endpoints that the environment knows."""

Tell = Callable[[Sending | Denied], None]
"""Writes an event down before it returns."""


class OutOfScopeError(httpx2.TransportError):
    """A request was not sent, as the scope does not allow it."""


class HaltedError(httpx2.TransportError):
    """A request was not sent, as nothing more may be on its side."""


class Guard(httpx2.AsyncBaseTransport):
    """The way out of one side. A transport: its client can send nothing past it."""

    def __init__(
        self, way: Way, ledger: Ledger, tell: Tell, patience: Patience, outlet: Outlet
    ) -> None:
        self.ledger = ledger
        self.halted = ""
        """Why nothing more is sent on this side; empty as long as it may be."""
        self._way = way
        self._tell = tell
        self._patience = patience
        self._outlet = outlet
        self._failures = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to a request that the scope allows.

        Raises OutOfScopeError and HaltedError, without having sent it, and httpx2.TransportError.
        """
        self._admit(request)
        body = await request.aread()
        async with current.get().share.waiting():
            outcome = await self._answer(request, body)
        self._weigh(outcome)
        if isinstance(outcome, TimeoutError):
            raise httpx2.ReadTimeout("the answer took too long")
        if isinstance(outcome, httpx2.TransportError):
            raise outcome
        if 300 <= outcome.status < 400 and (away := outcome.headers.get("location")):
            self._tell(Denied(url=away, because="a redirect is not followed"))
        kind = {"content-type": outcome.headers.get("content-type", "")}
        return httpx2.Response(outcome.status, headers=kind, content=outcome.body, request=request)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._outlet.aclose()

    def _admit(self, request: httpx2.Request) -> None:
        because = refusal(request, self._way)
        if because:
            self._tell(Denied(url=str(request.url), because=because))
            raise OutOfScopeError(because)

    async def _answer(self, request: httpx2.Request, body: bytes) -> Outcome:
        for attempt in range(1, self._patience.attempts):
            outcome = await self._once(request, body, is_retry=attempt > 1)
            if not may_pass(outcome, self._way.blocking):
                return outcome
            await asyncio.sleep(pause(attempt, outcome, self._patience))
        return await self._once(request, body, is_retry=self._patience.attempts > 1)

    async def _once(self, request: httpx2.Request, body: bytes, *, is_retry: bool) -> Outcome:
        trace = current.get()
        n = await self._turn(is_retry=is_retry)
        headers = self._headers(request)
        exchange = Exchange(
            side=self._way.side,
            n=n,
            at=datetime.now(UTC),
            method=request.method,
            url=str(request.url),
            headers=headers,
            body=body.decode(errors="replace"),
            sha256=hashlib.sha256(body).hexdigest(),
            is_retry=is_retry,
        )
        self._tell(
            Sending(
                side=exchange.side,
                n=n,
                trial=trace.trial,
                sha256=exchange.sha256,
                is_retry=is_retry,
            )
        )
        began = time.monotonic()
        outcome: Outcome | asyncio.CancelledError = asyncio.CancelledError()
        try:
            outcome = await self._sent(request, headers, body)
        finally:  # what left is kept, also if nobody waits for the answer any more
            milliseconds = round((time.monotonic() - began) * 1000)
            trace.add(self._noted(exchange, outcome, milliseconds))
        return outcome

    async def _turn(self, *, is_retry: bool) -> int:
        if self.halted:
            raise HaltedError(self.halted)
        try:
            return await self.ledger.take(is_retry=is_retry)
        except SpentError as error:
            self.halted = str(error)
            raise HaltedError(self.halted) from error

    async def _sent(self, request: httpx2.Request, headers: dict[str, str], body: bytes) -> Outcome:
        secret = self._way.key.header if self._way.key else {}
        asked = {"Host": request.url.netloc.decode(), **headers, "Accept-Encoding": "identity"}
        try:
            came = await self._outlet.send(request.method, request.url, {**asked, **secret}, body)
        except (httpx2.TransportError, TimeoutError) as error:
            return error
        return came._replace(body=self._way.key.taken_out(came.body)) if self._way.key else came

    def _headers(self, request: httpx2.Request) -> dict[str, str]:
        kept = KEPT | self._way.headers
        return {name: value for name, value in request.headers.items() if name.lower() in kept}

    def _noted(
        self, exchange: Exchange, outcome: Outcome | asyncio.CancelledError, milliseconds: int
    ) -> Exchange:
        """The exchange with what came of it, counted."""
        if isinstance(outcome, Arrived):
            text = outcome.body.decode(errors="replace")
            prompt, completion = usage(text)
            came: dict[str, object] = {
                "status": outcome.status,
                "answered": text,
                "prompt_tokens": prompt,
                "completion_tokens": completion,
            }
        else:
            came = {"error": _words(outcome)}
        noted = exchange.model_copy(update={**came, "milliseconds": milliseconds})
        self.ledger.add(noted)
        return noted

    def _weigh(self, outcome: Outcome) -> None:
        """An endpoint that fails so often in a row is left alone."""
        if not is_failure(outcome, self._way.blocking):
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self._patience.failures:
            self.halted = self.halted or GONE


def _words(error: BaseException) -> str:
    match error:
        case asyncio.CancelledError():
            return "cancelled"
        case TimeoutError() | httpx2.TimeoutException():
            return "no answer in time"
        case _:
            return str(error) or type(error).__name__
