"""Chroma on disk: a folder for each collection, sealed when it is complete.

A folder without a seal was left half-built; one that does not match its seal is damaged.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from filelock import FileLock

from threatwright.adapters import chroma
from threatwright.adapters.chroma import ChromaError, Collection
from threatwright.adapters.chroma_collection import Contents, Held, filled

KEPT = 3
"""Collections of a family left on disk, so that several knowledge bases in turn do not rebuild each
other's."""
LOCK_TIMEOUT = 30
"""Seconds. Building takes about one."""

_SEAL = "sealed.json"
_log = logging.getLogger(__name__)


class _DamagedError(Exception):
    """A collection on disk is not what it was when it was sealed."""


@dataclass(frozen=True)
class Folder:
    """The collections under a folder, which may be deleted at any time."""

    cache: Path

    def hold(self, contents: Contents) -> Held:
        """The collection, built first if there is none.

        Raises OSError or ChromaError if the folder cannot be written to.
        """
        self.cache.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if found := self._sealed(contents.name):
                return found
            _sweep(self.cache, contents.family)
            return _used(_built(self.cache, contents))

    def find(self, start: str) -> Held | None:
        """The collection whose name begins so, if it is there. Builds nothing."""
        if not any(self.cache.glob(f"index-{start}*/{_SEAL}")):
            return None
        with self._locked():
            return self._sealed(start)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # Opening takes the lock too: Chroma writes to its database then, and would wait for
        # minutes.
        with FileLock(self.cache / "index.lock", timeout=LOCK_TIMEOUT):
            yield

    def _sealed(self, start: str) -> Held | None:
        for seal in sorted(self.cache.glob(f"index-{start}*/{_SEAL}")):
            try:
                return _used(seal.parent)
            except _DamagedError as error:
                _log.info("%s is set aside: %s", seal.parent, error)
                _set_aside(seal.parent)
        return None


def _used(folder: Path) -> Held:
    collection = _opened(folder)
    os.utime(folder / _SEAL)  # `_sweep` goes by it
    return Held(collection, str(folder))


@lru_cache(maxsize=4 * KEPT)
def _opened(folder: Path) -> Collection:
    """The collection in a sealed folder, checked once in a process."""
    try:
        if json.loads((folder / _SEAL).read_bytes()) != _checksums(folder):
            raise _DamagedError("its files are not those that were sealed")
        with ExitStack() as opened:
            client = chroma.in_folder(folder)
            opened.callback(client.close)
            (collection,) = client.list_collections()
            if not collection.metadata:
                raise _DamagedError("it does not say what it holds")
            opened.pop_all()  # it stays open for those who search
        return client.get_collection(collection.name, embedding_function=None)
    except (OSError, ValueError, TypeError, KeyError, ChromaError) as error:
        raise _DamagedError(str(error)) from error


def _built(cache: Path, contents: Contents) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"index-{contents.name}-", dir=cache))
    with chroma.in_folder(folder) as client:
        collection = filled(client, contents)
        one = collection.get(limit=1, include=["embeddings"])
        # The first query makes Chroma write its graph to the disk.
        collection.query(query_embeddings=cast("Any", one["embeddings"]), n_results=1)
    (folder / _SEAL).write_text(json.dumps(_checksums(folder)), encoding="utf-8")
    return folder


def _checksums(folder: Path) -> dict[str, int]:
    """CRC-32 of the files of the graph: Chroma reads them unchecked, and damage ends the process.

    The database is left out: it changes when it is opened, and SQLite notices damage itself.
    """
    return {
        path.relative_to(folder).as_posix(): zlib.crc32(path.read_bytes())
        for path in sorted(folder.glob("*/*"))
    }


def _set_aside(folder: Path) -> None:
    """Out of the way, but still there to look into. Only the last one is."""
    for earlier in folder.parent.glob("damaged-*"):
        shutil.rmtree(earlier, ignore_errors=True)
    folder.replace(folder.with_name(f"damaged-{folder.name}"))


def _sweep(cache: Path, family: str) -> None:
    """Makes room for one more: removes what was left half-built, and what is unused longest."""
    seals = sorted(cache.glob(f"index-{family}-*/{_SEAL}"), key=lambda seal: -seal.stat().st_mtime)
    kept = {seal.parent for seal in seals[: KEPT - 1]}
    for folder in set(cache.glob(f"index-{family}-*")) - kept:
        shutil.rmtree(folder, ignore_errors=True)
