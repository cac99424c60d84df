"""Runs probes in a worker process: starts it, hands it the request, tells what it does, ends it."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from threatwright.adapters.probes import run_folder
from threatwright.adapters.probes.worker_process import WorkerProcess, working
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
        environment = {name: self._environment[name] for name in passed}
        async with working(_COMMAND, environment) as worker:
            events = _events(worker, request)
            yield events
            await events.aclose()


async def _events(worker: WorkerProcess, request: WorkerRequest) -> AsyncGenerator[ProbeEvent]:
    """What a worker tells, until it ends. Raises TargetError if it does before its work is done."""
    await worker.ask(request.model_dump_json())
    is_whole = False
    async for line in worker.lines():
        event = _event(line)
        if isinstance(event, Failed):
            raise TargetError(event.problem, event.fix)
        is_whole = isinstance(event, Ended | Converted)
        yield event
    code, words = await worker.over()
    if code or not is_whole:
        raise TargetError(
            f"The probe worker broke: {words or f'it said nothing, and ended with {code}'}",
            "Run it again: it goes on where it broke off.",
        )


def _event(line: bytes) -> ProbeEvent:
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        raise TargetError(
            f"The probe worker told what it should not: {line[:200]!r}",
            "Install threatwright once more: program and worker are of two versions.",
        ) from error


def _variables(scope: ProbeScope) -> set[str]:
    """The names of the variables that hold the keys of a scope."""
    models = [model.authentication for model in (scope.attacker, scope.judge) if model]
    asked = [*(target.authentication for target in scope.targets), *models]
    return {how.variable for how in asked if how}
