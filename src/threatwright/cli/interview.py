"""`threatwright interview`: in the user interface, line by line, or as JSON lines for programs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.cli.inputs import STDIN
from threatwright.errors import InputError, LanguageModelError
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
    '{"tell": "..."}, {"depth": "quick"}, {"retry": true} (the language model, for what it did\n'
    'not give), {"stop": true}. With "preview": true, an answer, an\n'
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
    Where a language model is set, it reads, asks and drafts too; Ctrl-C ends its work, and what it
    had said by then is kept.
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

        ui.open_ui(named, out, depth, offline=offline)
    elif jsonl:
        from threatwright.workflow.jsonl import converse

        drive: Drive = lambda s: converse(s, sys.stdin, sys.stdout)  # noqa: E731
        asyncio.run(_talk(named, out, depth, drive, offline=offline))
    else:
        talk = _talk(named, out, depth, _line_by_line, offline=offline, shows_drawing=True)
        asyncio.run(talk)


async def _line_by_line(session: Session) -> None:
    from threatwright import bootstrap
    from threatwright.cli.line_by_line import converse

    known, width = bootstrap.knowledge(), console.width()
    await converse(session, sys.stdin, console.say, known, width, console.note)


async def _talk(
    named: Sequence[str],
    out: str | None,
    depth: Depth | None,
    drive: Drive,
    *,
    offline: bool,
    shows_drawing: bool = False,
) -> None:
    """Hold an interview. Raises LanguageModelError at its end if that model failed at something."""
    from threatwright import bootstrap
    from threatwright.cli.openings import ground_of

    ground = ground_of(named, out)
    folder = ground.path.parent if ground.path is not None else Path.cwd()
    try:
        async with AsyncExitStack() as exits:
            asked = bootstrap.language_model(folder, offline=offline or None)
            opening = bootstrap.open_session(
                ground.path,
                ground.sources,
                name=ground.name,
                depth=depth,
                shows_drawing=shows_drawing,
                llm=await exits.enter_async_context(asked),
            )
            session = await exits.enter_async_context(opening)
            await drive(session)
    except asyncio.CancelledError:  # Ctrl-C
        console.note("Stopped. What was said by then is kept; the same command goes on.")
        raise
    if (owed := session.owed) is not None:
        raise LanguageModelError(owed.problem, owed.fix)
