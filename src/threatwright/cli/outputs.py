"""Writes files: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from threatwright.errors import InputError
from threatwright.exchange.plain import one_line


def check_target(path: Path) -> None:
    """Refuse, before any work is done, what could not be written to."""
    name = one_line(str(path))
    if path.is_dir():
        raise InputError(f"{name} is a folder.", "Name a file in it.")
    if not path.parent.is_dir():
        raise InputError(
            f"The folder {one_line(str(path.parent))} does not exist.", "Make it, or name another."
        )
    if path.exists() and not path.is_file():
        raise InputError(f"{name} is not a regular file.", "Name another file.")


def write_text(path: Path, text: str) -> None:
    """Put a text in a file, through a temporary one beside it."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Put content in a file, through a temporary one beside it."""
    check_target(path)
    path = path.resolve()  # a link stays a link
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    number, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(number)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)  # it is gone where it took the file's place


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
