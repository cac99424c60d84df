"""`threatwright interview`: in the user interface, line by line, or as JSON lines for programs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.cli.inputs import STDIN
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.workflow.session import Session

Drive = Callable[["Session"], Awaitable[None]]

app = command.new()

ANSWERS = (
    "\n\n\b\n"
    "With --jsonl, each line of output is an event; only a question waits. Each line of input is\n"
    'one of: {"answer": "yes"} (a choice or free text; may name its question: "id"),\n'
    '{"accept": true}, {"dont_know": true}, {"skip": true}, {"undo": 1}, {"tell": "..."},\n'
    '{"stop": true}. The end of the input is a stop. `stop` writes the file.'
)


@app.command(
    epilog=command.example(
        "threatwright interview description.md -o payments.threatmodel.yaml",
        "threatwright interview payments.threatmodel.yaml --plain",
    )
    + ANSWERS
)
def interview(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT...",
            help="One or more descriptions (.md, .txt, .html, .pdf, .docx), a model file (.yaml) "
            "or sample:NAME.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="FILE", help="The model file to make or go on with."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use no language model and no network.")
    ] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Talk in JSON lines over standard input and output.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line, without the user interface.")
    ] = False,
) -> None:
    """Answer questions about a system, the most valuable first.

    The model file is written after every answer, so an interview may end and go on at any time.
    """
    if jsonl and plain:
        raise InputError("--jsonl and --plain exclude each other.", "Choose one of them.")
    named = inputs or []
    if STDIN in named:
        raise InputError(
            "Standard input is where the answers come from.", "Put the description into a file."
        )
    if not (jsonl or plain):
        from threatwright.cli import ui

        ui.open_ui(named, out)
    elif jsonl:
        from threatwright.workflow.jsonl import converse

        asyncio.run(_talk(named, out, lambda s: converse(s, sys.stdin, sys.stdout)))
    else:
        from threatwright.cli.line_by_line import converse as ask

        asyncio.run(_talk(named, out, lambda s: ask(s, sys.stdin, console.say)))


async def _talk(named: Sequence[str], out: str | None, drive: Drive) -> None:
    from threatwright import bootstrap
    from threatwright.cli.openings import ground_of

    ground = ground_of(named, out)
    async with bootstrap.open_session(ground.path, ground.sources, name=ground.name) as session:
        await drive(session)
