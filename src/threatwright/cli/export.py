"""`threatwright export`: a model in another format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.exchange.formats import Format
    from threatwright.model.document import ThreatModel

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright export payments.threatmodel.yaml --format html -o report.html",
        "threatwright export payments.threatmodel.yaml -o threats.xlsx",
        "threatwright export payments.threatmodel.yaml --redact -o for-the-customer.html",
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
    redacted: Annotated[
        bool,
        typer.Option("--redact", help="Take out people, their words, and internal addresses."),
    ] = False,
    handling: Annotated[
        str | None,
        typer.Option(metavar="LABEL", help="The handling label, in place of the model's own."),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(metavar="TEMPLATE", help="Your own Jinja2 template, for the format html."),
    ] = None,
) -> None:
    """Write a model as a report, a table, tickets, a diagram or JSON.

    A model file is written as it is; `threatwright draft` works its threats out anew.
    """
    if lists:
        _list()
        return
    if source is None:
        raise InputError("No FILE is named.", "`threatwright export --help` shows how.")
    found = _format(name, out)
    if template is not None:
        _check_template(template, found)
    shown = Shown(redacted, handling, Path(template) if template is not None else None)
    _put(_written(source, found, shown), out, found)


class Shown(NamedTuple):
    """How a model is to be shown."""

    redacted: bool
    handling: str | None
    template: Path | None


def _check_template(template: str, found: Format) -> None:
    from threatwright.cli.inputs import check_file

    if found.name != "html":
        raise InputError(
            f"The format {found.name} takes no template.", "Leave --template out, or add -f html."
        )
    check_file(template)


def _list() -> None:
    from threatwright.exchange.formats import FORMATS

    for entry in FORMATS:
        console.say(f"{entry.name:<15} {entry.extension:<16} {entry.title}; loses {entry.loses}")


def _format(name: str | None, out: str | None) -> Format:
    """The format of that name, or, without a name, of the output file's extension."""
    from threatwright.exchange.formats import FORMATS, format_for

    names = ", ".join(entry.name for entry in FORMATS)
    if name is None:
        found = format_for(Path(out).name) if out else None
        if found is None:
            raise InputError("The format is not named.", f"Add --format with one of: {names}.")
        return found
    for entry in FORMATS:
        if entry.name == name:
            return entry
    raise InputError(f"There is no format “{name}”.", f"There are: {names}.")


def _put(content: str | bytes, out: str | None, found: Format) -> None:
    """Write to a file, or to standard output."""
    from threatwright.cli.outputs import write_bytes

    if out is not None:
        raw = content.encode() if isinstance(content, str) else content
        write_bytes(Path(out), raw)
    elif isinstance(content, str):
        console.say(content, end="")
    elif console.is_terminal(sys.stdout):
        raise InputError(
            f"The format {found.name} is no text that a terminal could show.",
            f"Name a file: -o OUT{found.extension}.",
        )
    else:
        console.pass_on(content)


def _written(source: str, found: Format, shown: Shown) -> str | bytes:
    from threatwright import bootstrap
    from threatwright.cli import inputs
    from threatwright.cli.models import open_model, place_of

    knowledge = bootstrap.knowledge()
    model = _as_shown(open_model(source, knowledge), shown)
    if shown.template is not None:
        from threatwright.exchange.html.page import write

        return write(model, knowledge, shown.template)
    if not found.tells_lines or place_of(source) is None:
        return found.write(model, knowledge)
    from threatwright.exchange.file_lines import ModelFile

    text = inputs.read_text(source, inputs.MAX_MODEL)
    return found.write(model, knowledge, ModelFile(source, text))


def _as_shown(model: ThreatModel, shown: Shown) -> ThreatModel:
    """The model with the label that it is to bear, and without what may not leave the house."""
    if shown.handling is not None:
        scope = model.scope.model_copy(update={"handling": shown.handling})
        model = model.model_copy(update={"scope": scope})
    if shown.redacted:
        from threatwright.exchange.redacted import redact

        return redact(model)
    return model
