"""Files that are written whole or not at all, and stay written through a power cut."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from threatwright.errors import InputError


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """A context in which a file is written. Raises InputError in place of what the system says."""
    try:
        yield
    except InputError:
        raise
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}.",
            "Make the folder writable, or give the model another place with -o.",
        ) from error


def replace_whole(path: Path, content: bytes, like: Path | None = None) -> None:
    """Write a file so that at every moment either the old or the new content is there, whole.

    It may be read by whoever may read `like`, or the file that was there before.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with writable(path):
        try:
            temporary.unlink(missing_ok=True)
            with opened_like(like or path, temporary, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def opened_like(like: Path, path: Path, mode: str) -> BinaryIO:
    """A file opened for writing; if that makes it, it has the permissions of `like`."""
    permissions = like.stat().st_mode & 0o777 if like.exists() else 0o666

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, permissions)

    return cast("BinaryIO", open(path, mode, opener=opener))


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the platform lets a folder be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def replace_private(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all, that nobody else may read. Its folder is made if needed.

    It may be lost in a power cut: it is for what can be had again. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        os.close(handle)
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
