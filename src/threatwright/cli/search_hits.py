"""What `threatwright search` found: for people, as JSON, and a line of JSON for each query."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

from threatwright.cli import console
from threatwright.cli.tables import Column, table
from threatwright.exchange.json_file import dumped
from threatwright.exchange.plain import escaped_json

MAX_LINE = 100_000
"""Bytes of a query on standard input that are read; the rest of its line is passed over."""


class Row(NamedTuple):
    """A catalogue entry or a pattern. The names of the fields are those of the JSON."""

    list: str
    edition: str
    id: str
    name: str
    score: float

    def as_data(self) -> dict[str, Any]:
        """The row as JSON has it."""
        return self._asdict() | {"score": round(self.score, 4)}


Search = Callable[[str], Sequence[Row]]


def show(rows: Sequence[Row], as_json: bool) -> None:
    """Print what one query found."""
    if as_json:
        console.say(dumped([row.as_data() for row in rows]), end="")
        return
    columns = (Column("Score"), Column("List"), Column("Id"), Column("Name", share=1))
    cells = [(f"{r.score:.2f}", f"{r.list} {r.edition}", r.id, r.name) for r in rows]
    for line in table(columns, cells, console.width()) if rows else ["Nothing fits these words."]:
        console.say(line)


def answer_lines(find: Search) -> None:
    """Answer each line of standard input with a line, at once. An empty one finds nothing."""
    for line in _lines(sys.stdin.buffer):
        rows = find(line) if line else ()
        answer = json.dumps([row.as_data() for row in rows], ensure_ascii=False)
        console.say(escaped_json(answer))


def _lines(source: BinaryIO) -> Iterator[str]:
    # Bytes, because to Python's text a lone carriage return ends a line too, and one byte that is
    # not UTF-8 ends everything.
    while line := source.readline(MAX_LINE):
        ends = line.endswith(b"\n")
        while not ends and (rest := source.readline(MAX_LINE)):
            ends = rest.endswith(b"\n")
        yield line.decode("utf-8", errors="replace").strip()
