"""Runs probes in a worker process: starts it, hands it the request, tells what it does, ends it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from threatwright.adapters.probes import run_folder
from threatwright.errors import TargetError
from threatwright.model.probe_run import (
    Converted,
    ConvertRequest,
    Ended,
    Failed,
    ProbeEvent,
    ProbeRun,
    WorkerRequest,
)
from threatwright.model.probe_scope import ProbeScope

_COMMAND = (sys.executable, "-P", "-m", "threatwright.adapters.probes.worker")
_EVENT: TypeAdapter[ProbeEvent] = TypeAdapter(ProbeEvent)
_LONGEST_LINE = 64 * 1024 * 1024
"""Bytes. The payloads of one entry are one line."""
_LAST_WORDS = 4
"""Lines of standard error that are kept, to say why a worker broke."""
_FAREWELL = 10.0
"""Seconds in which a worker that is cancelled writes down what it has."""
_PASSED_ON = (
    "LANG",
    "LC_ALL",
    "PATH",
    "PYTHONPATH",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "SYSTEMROOT",
    "TMPDIR",
)
"""What of our environment a worker gets besides the keys that its scope names: no proxy, no key of
any other endpoint, nothing that a library could take an address from."""


class WorkerProber:
    """Probes by worker processes, one for each request."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment

    async def convert(self, request: ConvertRequest) -> tuple[Converted, ...]:
        """The payloads of each entry, worked out offline: nothing is sent.

        Raises TargetError if the worker breaks, or cannot do it.
        """
        async with self._working(request, ()) as events:
            return tuple([event async for event in events if isinstance(event, Converted)])

    async def run(self, run: ProbeRun) -> AsyncGenerator[ProbeEvent]:
        """What happens in a run, as it happens, up to its end.

        Who stops iterating, or is cancelled, cancels the run: it is over when this returns, and
        what was done is in its folder. A folder that holds an interrupted run of the same plan goes
        on with it; what happened before is told by `events`. Raises TargetError if the scope does
        not allow the run, an endpoint cannot be found, or the worker breaks.
        """
        async with self._working(run, _variables(run.scope)) as events:
            async for event in events:
                yield event

    def events(self, folder: Path) -> tuple[ProbeEvent, ...]:
        """What happened in a run so far, in order; nothing if there was none."""
        return run_folder.events(folder)

    @asynccontextmanager
    async def _working(
        self, request: WorkerRequest, variables: Iterable[str]
    ) -> AsyncIterator[AsyncGenerator[ProbeEvent]]:
        """The events of a worker, which is gone at the end of the context."""
        passed = {*_PASSED_ON, *variables} & self._environment.keys()
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={name: self._environment[name] for name in passed},
            limit=_LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is ours to pass on: it cancels the run, in order
        )
        last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        listening = asyncio.create_task(_listen(process, last_words))
        try:
            events = _events(process, request, last_words, listening)
            yield events
            await events.aclose()
        finally:
            await asyncio.shield(_ended(process, listening))


async def _events(
    process: asyncio.subprocess.Process,
    request: WorkerRequest,
    last_words: deque[str],
    listening: asyncio.Task[None],
) -> AsyncGenerator[ProbeEvent]:
    """What a worker tells, until it ends. Raises TargetError if it does before its work is done."""
    assert process.stdin is not None, "it was opened with pipes"
    assert process.stdout is not None, "it was opened with pipes"
    with suppress(ConnectionError):  # it is gone already: its last words say why
        process.stdin.write(request.model_dump_json().encode() + b"\n")
        await process.stdin.drain()
    is_whole = False
    while line := await process.stdout.readline():
        event = _event(line)
        if isinstance(event, Failed):
            raise TargetError(event.problem, event.fix)
        is_whole = isinstance(event, Ended | Converted)
        yield event
    code = await process.wait()
    await listening
    if code or not is_whole:
        words = " ".join(last_words) or f"it said nothing, and ended with {code}"
        raise TargetError(
            f"The probe worker broke: {words}", "Run it again: it goes on where it broke off."
        )


def _event(line: bytes) -> ProbeEvent:
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        raise TargetError(
            f"The probe worker told what it should not: {line[:200]!r}",
            "Install threatwright once more: program and worker are of two versions.",
        ) from error


async def _listen(process: asyncio.subprocess.Process, last_words: deque[str]) -> None:
    """Keep the last lines that a worker writes to standard error, so that it never waits for us."""
    assert process.stderr is not None, "it was opened with pipes"
    async for line in process.stderr:
        last_words.append(line.decode(errors="replace").strip())


async def _ended(process: asyncio.subprocess.Process, listening: asyncio.Task[None]) -> None:
    """See a worker off: at once if its work is done, else when it has written down what it has."""
    assert process.stdin is not None, "it was opened with pipes"
    assert process.stdout is not None, "it was opened with pipes"
    process.stdin.close()
    try:
        async with asyncio.timeout(_FAREWELL):
            while await process.stdout.read(65536):
                pass  # nobody listens any more, and it must not wait for that
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    await listening


def _variables(scope: ProbeScope) -> set[str]:
    """The names of the variables that hold the keys of a scope."""
    models = [model.authentication for model in (scope.attacker, scope.judge) if model]
    asked = [*(target.authentication for target in scope.targets), *models]
    return {how.variable for how in asked if how}
