"""A listener of our own, for calls of a tool that was pointed at it."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from threatwright.adapters.probes.pins import parts
from threatwright.errors import TargetError

MOST_BYTES = 100_000
PATIENCE = 5.0
"""Seconds that a call may take to arrive whole."""
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    b"Content-Length: 13\r\nConnection: close\r\n\r\n"
    b'{"ok": true }'
)


class ToolSink:
    """Listens at an address of this machine, and remembers what is called there."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._calls: list[str] = []
        self._came = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Raises TargetError if nobody can listen there."""
        _, host, port = parts(self._origin)
        try:
            self._server = await asyncio.start_server(self._take, host, port)
        except OSError as error:
            raise TargetError(
                f"Nobody can listen at {self._origin} for calls of tools: {error.strerror}.",
                "End what listens there, or name another port under `tool_sink`.",
            ) from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def calls(self, secret: str, grace: float) -> tuple[str, ...]:
        """The calls so far that carry a text; waits so many seconds for a first one."""
        async with self._came:
            try:
                async with asyncio.timeout(grace):
                    await self._came.wait_for(lambda: bool(self._with(secret)))
            except TimeoutError:
                pass
        return self._with(secret)

    def _with(self, secret: str) -> tuple[str, ...]:
        return tuple(call for call in self._calls if secret in call)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                call = await _read(reader)
                writer.write(_ANSWER)
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError, asyncio.IncompleteReadError):
            return  # no request, or not a whole one
        finally:
            writer.close()
        async with self._came:
            self._calls.append(call)
            self._came.notify_all()


async def _read(reader: asyncio.StreamReader) -> str:
    """Path, query and body of a request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode(errors="replace")
    first, *headers = head.split("\r\n")
    lengths = [
        int(value)
        for name, _, value in (header.partition(":") for header in headers)
        if name.strip().lower() == "content-length"
    ]
    body = await reader.readexactly(min(lengths[0], MOST_BYTES)) if lengths else b""
    return f"{first.rpartition(' ')[0]}\n{body.decode(errors='replace')}"
