"""A worker in a process of its own: a request goes in as a line, lines come out, it is seen off."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

_LONGEST_LINE = 64 * 1024 * 1024
"""Bytes. The payloads of one entry are one line."""
_LAST_WORDS = 12
"""Lines of standard error that are kept, to say why a worker broke."""
_FAREWELL = 10.0
"""Seconds in which a worker that is stopped tells and writes down what it has."""


class WorkerProcess:
    """One that runs. Its standard error is listened to, so that it never waits for us."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None, "it was opened with pipes"
        assert process.stdout is not None, "it was opened with pipes"
        assert process.stderr is not None, "it was opened with pipes"
        self._process = process
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._listening = asyncio.create_task(self._listen())

    async def ask(self, request: str) -> None:
        """Hand it a request, a line of JSON. If it is gone already, its last words say why."""
        with suppress(ConnectionError):
            self._stdin.write(request.encode() + b"\n")
            await self._stdin.drain()

    async def lines(self) -> AsyncIterator[bytes]:
        """What it tells, until it tells no more."""
        while line := await self._stdout.readline():
            yield line

    async def over(self) -> tuple[int, str]:
        """Wait until it has ended: its code, and its last words on standard error."""
        code = await self._process.wait()
        await self._listening
        return code, " ".join(self._words)

    async def see_off(self, told: Callable[[bytes], object]) -> None:
        """End its input, which stops it; `told` gets what it still tells. Late, it is killed."""
        self._stdin.close()
        try:
            async with asyncio.timeout(_FAREWELL):
                async for line in self.lines():
                    told(line)
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._listening

    async def _listen(self) -> None:
        async for line in self._stderr:
            self._words.append(line.decode(errors="replace").strip())


def _nothing(_: bytes) -> None:
    """Nobody listens any more, and it must not wait for that."""


@asynccontextmanager
async def working(
    command: Sequence[str],
    environment: Mapping[str, str],
    told_late: Callable[[bytes], object] = _nothing,
) -> AsyncIterator[WorkerProcess]:
    """A worker that is gone at the end of the context. `told_late` gets what it tells by then."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(environment),
        limit=_LONGEST_LINE,
        start_new_session=True,  # Ctrl-C is ours to pass on: it stops the worker, in order
    )
    worker = WorkerProcess(process)
    try:
        yield worker
    finally:
        await asyncio.shield(worker.see_off(told_late))
