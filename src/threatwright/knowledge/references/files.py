"""Reads and writes the files whose references are checked, byte for byte what they were."""

from __future__ import annotations

import codecs
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from threatwright.errors import InputError

MAX_BYTES = 50_000_000
"""Of one file. What is larger is a dump, and no text that somebody wrote."""
SKIPPED_FOLDERS = {"__pycache__", "node_modules", "site-packages", "venv"}
SKIPPED_SUFFIXES = {".orig"}
"""What `--fix` leaves behind."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A text, and how it was written down."""

    text: str
    encoding: str
    mark: bytes = b""
    """The byte order mark before it."""

    def bytes(self, text: str) -> bytes:
        """Another text, written down in the same way. Raises UnicodeEncodeError if it cannot be."""
        return self.mark + text.encode(self.encoding)


def decode(content: bytes) -> Document | None:
    """The text that bytes stand for; None if they are no text.

    What is not UTF-8 is taken for Latin-1, in which every byte is a character.
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            try:
                return Document(content[len(mark) :].decode(encoding), encoding, mark)
            except UnicodeDecodeError:
                return None
    if b"\0" in content:
        return None
    try:
        return Document(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Document(content.decode("latin-1"), "latin-1")


def walk(folder: Path) -> Iterator[Path]:
    """The files in a folder, in order; nothing hidden, no links, no installed packages."""
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and f not in SKIPPED_FOLDERS
        )
        for name in sorted(files):
            path = Path(at, name)
            hidden = name.startswith(".") or path.suffix in SKIPPED_SUFFIXES
            if not hidden and not path.is_symlink() and path.is_file():
                yield path


def read(path: Path) -> bytes:
    """What a file holds.

    Raises InputError if it is too large, is no regular file, or cannot be read.
    """
    try:
        # Without blocking: opening a named pipe would wait for whoever writes to it.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise InputError(f"{path} is not a regular file.", "Name a file or a folder.")
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{path} is larger than {MAX_BYTES // 1_000_000} MB.", "Check a part of it by itself."
        )
    return content


def replace(path: Path, content: bytes) -> Path:
    """Put new content in a file, whole or not at all. Returns where its former content is kept."""
    path = path.resolve()  # a link stays a link
    number, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(number)
        shutil.copymode(path, temporary)
        kept = _keep(path)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)  # it is gone where it took the file's place
    return kept


def _keep(path: Path) -> Path:
    """A copy beside the file, under a name that nothing has yet."""
    for number in range(1000):
        kept = path.with_name(f"{path.name}{f'.{number}' if number else ''}.orig")
        try:
            with kept.open("xb") as file:
                file.write(path.read_bytes())
            shutil.copystat(path, kept)
            return kept
        except FileExistsError:
            continue
    raise InputError(f"{path} has a thousand .orig files.", "Remove some of them.")
