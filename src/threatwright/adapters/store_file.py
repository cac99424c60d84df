"""Threat models as YAML files: `NAME.threatmodel.yaml`, and beside it what is not in it yet.

While a session runs, each entry of the journal is first put into `NAME.threatmodel.journal.jsonl`
and forced to disk; the YAML follows. Whatever ends a session, the next `load` has it all.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from threatwright import yamltext
from threatwright.adapters.atomic import opened_like, replace_whole, writable
from threatwright.adapters.comments import has_comments, keep_comments
from threatwright.adapters.inherited_files import (
    Opened,
    inherited_by,
    placed_in,
    relative,
    unknown_references,
    with_prefixes,
)
from threatwright.adapters.model_text import FIX, entry_data, model_of, text_of
from threatwright.engine.inheritance.merging import loose_ends, own_part, viewed
from threatwright.engine.record.by_hand import adopt, digest
from threatwright.errors import InputError, StaleFileError
from threatwright.model.document import ThreatModel
from threatwright.model.inheritance import Inherits
from threatwright.model.journal import JournalEntry

SUFFIX = ".threatmodel.yaml"
MAX_BYTES = 20 * 1024 * 1024


@cache
def _entries() -> TypeAdapter[JournalEntry]:
    """Reads an entry of a journal. Made when it is first needed, as that takes long."""
    return TypeAdapter(JournalEntry)


# --- file -------------------------------------------------------------------------------------


class FileStore:
    """Models in files. Remembers what it read, so that it never writes over what others wrote."""

    def __init__(self) -> None:
        self._seen: dict[Path, str] = {}
        """Path → digest of the content that was last read or written."""
        self._commented: dict[Path, bool] = {}
        """Path → whether the file holds comments; worked out at the first write, not on reading."""
        self._conflicts: dict[Path, Path] = {}
        self._locks: dict[Path, FileLock] = {}
        self._writing = threading.RLock()

    def load(self, path: Path) -> ThreatModel:
        """Read a model and what was said since it was written.

        A system that was edited by hand counts from now on. What the model inherits is read too.
        Raises InputError naming file, line and field of every error.
        """
        path = path.resolve()
        with self._writing:
            # First what is beside the file: another process may just be putting it into the file.
            beside = list(_lines(journal_path(path)))
            content = _read(path)
            text = _decoded(content, path)
            model = self.whole(model_of(text, path.name), path, text)
            self._seen[path] = _digest(content)
            self._commented.pop(path, None)
            later = _leftover(beside, path, model)
        return model.model_copy(update={"journal": (*model.journal, *later)}) if later else model

    def whole(self, model: ThreatModel, path: Path, text: str = "") -> ThreatModel:
        """The model of a file together with what the files that it inherits bring.

        `text` is what the file holds, for the lines in errors. Raises InputError naming the file
        that cannot be taken in, or what refers to an element that none of them has.
        """
        model = own_part(model)
        if not model.inherits and not loose_ends(model.system):
            return adopt(model)
        inherited = inherited_by(model, path.resolve(), text, _opened)
        unknown = list(unknown_references(model, inherited))
        if unknown and digest(model.system) != model.derived.system:
            raise InputError(yamltext.listed(unknown, text, path.name), FIX)
        named = adopt(model).model_copy(update={"inherits": with_prefixes(model.inherits)})
        return viewed(named.inheriting(inherited))

    def inheriting(self, model: ThreatModel, files: Sequence[Path], path: Path) -> ThreatModel:
        """The model, which is to stand at `path`, with further files that it inherits.

        What follows from that is still to be derived.
        """
        path = path.resolve()
        model = placed_in(path, model)
        further = tuple(Inherits(file=relative(str(file), path.parent)) for file in files)
        return self.whole(model.model_copy(update={"inherits": (*model.inherits, *further)}), path)

    def placed(self, model: ThreatModel, path: Path) -> ThreatModel:
        """The model as it is to stand at `path`: what it inherits is named as seen from there."""
        return placed_in(path.resolve(), model)

    def save(self, model: ThreatModel, path: Path) -> None:
        """Write a model atomically.

        Raises StaleFileError if the file changed since this store read it, after putting the model
        into a file beside it; InputError if it cannot be written.
        """
        path = path.resolve()
        text = text_of(placed_in(path, model))
        with self._writing, self.own(path):
            current = _digest_at(path)
            if current is not None and current != self._seen.get(path):
                raise self._stale(text, path)
            if current is not None:
                text = self._with_comments(path, text)
            content = text.encode()
            if _digest(content) != current:
                replace_whole(path, content)
                self._seen[path] = _digest(content)
            _drop_journal(path, model)

    def _with_comments(self, path: Path, text: str) -> str:
        """The text with the comments of the file that it is about to take the place of."""
        if self._commented.get(path) is False:
            return text
        old = path.read_text(encoding="utf-8-sig")
        self._commented[path] = has_comments(old)
        return keep_comments(old, text) if self._commented[path] else text

    def append(self, entry: JournalEntry, path: Path) -> None:
        """Put one journal entry on disk beside the model. Raises InputError if that cannot be."""
        path = path.resolve()
        line = json.dumps(entry_data(entry), ensure_ascii=False)
        beside = journal_path(path)
        with self._writing, self.own(path), writable(beside):
            _set_aside_foreign(beside, entry.n)
            # A line that was torn off must not swallow the next one.
            torn = beside.exists() and beside.read_bytes()[-1:] not in (b"", b"\n")
            with opened_like(path, beside, "ab") as file:
                file.write((b"\n" if torn else b"") + line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())

    @contextmanager
    def own(self, path: Path, wait: float = 0) -> Iterator[None]:
        """Keep all others from writing a model for as long as the context lasts. Re-entrant.

        Raises InputError if another session has it, after `wait` seconds. A folder that nobody can
        write to needs no owner.
        """
        path = path.resolve()
        if not os.access(path.parent, os.W_OK):
            yield
            return
        lock_path = path.with_name(f".{path.name}.lock")
        # Not thread-local: the file is written from worker threads.
        lock = self._locks.setdefault(path, FileLock(lock_path, timeout=0, thread_local=False))
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise InputError(
                f"{path.name} is open in another threatwright.",
                "Close it there first, or work on a copy of the file.",
            ) from error
        try:
            yield
        finally:
            if lock.lock_counter == 1:
                with suppress(OSError):  # Windows keeps an open file
                    lock_path.unlink()
            lock.release()

    def _stale(self, text: str, path: Path) -> StaleFileError:
        aside = self._conflicts.get(path) or _free(path, "conflict-{}.yaml")
        replace_whole(aside, text.encode(), like=path)
        self._conflicts[path] = aside
        return StaleFileError(
            f"{path.name} was changed by something else while it was open here; "
            f"your version is in {aside.name}.",
            f"Compare them (threatwright diff {path.name} {aside.name}), keep one under the name "
            f"{path.name}, and open it again.",
        )


def journal_path(path: Path) -> Path:
    """Where the entries are kept that a model file does not hold yet."""
    return path.with_name(f"{_stem(path)}.journal.jsonl")


def _stem(path: Path) -> str:
    return path.name.removesuffix(path.suffix)


def _free(path: Path, pattern: str) -> Path:
    """The first name of the pattern, with a number in it, that no file beside `path` has."""
    number = 1
    while (found := path.with_name(f"{_stem(path)}.{pattern.format(number)}")).exists():
        number += 1
    return found


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{path.name} is larger than {MAX_BYTES // 1024 // 1024} MB.",
                "No threat model is that large; check that this is the right file.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(
            f"There is no file {path}.",
            "Check the name, or start a new model: threatwright interview DESCRIPTION.md",
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", "Name a file that you may read."
        ) from error


def _opened(path: Path) -> Opened:
    content = _read(path)
    text = _decoded(content, path)
    return Opened(model_of(text, path.name), text, _digest(content))


def _decoded(content: bytes, path: Path) -> str:
    try:
        if b"\0" in content:
            raise ValueError
        return content.decode("utf-8-sig")
    except ValueError as error:  # UnicodeDecodeError is one
        raise InputError(
            f"{path.name} is not a text file in UTF-8.",
            "Name a file that threatwright wrote, or save it as UTF-8.",
        ) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_at(path: Path) -> str | None:
    return _digest(_read(path)) if path.exists() else None


# --- entries beside the file ------------------------------------------------------------------


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    """(line number, data) of each line; one that a crash tore off is no JSON and is passed over."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if isinstance(data, dict):
            yield number, data


