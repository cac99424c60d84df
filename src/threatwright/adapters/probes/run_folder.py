"""The folder of one run: private to its user, held by one worker at a time, deleted at a word."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from threatwright.errors import InputError
from threatwright.model.predict_run import PredictEvent, PredictRun
from threatwright.model.probe_run import ProbeEvent, ProbeRun

RUN = "run.json"
EVENTS = "events.jsonl"
EVIDENCE = "evidence.jsonl"
PYRIT = "pyrit"
_LOCK = ".lock"
_PRIVATE = 0o700
_EVENT: TypeAdapter[ProbeEvent] = TypeAdapter(ProbeEvent)
_PREDICTED: TypeAdapter[PredictEvent] = TypeAdapter(PredictEvent)


class RunFolder:
    """A folder that is held: no other worker writes to it."""

    def __init__(self, path: Path) -> None:
        """Makes the folder if it is not there. Raises InputError if a run is under way in it."""
        path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        path.chmod(_PRIVATE)
        self.path = path
        self._lock = _locked(path)
        self._events = whole_lines(path / EVENTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.fsync(self._events)
        os.close(self._events)
        self._lock.release()

    def begin(self, run: ProbeRun) -> tuple[ProbeEvent, ...]:
        """What happened in the run before; nothing if it is new.

        Raises InputError if the folder holds a run of another plan.
        """
        file = self.path / RUN
        before = events(self.path)
        if not file.exists() and not before:
            _write(file, run.model_dump_json(indent=1))
            return ()
        if kept(self.path).plan.hash != run.plan.hash:
            raise InputError(
                f"{self.path} holds a run of another plan.", "Run this plan in a new folder."
            )
        return before

    def begin_measuring(self, run: PredictRun) -> None:
        """Keep what is asked of an endpoint that predicts. Raises InputError if the folder is old.

        Figures rest on rows drawn together, so a run that broke off is not gone on with.
        """
        if (self.path / RUN).exists():
            raise InputError(f"{self.path} holds a run already.", "Measure anew, in a new folder.")
        _write(self.path / RUN, run.model_dump_json(indent=1))

    def note(self, line: bytes) -> None:
        """Write an event down. It is with the system when this returns, whoever is killed then."""
        os.write(self._events, line)


def kept(path: Path) -> ProbeRun:
    """The run of a folder. Raises InputError if it holds none that can go on."""
    if _said(path).get("do") == "predict":
        raise InputError(
            f"{path.name} measured an endpoint that predicts; such a run is not gone on with.",
            "Measure anew: threatwright probe FILE --scope SCOPE",
        )
    try:
        return ProbeRun.model_validate_json((path / RUN).read_bytes())
    except (OSError, ValidationError) as error:
        raise _nothing(path) from error


def events(path: Path) -> tuple[ProbeEvent, ...]:
    """What happened in a run, in order, without a last line that was cut off."""
    return tuple(_EVENT.validate_json(line) for line in _noted(path))


def predicted(path: Path) -> tuple[PredictEvent, ...]:
    """The same of a run that measured an endpoint that predicts."""
    return tuple(_PREDICTED.validate_json(line) for line in _noted(path))


def purge(path: Path) -> None:
    """Delete a run with all its evidence.

    Raises InputError if the folder holds no run, or the run is under way.
    """
    if "do" not in _said(path):
        raise _nothing(path)
    _locked(path).release()
    shutil.rmtree(path)


def is_under_way(path: Path) -> bool:
    """Whether a worker holds the folder now."""
    lock = FileLock(path / _LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def whole_lines(path: Path) -> int:
    """A descriptor that appends to a file of lines, without a last line that was cut off.

    A process that was killed while it wrote had not yet done what the line was to say.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    written = path.read_bytes()
    os.ftruncate(descriptor, written.rfind(b"\n") + 1)
    return descriptor


def _locked(path: Path) -> FileLock:
    lock = FileLock(path / _LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            f"A run is under way in {path}.", "Wait for its end, or cancel it."
        ) from error
    return lock


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _said(path: Path) -> dict[str, object]:
    """What stands in the file of a run, whichever it is of; nothing where there is none."""
    try:
        said = json.loads((path / RUN).read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _nothing(path: Path) -> InputError:
    return InputError(f"{path} holds no run of probes.", "Name the folder of a run.")


def _noted(path: Path) -> list[bytes]:
    try:
        *lines, _ = (path / EVENTS).read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [line for line in lines if line]
