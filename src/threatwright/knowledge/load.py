"""Loads `knowledge/` as one checked `Knowledge` value.

Compiled once per content: the validated value is kept as JSON, named by the digest of the files, so
that a command need not parse and check them again. Never a pickle. A wheel brings the compilation
of what it ships; what is changed or added since is compiled into the user's cache.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from threatwright import resources
from threatwright.model.knowledge import Knowledge
from threatwright.uncollected import uncollected

FORMAT = b"threatwright-knowledge/1\n"
"""Part of the digest: raise it when the types change, so that no old compilation is read."""

APART = frozenset({"samples", "catalogues/atlas/procedures"})
"""Folders that are read by themselves when asked for, and no part of the compilation."""

KEPT = 5
"""Compilations left in the cache: of ours, and of some organisation's as it is being written."""


def _files(root: Path) -> list[Path]:
    """What compiled knowledge consists of, in one order."""
    found = ((path, path.relative_to(root)) for path in root.rglob("*.yaml"))
    return sorted(
        path
        for path, inside in found
        if not any(folder.as_posix() in APART for folder in inside.parents)
    )


def digest_of(root: Path) -> str:
    """SHA-256 over names and contents of the knowledge files."""
    return digest_of_files(root, _files(root))


def digest_of_files(root: Path, files: Iterable[Path]) -> str:
    """SHA-256 over names, as seen from `root`, and contents of files."""
    digest = hashlib.sha256(FORMAT)
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def compiled(cache: Path | None, digest: str, build: Callable[[], Knowledge]) -> Knowledge:
    """The compilation of this digest, where one is at hand, else built and kept in the cache.

    `cache` is a folder that may be written to; without one, nothing is kept.
    """
    places = [folder / file_name(digest) for folder in (resources.compilations(), cache) if folder]
    found = next(filter(None, map(_cached, places)), None)
    if found is None:
        found = build()
        if cache is not None:
            keep(found, places[-1])
    return found


def file_name(digest: str) -> str:
    """What the compilation of a digest is called."""
    return f"knowledge-{digest[:16]}.json"


@uncollected()
def _cached(path: Path) -> Knowledge | None:
    try:
        return Knowledge.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None  # absent or damaged: it is compiled again


def keep(knowledge: Knowledge, path: Path) -> None:
    """Write a compilation, and remove old ones beside it. Where it cannot be, nothing happens."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(knowledge.model_dump_json(exclude_defaults=True), encoding="utf-8")
        temporary.replace(path)
        _forget_old(path.parent)
    except OSError:
        return  # an unwritable home only costs time


def _forget_old(cache: Path) -> None:
    """Remove all compilations but the newest."""
    found = [(path.stat().st_mtime, path) for path in cache.glob("knowledge-*.json")]
    for _, path in sorted(found, reverse=True)[KEPT:]:
        with suppress(FileNotFoundError):  # another process removed it at the same time
            path.unlink()


@lru_cache(maxsize=4)
def load_knowledge(cache: Path | None = None, root: Path | None = None) -> Knowledge:
    """Our knowledge base alone, from its compilation where one of the same content is at hand.

    `cache` is a folder that may be written to; without one, nothing is kept.
    """
    root = root or resources.folder("knowledge")
    return compiled(cache, digest_of(root), lambda: _compiled_anew(root))


def _compiled_anew(root: Path) -> Knowledge:
    # Imported where it is used: a compilation is mostly at hand, and this is what checks one.
    from threatwright.knowledge.compile import compile_knowledge

    return compile_knowledge(root)