def _leftover(
    lines: Iterable[tuple[int, Any]], path: Path, model: ThreatModel
) -> tuple[JournalEntry, ...]:
    """The entries beside a file that carry its journal on. Others belong to another version."""
    beside = journal_path(path)
    found: list[JournalEntry] = []
    n = model.journal[-1].n if model.journal else 0
    for number, data in lines:
        if data.get("n") != n + 1:
            continue
        try:
            found.append(_entries().validate_python(data))
        except ValidationError as error:
            raise InputError(
                f"{beside.name}, line {number}: {error.errors()[0]['msg']}",
                f"Correct that line, or remove {beside.name} to go on without what it holds.",
            ) from error
        n += 1
    return tuple(found)


def _drop_journal(path: Path, model: ThreatModel) -> None:
    """Remove the entries beside a file once it holds all of them itself."""
    beside = journal_path(path)
    held = model.journal[-1].n if model.journal else 0
    if all(isinstance(data.get("n"), int) and data["n"] <= held for _, data in _lines(beside)):
        with writable(beside):
            beside.unlink(missing_ok=True)


def _set_aside_foreign(beside: Path, n: int) -> None:
    """Move entries away that entry `n` does not carry on: they belong to another version."""
    last = max((data.get("n", 0) for _, data in _lines(beside)), default=n - 1)
    if last >= n:
        beside.rename(_free(beside, "conflict-{}.jsonl"))
