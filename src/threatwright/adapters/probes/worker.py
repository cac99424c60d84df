"""The process in which probes run: `python -m threatwright.adapters.probes.worker`.

It reads one request as a line of JSON from its standard input, and writes events as lines of JSON.
The end of its standard input, or SIGTERM, means: stop. It is the only process that imports PyRIT.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from threatwright.adapters.probes import memory
from threatwright.adapters.probes.confine import confine
from threatwright.adapters.probes.pins import SystemResolver
from threatwright.adapters.probes.run_folder import PYRIT, RunFolder
from threatwright.errors import ThreatwrightError
from threatwright.model.probe_run import (
    ConvertRequest,
    Denied,
    Failed,
    ProbeEvent,
    ProbeRun,
    WorkerRequest,
)

_REQUEST: TypeAdapter[WorkerRequest] = TypeAdapter(WorkerRequest)
_STDIN = 0


class Events:
    """Where events are written: to the reader of this process, and to its run folder."""

    def __init__(self) -> None:
        """Takes standard output for events alone; what else is printed goes to standard error."""
        self._out = os.dup(1)
        os.dup2(2, 1)
        self._note: Callable[[bytes], None] | None = None

    def tell(self, event: ProbeEvent) -> None:
        """Write an event down, then tell it. Nobody may listen any more: what is written stays."""
        line = event.model_dump_json().encode() + b"\n"
        if self._note:
            self._note(line)
        with suppress(BrokenPipeError):
            _write(self._out, line)

    @contextmanager
    def noted_in(self, folder: RunFolder) -> Iterator[None]:
        """As long as this lasts, events are written down in a run folder, too."""
        self._note = folder.note
        try:
            yield
        finally:
            self._note = None


def main() -> int:
    """0, or 1 if the worker could not go on; then it has told why."""
    events = Events()
    try:
        request = _REQUEST.validate_json(_line())
        if isinstance(request, ConvertRequest):
            _convert(request, events)
        else:
            _run(request, events)
    except ThreatwrightError as error:
        events.tell(Failed(problem=error.problem, fix=error.fix))
        return 1
    except ValidationError as error:
        problem = f"The request is none of this version: {error.errors(include_url=False)[0]}"
        events.tell(Failed(problem=problem, fix="Start the worker with the program it belongs to."))
        return 1
    return 0


def _convert(request: ConvertRequest, events: Events) -> None:
    with tempfile.TemporaryDirectory() as folder:
        memory.surround(Path(folder))
        confine(frozenset(), lambda _: None)
        from threatwright.adapters.probes.converting import convert

        async def all_entries() -> None:
            memory.sow(request.seed)
            for entry in request.entries:
                events.tell(await convert(entry, request))

        _until_stopped(all_entries)


def _run(run: ProbeRun, events: Events) -> None:
    environment = dict(os.environ)
    with RunFolder(Path(run.folder)) as folder, events.noted_in(folder):
        memory.surround(folder.path / PYRIT)
        from threatwright.adapters.probes.running import work

        def seal(places: frozenset[tuple[str, int]]) -> None:
            confine(places, lambda where: events.tell(Denied(url=where, because="not pinned")))

        _until_stopped(lambda: work(run, folder, events.tell, environment, SystemResolver(), seal))


def _until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """Run it, and cancel it when the standard input ends or SIGTERM comes."""

    async def run() -> None:
        task = asyncio.ensure_future(work())
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, task.cancel)

        def look() -> None:
            if not os.read(_STDIN, 4096):
                loop.remove_reader(_STDIN)
                task.cancel()

        loop.add_reader(_STDIN, look)
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())


def _line() -> bytes:
    """The first line of the standard input, and nothing after it."""
    read = bytearray()
    while not read.endswith(b"\n"):
        piece = os.read(_STDIN, 65536)
        if not piece:
            break
        read += piece
    return bytes(read)


def _write(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]


if __name__ == "__main__":
    sys.exit(main())
