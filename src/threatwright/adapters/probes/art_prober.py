"""Probes predictive endpoints with IBM ART: starts its worker, tells what it does, ends it."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from threatwright.adapters.probes.art_environment import ArtEnvironment
from threatwright.adapters.probes.key import key
from threatwright.adapters.probes.measuring import Measuring, measuring
from threatwright.adapters.probes.pins import Resolver, SystemResolver, pinned
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
_LAST_WORDS = 5
_FAREWELL = 10.0
"""Seconds in which a worker that is stopped tells what it has."""


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
        process = await asyncio.create_subprocess_exec(
            str(python), "-I", "-c", _BEGIN, str(Path(__file__).parent),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._passed_on(run),
            start_new_session=True,  # Ctrl-C is ours to pass on
        )  # fmt: skip
        words: deque[str] = deque(maxlen=_LAST_WORDS)
        listening = asyncio.create_task(_listen(process, words))
        try:
            async for event in _events(process, run, words, listening):
                kept.note(event)
                yield event
        finally:
            await asyncio.shield(_ended(process, listening, kept))

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


async def _events(
    process: asyncio.subprocess.Process,
    run: PredictRun,
    words: deque[str],
    listening: asyncio.Task[None],
) -> AsyncGenerator[PredictEvent]:
    assert process.stdin is not None, "it was opened with pipes"
    assert process.stdout is not None, "it was opened with pipes"
    with suppress(ConnectionError):  # it is gone already: its last words say why
        process.stdin.write(run.model_dump_json().encode() + b"\n")
        await process.stdin.drain()
    is_whole = False
    while line := await process.stdout.readline():
        event = _event(line)
        if isinstance(event, Failed):
            raise TargetError(event.problem, event.fix)
        is_whole = isinstance(event, PredictEnded)
        yield event
    if not is_whole:
        await listening
        raise _broken(" ".join(words))


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


async def _listen(process: asyncio.subprocess.Process, words: deque[str]) -> None:
    assert process.stderr is not None, "it was opened with pipes"
    async for line in process.stderr:
        words.append(line.decode(errors="replace").strip())


async def _ended(
    process: asyncio.subprocess.Process, listening: asyncio.Task[None], kept: Measuring
) -> None:
    """The worker is gone: by itself, as its input ended, or by force. Its last words are kept."""
    assert process.stdin is not None, "it was opened with pipes"
    assert process.stdout is not None, "it was opened with pipes"
    process.stdin.close()
    try:
        async with asyncio.timeout(_FAREWELL):
            while line := await process.stdout.readline():
                with suppress(ValidationError):
                    kept.note(_EVENT.validate_json(line))
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    await listening
