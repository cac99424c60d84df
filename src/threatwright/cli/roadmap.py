"""`threatwright roadmap`: what to do now, next and later, and what that does to the risk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.model.document import ThreatModel
    from threatwright.model.knowledge import Knowledge

app = command.new()

FORMATS = ("markdown", "json", "mermaid")


@app.command(
    epilog=command.example(
        "threatwright roadmap payments.threatmodel.yaml",
        "threatwright roadmap payments.threatmodel.yaml --format mermaid -o roadmap.mmd",
        "threatwright roadmap sample:fraud-api --nist",
        "threatwright roadmap sample:fraud-api --json",
    )
)
def roadmap(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME.")
    ],
    name: Annotated[
        str, typer.Option("-f", "--format", metavar="FORMAT", help="markdown, json or mermaid.")
    ] = "markdown",
    nist: Annotated[
        bool, typer.Option("--nist", help="Instead, what of NIST AI RMF the model covers.")
    ] = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="Write it here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what to do now, next and later, and how many threats of each level are left then.

    Mitigations that are not in place are ordered by the residual risk that goes for the effort,
    after what they build on, each with owner, lifecycle stage and the threats it stands against.
    docs/roadmap.md tells how.
    """
    wanted = "json" if as_json else name.lower()
    write = _writer(wanted, nist=nist)
    from threatwright import bootstrap
    from threatwright.cli.models import open_model
    from threatwright.cli.outputs import write_text

    knowledge = bootstrap.knowledge()
    text = write(open_model(source, knowledge), knowledge)
    if out is None:
        console.say(text, end="")
    else:
        write_text(Path(out), text)


def _writer(wanted: str, *, nist: bool) -> Callable[[ThreatModel, Knowledge], str]:
    """The function that writes it. Raises InputError if there is none."""
    from threatwright.exchange import roadmap_markdown, roadmap_mermaid

    writers = {
        ("markdown", False): roadmap_markdown.write,
        ("markdown", True): roadmap_markdown.write_nist,
        ("mermaid", False): roadmap_mermaid.write,
        ("json", False): _roadmap_json,
        ("json", True): _nist_json,
    }
    if wanted not in FORMATS:
        raise InputError(
            f"There is no format “{wanted}” for a roadmap.", f"There are: {', '.join(FORMATS)}."
        )
    if (wanted, nist) not in writers:
        raise InputError(
            "The view of NIST AI RMF has no diagram.", "Leave --format out, or take json."
        )
    return writers[wanted, nist]


def _roadmap_json(model: ThreatModel, knowledge: Knowledge) -> str:
    from threatwright.engine.roadmap.phases import roadmap as worked_out
    from threatwright.exchange.json_file import dumped

    return dumped({"model": model.id, **worked_out(model, knowledge).model_dump(mode="json")})


def _nist_json(model: ThreatModel, knowledge: Knowledge) -> str:
    from threatwright.engine.review.nist_view import rmf_view
    from threatwright.exchange.json_file import dumped

    return dumped({"model": model.id, **rmf_view(model, knowledge).model_dump(mode="json")})
