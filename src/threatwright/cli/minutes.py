"""`threatwright minutes`: who said what about a system, and what is still open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright minutes payments.threatmodel.yaml -o minutes.md",
        "threatwright minutes payments.threatmodel.yaml --format json",
    )
)
def minutes(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME.")
    ],
    name: Annotated[
        str | None, typer.Option("-f", "--format", metavar="FORMAT", help="markdown or json.")
    ] = None,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="Write the minutes here.")
    ] = None,
) -> None:
    """Tell who said what, when and in which role, day by day.

    With conflicts and how they were decided, what was taken back, decisions about threats, and what
    is still open for each role.
    """
    from threatwright import bootstrap
    from threatwright.cli.models import open_model
    from threatwright.exchange.minutes import write_json
    from threatwright.exchange.minutes_markdown import write_markdown

    writers = {"markdown": write_markdown, "json": write_json}
    is_json = out is not None and Path(out).suffix.lower() == ".json"
    wanted = name.lower() if name else "json" if is_json else "markdown"
    if wanted not in writers:
        raise InputError(
            f"There is no format “{name}” for minutes.", f"There are: {', '.join(writers)}."
        )
    knowledge = bootstrap.knowledge()
    text = writers[wanted](open_model(source, knowledge), knowledge)
    if out is None:
        console.say(text, end="")
    else:
        from threatwright.cli.outputs import write_text

        write_text(Path(out), text)
