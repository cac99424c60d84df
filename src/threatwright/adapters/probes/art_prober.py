"""Probes predictive endpoints with IBM ART: starts its worker, tells what it does, ends it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from threatwright.adapters.probes.art_environment import ArtEnvironment
from threatwright.adapters.probes.key import key
from threatwright.adapters.probes.measuring import Measuring, measuring
from threatwright.adapters.probes.pins import Resolver, SystemResolver, pinned
from threatwright.adapters.probes.worker_process import WorkerProcess, working
from threatwright.errors import TargetError
from threatwright.model.predict_run import PredictEnded, PredictEvent, PredictRun
from threatwright.model.probe_run import Failed

_BEGIN = (
    "import sys; sys.path.append(sys.argv[1]); from art_worker.main import main; sys.exit(main())"
)
"""The folder of the worker stands last: nothing beside it hides a package of its environment."""
_EVENT: TypeAdapter[PredictEvent] = TypeAdapter(PredictEvent)
_PASSED_ON = ("LANG", "LC_ALL", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "SYSTEMROOT", "TMPDIR")
"""What of our environment the worker gets besides the target's key: no proxy, no other key."""


class ArtProber:
    """Probes by worker processes in the private environment of IBM ART."""

    def __init__(
        self,
        home: Path,
        environment: Mapping[str, str] = os.environ,
        resolver: Resolver | None = None,
    ) -> None:
        self._art = ArtEnvironment(home)
        self._environment = environment
        self._resolver = resolver or SystemResolver()

    async def run(self, run: PredictRun) -> AsyncGenerator[PredictEvent]:
        """What happens in a run, as it happens, up to its end; its folder keeps it, with evidence.

        Who stops iterating stops the run; what it tells then is in the folder alone. Raises
        ArtError if IBM ART is not installed, TargetError if the run is not allowed, the host is not
        found, or the worker breaks.
        """
        python = self._art.ready().python
        prepared = await self._prepared(run)
        with measuring(run) as kept:
            async with aclosing(self._working(python, prepared, kept)) as events:
                async for event in events:
                    yield event

    async def _working(
        self, python: Path, run: PredictRun, kept: Measuring
    ) -> AsyncGenerator[PredictEvent]:
        def told_late(line: bytes) -> None:
            with suppress(ValidationError):
                kept.note(_EVENT.validate_json(line))

        command = (str(python), "-I", "-c", _BEGIN, str(Path(__file__).parent))
        async with working(command, self._passed_on(run), told_late) as worker:
            async for event in _events(worker, run):
                kept.note(event)
                yield event

    async def _prepared(self, run: PredictRun) -> PredictRun:
        """The run with its host's addresses. Raises TargetError for one that is not allowed."""
        target, consent = run.plan.target, run.consent
        if consent.plan != run.plan.hash or consent.origin != target.origin:
            raise TargetError(
                "The consent was given to another plan.", "Look at the plan, and consent to it."
            )
        left = (consent.until - datetime.now(UTC)).total_seconds()
        if left <= 0:
            raise TargetError(
                f"The scope allowed probes until {consent.until.isoformat()}.",
                "Have whoever authorised it set a new window.",
            )
        key(target.authentication, self._environment)
        pin = await pinned(target.origin, self._resolver)
        return run.model_copy(update={"addresses": pin.addresses, "seconds_left": left})

    def _passed_on(self, run: PredictRun) -> dict[str, str]:
        how = run.plan.target.authentication
        names = {*_PASSED_ON, *([how.variable] if how else [])}
        return {name: self._environment[name] for name in names & self._environment.keys()}


async def _events(worker: WorkerProcess, run: PredictRun) -> AsyncGenerator[PredictEvent]:
    """What the worker tells, until it ends. Raises TargetError if its work is not done then."""
    await worker.ask(run.model_dump_json())
    is_whole = False
    async for line in worker.lines():
        event = _event(line)
        if isinstance(event, Failed):
            raise TargetError(event.problem, event.fix)
        is_whole = isinstance(event, PredictEnded)
        yield event
    if not is_whole:
        raise _broken((await worker.over())[1])


def _event(line: bytes) -> PredictEvent:
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        raise _broken("it told something that is no event") from error


def _broken(why: str) -> TargetError:
    return TargetError(
        f"The worker of IBM ART broke: {why or 'it said nothing'}.",
        "Install it anew with threatwright doctor --install-art; what was measured is kept.",
    )
