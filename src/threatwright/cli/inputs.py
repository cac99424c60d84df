"""Reads what a person hands in: documents, model files, forms, examples. Every refusal says why."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from threatwright import resources
from threatwright.cli import console
from threatwright.errors import InputError
from threatwright.exchange.plain import one_line

if TYPE_CHECKING:
    from threatwright.exchange.documents.document import Document

STDIN = "-"
SAMPLE = "sample:"
DESCRIPTION = "description.md"
MAX_PROSE = 1_000_000
"""Bytes of a description or a form that is a text: some 300 pages."""
MAX_MODEL = 50_000_000
"""Bytes of a model in JSON."""


def read_document(argument: str) -> Document:
    """The description in a file of any kind that can be read, or in standard input for `-`.

    Raises InputError if it cannot be read, or holds no text.
    """
    # The first screen of the UI names examples by way of this module, and needs none of it.
    from threatwright.exchange.documents.formats import HEAD, format_of

    name = named(argument)
    with _opened(argument) as file:
        head = file.read(HEAD)
        kind = format_of(head, argument, name)
        content = head
        if len(head) == HEAD:  # else it has ended, which a person would have to say once more
            content += file.read(kind.limit + 1 - HEAD)
    if len(content) > kind.limit:
        raise _too_large(name, kind.limit)
    document = kind.read(content, name)
    if not document.text.strip():
        raise InputError(
            f"{name} holds no text.",
            "Describe the system in a few sentences: what it does, with which model, for whom.",
        )
    return document


def read_text(argument: str, limit: int) -> str:
    """A text in UTF-8 of at most `limit` bytes; its lines end in a line feed, whatever it uses."""
    return decoded(read_bytes(argument, limit), argument)


def read_bytes(argument: str, limit: int) -> bytes:
    """What a file, or standard input for `-`, holds, at most `limit` bytes."""
    with _opened(argument) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise _too_large(named(argument), limit)
    return content


def _too_large(name: str, limit: int) -> InputError:
    return InputError(
        f"{name} is larger than {limit / 1_000_000:.0f} MB.",
        "That is more than anybody reads; hand in the part that matters.",
    )


def decoded(content: bytes, argument: str) -> str:
    """The text in UTF-8 that was read from `argument`, with line feeds."""
    name = named(argument)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _wrong_encoding(name, "it is UTF-16")
    if b"\0" in content:
        raise InputError(
            f"{name} is not a text: it holds NUL bytes.",
            "Save it as plain text or Markdown (.md, .txt) and hand that in.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        where = f"line {line} holds the byte 0x{content[error.start]:02x}"
        raise _wrong_encoding(name, where) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wrong_encoding(name: str, why: str) -> InputError:
    return InputError(f"{name} is not in UTF-8: {why}.", "Save it in UTF-8 and try again.")


def check_file(argument: str) -> None:
    """Refuse what is not a regular file that can be read."""
    with _opened(argument):
        return


@contextmanager
def _opened(argument: str) -> Iterator[BinaryIO]:
    if argument == STDIN:
        if sys.stdin is None:
            raise InputError("There is no standard input.", "Name a file instead of `-`.")
        console.invite(
            "Type or paste the text; on a line of its own, Ctrl-D (Windows: Ctrl-Z) ends it."
        )
        yield sys.stdin.buffer
        return
    try:
        # Without blocking: opening a named pipe would wait for whoever writes to it.
        number = os.open(argument, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise _unopened(argument, error) from error
    with ExitStack() as opened:
        opened.callback(os.close, number)
        _refuse_special(argument, os.fstat(number).st_mode)
        file = os.fdopen(number, "rb")
        opened.pop_all()  # from here on the file closes it
    with file:
        yield file


def _unopened(argument: str, error: OSError) -> InputError:
    name = named(argument)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InputError(
            f"{name} does not exist.",
            "Check the path; `threatwright sample list` names examples that need no file.",
        )
    if isinstance(error, IsADirectoryError):
        return _directory(name)
    if isinstance(error, PermissionError):
        return InputError(f"{name} may not be read.", "Give yourself the right to read it.")
    return InputError(f"{name} cannot be opened: {error.strerror}.", "Check the path.")


def _refuse_special(argument: str, mode: int) -> None:
    name = named(argument)
    if stat.S_ISDIR(mode):
        raise _directory(name)
    if not stat.S_ISREG(mode):
        raise InputError(
            f"{name} is not a regular file.",
            "To read from a pipe, name `-` as the file and redirect into standard input.",
        )


def _directory(name: str) -> InputError:
    return InputError(f"{name} is a folder.", "Name a file in it.")


def named(argument: str) -> str:
    """What errors call an input."""
    return "Standard input" if argument == STDIN else one_line(argument)


# --- examples ---------------------------------------------------------------------------------


def is_sample(argument: str) -> bool:
    """Whether an argument names an example."""
    return argument.startswith(SAMPLE)


def samples() -> tuple[str, ...]:
    """The names of the examples."""
    root = resources.folder("knowledge") / "samples"
    return tuple(sorted(path.parent.name for path in root.glob(f"*/{DESCRIPTION}")))


def sample(argument: str) -> Path:
    """The folder of the example that `sample:NAME` or `NAME` names."""
    name = argument.removeprefix(SAMPLE)
    if not re.fullmatch(r"[a-z0-9-]+", name) or name not in samples():
        known = ", ".join(samples()) or "none"
        raise InputError(f"There is no example “{one_line(name)}”.", f"There are: {known}.")
    return resources.folder("knowledge") / "samples" / name


def sample_text(name: str) -> str:
    """The description of an example."""
    return read_text(str(sample(name) / DESCRIPTION), MAX_PROSE)


def title_of(name: str) -> str:
    """The first line of an example's description."""
    return next((line.lstrip("# ") for line in sample_text(name).splitlines() if line.strip()), "")
