"""`threatwright diff`: what differs between two states of a model, and what caused it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.model.difference import Difference

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright diff main:payments.threatmodel.yaml payments.threatmodel.yaml",
        "threatwright diff sample:fraud-api fraud.threatmodel.yaml --format markdown",
    )
)
def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="A model file, REVISION:FILE as in git, or sample:NAME."
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, for the later state.")],
    name: Annotated[
        str,
        typer.Option("-f", "--format", metavar="FORMAT", help="text, json or markdown."),
    ] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="Write it here.")
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Compare them even if they are different models.")
    ] = False,
) -> None:
    """Tell what differs between two states of a model, and what caused each change.

    System, threats, risk, decisions, mitigations and gaps: what is new, changed or gone, and which
    answer, document, edit, inherited file, contribution of the language model or release of the
    knowledge base made it so. That is worked out by replaying what was done between the two.
    """
    from threatwright import bootstrap
    from threatwright.cli.states import state_of
    from threatwright.engine.difference import Named, difference

    wanted = "json" if as_json else name.lower()
    write = _writer(wanted)
    knowledge = bootstrap.knowledge()
    one, other = state_of(old, knowledge), state_of(new, knowledge)
    if one.model.id != other.model.id and not anyway:
        raise InputError(
            f"{one.name} and {other.name} hold different models, “{one.model.name}” and "
            f"“{other.model.name}”.",
            "Name two states of one model, or add --anyway to compare them by their ids.",
        )
    text = write(difference(Named(one.model, one.name), Named(other.model, other.name), knowledge))
    if out is None:
        console.say(text, end="")
    else:
        from threatwright.cli.outputs import write_text

        write_text(Path(out), text)


def _writer(name: str) -> Callable[[Difference], str]:
    """What writes in that format. Raises InputError if there is none."""
    match name:
        case "text":
            from threatwright.exchange.difference_text import write
        case "markdown":
            from threatwright.exchange.difference_markdown import write
        case "json":
            return _as_json
        case _:
            raise InputError(
                f"There is no format “{name}” for differences.",
                "There are: text, json and markdown.",
            )
    return write


def _as_json(found: Difference) -> str:
    from threatwright.exchange.json_file import dumped

    return dumped(found.model_dump(mode="json"))
