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
from threatwright.model.terms import Depth

if TYPE_CHECKING:
    from threatwright.workflow.session import Session

Drive = Callable[["Session"], Awaitable[None]]

app = command.new()

ANSWERS = (
    "\n\n\b\n"
    "With --jsonl, each line of output is an event; only a question waits. Each line of input is\n"
    'one of: {"answer": "yes"} (a choice or free text; may name its question, an earlier one\n'
    'too: "id"), {"accept": true}, {"dont_know": true}, {"skip": true}, {"undo": 1},\n'
    '{"tell": "..."}, {"depth": "quick"}, {"stop": true}. With "preview": true, an answer, an\n'
    "undo or what is told changes nothing: a `previewed` event says what it would change.\n"
    "The end of the input is a stop. `stop` writes the file."
)


@app.command(
    epilog=command.example(
        "threatwright interview description.md -o payments.threatmodel.yaml",
        "threatwright interview payments.threatmodel.yaml --plain --depth quick",
    )
    + ANSWERS
)
def interview(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="INPUT",
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
    depth: Annotated[
        Depth | None,
        typer.Option(help="How far to ask: about 6 questions, about 12, or all that are worth it."),
    ] = None,
) -> None:
    """Correct the drawing of a system, then answer questions, the most valuable first.

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

        ui.open_ui(named, out, depth)
    elif jsonl:
        from threatwright.workflow.jsonl import converse

        asyncio.run(_talk(named, out, depth, lambda s: converse(s, sys.stdin, sys.stdout)))
    else:
        asyncio.run(_talk(named, out, depth, _line_by_line, shows_drawing=True))


async def _line_by_line(session: Session) -> None:
    from threatwright import bootstrap
    from threatwright.cli.line_by_line import converse

    await converse(session, sys.stdin, console.say, bootstrap.knowledge(), console.width())


async def _talk(
    named: Sequence[str],
    out: str | None,
    depth: Depth | None,
    drive: Drive,
    *,
    shows_drawing: bool = False,
) -> None:
    from threatwright import bootstrap
    from threatwright.cli.openings import ground_of

    ground = ground_of(named, out)
    async with bootstrap.open_session(
        ground.path, ground.sources, name=ground.name, depth=depth, shows_drawing=shows_drawing
    ) as session:
        await drive(session)
