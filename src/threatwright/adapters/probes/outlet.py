"""Sends one request to a pinned address, and reads what comes back, within bounds."""

from __future__ import annotations

import asyncio
import ssl
from typing import NamedTuple

import certifi
import httpx2

from threatwright.adapters.probes.pins import Pin

MOST_BYTES = 4_000_000
"""Of an answer. A probe of unbounded output must not fill the memory of who runs it."""
CONNECT_TIMEOUT = 10.0
"""Seconds."""


class OversizeError(httpx2.TransportError):
    """An answer did not end."""


class Arrived(NamedTuple):
    """What came back."""

    status: int
    headers: httpx2.Headers
    body: bytes


class Outlet:
    """The connections to one origin. To be closed."""

    def __init__(self, pin: Pin, timeout: float, most_at_once: int) -> None:
        self._pin = pin
        self._timeout = timeout
        self._http = httpx2.AsyncHTTPTransport(
            verify=_trust() if pin.scheme == "https" else True,
            trust_env=False,
            limits=httpx2.Limits(max_connections=most_at_once),
            retries=0,
        )

    async def send(
        self, method: str, url: httpx2.URL, headers: dict[str, str], body: bytes
    ) -> Arrived:
        """The answer, whole. Raises httpx2.TransportError, and TimeoutError if it takes longer."""
        async with asyncio.timeout(self._timeout):
            for address in self._pin.addresses[:-1]:
                try:
                    return await self._to(address, method, url, headers, body)
                except (httpx2.ConnectError, httpx2.ConnectTimeout):
                    continue  # nothing was sent; a host with two addresses may answer at one
            return await self._to(self._pin.addresses[-1], method, url, headers, body)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _to(
        self, address: str, method: str, url: httpx2.URL, headers: dict[str, str], body: bytes
    ) -> Arrived:
        waits = {"connect": CONNECT_TIMEOUT, **dict.fromkeys(("read", "write"), self._timeout)}
        extensions: dict[str, object] = {"timeout": waits}
        if self._pin.is_named:
            extensions["sni_hostname"] = self._pin.host
        pinned = httpx2.Request(
            method,
            url.copy_with(host=address),
            headers=headers,
            content=body,
            extensions=extensions,
        )
        response = await self._http.handle_async_request(pinned)
        try:
            return Arrived(response.status_code, response.headers, await _within(response))
        finally:
            await response.aclose()


async def _within(response: httpx2.Response) -> bytes:
    read = bytearray()
    async for piece in response.aiter_bytes():
        read += piece
        if len(read) > MOST_BYTES:
            raise OversizeError(f"the answer is longer than {MOST_BYTES} bytes")
    return bytes(read)


def _trust() -> ssl.SSLContext:
    """The authorities of this machine, and those that browsers know where it has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
