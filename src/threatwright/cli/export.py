"""`threatwright export`: a model in another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.exchange.formats import Format

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright export payments.threatmodel.yaml --format markdown -o report.md",
        "threatwright export sample:mlops-platform --format mermaid",
    )
)
def export(
    source: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("-f", "--format", metavar="FORMAT", help="One of those that --list names."),
    ] = None,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="Write the export here.")
    ] = None,
    lists: Annotated[
        bool, typer.Option("--list", help="Name the formats, and what each of them loses.")
    ] = False,
) -> None:
    """Write a model as a report, a diagram or JSON.

    A model file is written as it is; `threatwright draft` works its threats out anew.
    """
    from threatwright.exchange.formats import FORMATS

    if lists:
        for entry in FORMATS:
            console.say(f"{entry.name:<10} {entry.extension:<6} {entry.title}; loses {entry.loses}")
        return
    if source is None:
        raise InputError("No FILE is named.", "`threatwright export --help` shows how.")
    found = _format(name, out)
    text = _written(source, found)
    if out is None:
        console.say(text, end="")
    else:
        from threatwright.cli.outputs import write_text

        write_text(Path(out), text)


def _format(name: str | None, out: str | None) -> Format:
    """The format of that name, or, without a name, of the output file's extension."""
    from threatwright.exchange.formats import FORMATS

    names = ", ".join(entry.name for entry in FORMATS)
    for entry in FORMATS:
        if entry.name == name or (name is None and out and Path(out).suffix == entry.extension):
            return entry
    if name is None:
        raise InputError("The format is not named.", f"Add --format with one of: {names}.")
    raise InputError(f"There is no format “{name}”.", f"There are: {names}.")


def _written(source: str, found: Format) -> str:
    from threatwright import bootstrap
    from threatwright.cli import inputs
    from threatwright.cli.models import open_model, place_of

    knowledge = bootstrap.knowledge()
    model = open_model(source, knowledge)
    if not found.tells_lines or place_of(source) is None:
        return found.write(model, knowledge)
    from threatwright.exchange.file_lines import ModelFile

    text = inputs.read_text(source, inputs.MAX_MODEL)
    return found.write(model, knowledge, ModelFile(source, text))
