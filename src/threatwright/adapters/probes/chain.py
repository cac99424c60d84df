"""Evidence that shows if it was touched: each record holds the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from threatwright.adapters.probes.run_folder import whole_lines
from threatwright.model.base import Value

START = "0" * 64
"""What the first record holds for the hash of the one before it."""
_LINE = re.compile(
    rb'(\{"n":([0-9]+),"previous":"([0-9a-f]{64})","content":\{.*\}),"hash":"([0-9a-f]{64})"\}'
)


class Link(NamedTuple):
    """One record of a chain."""

    n: int
    """Its number, from 1."""
    previous: str
    hash: str
    content: dict[str, Any]


class Flaw(NamedTuple):
    """A place at which a chain is not whole."""

    line: int
    says: str


class Chain:
    """A chain that is written. One process at a time."""

    def __init__(self, path: Path) -> None:
        """Goes on where the file ends."""
        self._descriptor = whole_lines(path)
        lines = _lines(path)
        last = _LINE.fullmatch(lines[-1]) if lines else None
        self.n = int(last[2]) if last else len(lines)
        self.last = last[4].decode() if last else START

    def append(self, content: Value) -> str:
        """Write a record behind the last one: its hash."""
        self.n += 1
        head = f'{{"n":{self.n},"previous":"{self.last}","content":{content.model_dump_json()}'
        self.last = hashlib.sha256(head.encode()).hexdigest()
        os.write(self._descriptor, f'{head},"hash":"{self.last}"}}\n'.encode())
        return self.last

    def close(self) -> None:
        """Put everything safely on disk."""
        os.fsync(self._descriptor)
        os.close(self._descriptor)


def links(path: Path) -> Iterator[Link]:
    """The records of a file that can be read, in order."""
    for line in _lines(path):
        if found := _LINE.fullmatch(line):
            content = json.loads(line)["content"]
            yield Link(int(found[2]), found[3].decode(), found[4].decode(), content)


def verify(path: Path, last: str = "") -> tuple[Flaw, ...]:
    """Where the evidence was changed, cut or put in another order; nothing if it is whole.

    `last` is the hash that the model file holds of its last record: with it, also records that are
    missing from the end are found.
    """
    flaws: list[Flaw] = []
    previous, n = START, 0
    for at, line in enumerate(_lines(path), start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            flaws.append(Flaw(at, "this is no record; it was changed, or cut off"))
            continue
        if hashlib.sha256(found[1]).hexdigest() != found[4].decode():
            flaws.append(Flaw(at, "this record was changed"))
        if int(found[2]) != n + 1:
            flaws.append(Flaw(at, f"record {found[2].decode()} follows record {n}"))
        elif found[3].decode() != previous:
            flaws.append(Flaw(at, "this record does not follow the one before it"))
        previous, n = found[4].decode(), int(found[2])
    flaws += _flaws_of_end(path, n, previous, last)
    return tuple(flaws)


def _flaws_of_end(path: Path, n: int, found: str, last: str) -> Iterator[Flaw]:
    if path.read_bytes()[-1:] not in {b"\n", b""}:
        yield Flaw(n + 1, "the last line is cut off")
    if last and last != found:
        yield Flaw(n + 1, "records are missing from the end, or follow it")


def _lines(path: Path) -> list[bytes]:
    """Whole lines; one that is cut off at the end is told of apart."""
    *whole, _ = path.read_bytes().split(b"\n")
    return whole
