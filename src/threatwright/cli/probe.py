"""`threatwright probe --init-scope`: the scope file of a later probe, to be filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright probe support.threatmodel.yaml --init-scope -o support.scope.yaml"
    )
)
def probe(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME.")
    ],
    init_scope: Annotated[
        bool,
        typer.Option("--init-scope", help="Write a scope file to fill in. Nothing is sent."),
    ] = False,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="SCOPE", help="Write it here; it must not exist yet."),
    ] = None,
) -> None:
    """Begin the scope file of a probe: what it may touch, until when, who said so, at what cost.

    It is filled with what the model knows of its generative endpoints; the rest is for people to
    fill in. This command opens no connection, and runs no probe.
    """
    if not init_scope:
        raise InputError(
            "This version writes the scope file of a probe and runs no probes.",
            "threatwright probe FILE --init-scope -o SCOPE.yaml writes one to fill in.",
        )
    target = _target(out)
    text = _form(source)
    if target is None:
        console.say(text, end="")
        return
    from threatwright.cli.outputs import write_text

    write_text(target, text)
    console.say(
        f"Wrote {target.name}. Fill in what stands in <angle brackets>; it is refused until then."
    )


def _target(out: str | None) -> Path | None:
    """Where the form goes. One that was filled in is never written over."""
    if out is None:
        return None
    from threatwright.cli.outputs import check_target
    from threatwright.exchange.plain import one_line

    path = Path(out)
    check_target(path)
    if path.exists():
        raise InputError(
            f"{one_line(path.name)} is there already; it was not changed.",
            "Name another file, or move that one away first.",
        )
    return path


def _form(source: str) -> str:
    from threatwright import bootstrap
    from threatwright.cli.models import open_model
    from threatwright.engine.probing import is_refused, probe_candidates
    from threatwright.exchange import scope_form

    knowledge = bootstrap.knowledge()
    model = open_model(source, knowledge)
    candidates = probe_candidates(model.system)
    if not candidates:
        raise InputError(
            f"{model.name} has no endpoint of a language model that could be probed.",
            "If it has one, say so in its description or in the interview, and try again.",
        )
    if all(map(is_refused, candidates)):
        raise InputError(
            f"No endpoint of {model.name} may be probed; that was said in the model.",
            "If somebody who may has authorised it since, answer that question again first.",
        )
    return scope_form.write(model, candidates, knowledge)
