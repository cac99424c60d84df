"""`threatwright search`: the catalogues."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError
from threatwright.model.catalogue import ListName

if TYPE_CHECKING:
    from threatwright.ports import Hit

MAX_LINE = 100_000
"""Characters of one query on standard input."""

app = command.new()


@app.command(
    epilog=command.example(
        'threatwright search "users can poison the feedback loop" -k 3',
        'threatwright search "stolen model weights" --catalogue atlas --json',
    )
)
def search(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="Any words.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many entries.")] = 10,
    catalogue: Annotated[
        list[ListName] | None,
        typer.Option("--catalogue", "-c", help="Only this catalogue; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    from_stdin: Annotated[
        bool,
        typer.Option("--stdin", help="A query on each line of standard input; a JSON list each."),
    ] = False,
) -> None:
    """Search the catalogues for the entries that fit some words, the best first."""
    if from_stdin == (query is not None):
        raise InputError(
            "There is no query." if query is None else "QUERY and --stdin exclude each other.",
            'Write threatwright search "WORDS", or give queries on standard input with --stdin.',
        )
    if query is not None and not query.strip():
        raise InputError("The query is empty.", 'Name some words: threatwright search "WORDS".')
    from threatwright import bootstrap

    index = bootstrap.index()
    lists = tuple(catalogue or ())
    if query is None:
        for line in _lines():
            hits = index.search(line, k, lists=lists) if line else ()
            console.say(_on_one_line(hits))
        return
    _print(index.search(query, k, lists=lists), as_json)


def _lines() -> Iterator[str]:
    while line := sys.stdin.readline(MAX_LINE):
        yield line.strip()


def _print(hits: Sequence[Hit], as_json: bool) -> None:
    from threatwright.cli.tables import Column, table
    from threatwright.exchange.json_file import dumped

    if as_json:
        console.say(dumped(_as_data(hits)), end="")
        return
    columns = (Column("Score"), Column("List"), Column("Id"), Column("Name", share=1))
    rows = [
        (
            f"{hit.score:.2f}",
            f"{hit.reference.list} {hit.reference.edition}",
            hit.reference.id,
            hit.reference.name,
        )
        for hit in hits
    ]
    for line in table(columns, rows, console.width()) if rows else ["Nothing fits these words."]:
        console.say(line)


def _as_data(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [hit.reference.model_dump(mode="json") | {"score": round(hit.score, 4)} for hit in hits]


def _on_one_line(hits: Sequence[Hit]) -> str:
    import json

    from threatwright.exchange.plain import escaped_json

    return escaped_json(json.dumps(_as_data(hits), ensure_ascii=False))
