"""The terminal: nothing reaches it that could steer it."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TextIO

from threatwright.errors import ThreatwrightError
from threatwright.exchange.plain import one_line, plain


def prepare() -> None:
    """Make output of any text possible, whatever encoding the terminal has."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str = "", *, end: str = "\n") -> None:
    """Print text, made plain, on standard output, at once."""
    _write(plain(text) + end, sys.stdout)


def pass_on(content: bytes) -> None:
    """Give what is no text to whatever reads standard output."""
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def _write(text: str, stream: TextIO) -> None:
    stream.write(text)
    stream.flush()


def complain(error: ThreatwrightError) -> None:
    """Print an error in two lines on standard error: what is wrong, then what to do."""
    try:
        _write(f"{one_line(error.problem)}\n{one_line(error.fix)}\n", sys.stderr)
    except BrokenPipeError:
        return  # nobody is listening any more


def note(text: str) -> None:
    """Say something on standard error that is no error."""
    _write(one_line(text) + "\n", sys.stderr)


def invite(text: str) -> None:
    """Say on standard error what is waited for, if a person sits at standard input."""
    if is_terminal(sys.stdin) and is_terminal(sys.stderr):
        _write(one_line(text) + "\n", sys.stderr)


def abandon_output() -> None:
    """Let nothing be written when Python ends: whoever read the output has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sits at the stream."""
    return stream is not None and stream.isatty()


def has_terminal() -> bool:
    """Whether a person can both read and type."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def width() -> int | None:
    """Columns of the terminal; None if the output goes elsewhere, where a row is a line."""
    if not is_terminal(sys.stdout):
        return None
    return max(40, shutil.get_terminal_size().columns)
