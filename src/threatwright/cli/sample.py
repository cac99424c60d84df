"""`threatwright sample`: the example systems, and endpoints to try probes on."""

from __future__ import annotations

from typing import Annotated

import typer

from threatwright.cli import command, console
from threatwright.cli.inputs import SAMPLE, sample_text, samples, title_of
from threatwright.cli.sample_serve import EXAMPLES, serve
from threatwright.exchange.plain import shorten

app = command.new("List and show the example systems; serve demo endpoints to probe.")
app.command("serve", epilog=EXAMPLES)(serve)


@app.command("list", epilog=command.example("threatwright sample list"))
def list_samples() -> None:
    """Name the examples. sample:NAME stands wherever a file is expected."""
    for name in samples():
        console.say(f"{SAMPLE}{name:<24} {shorten(title_of(name), 60)}".rstrip())


@app.command("show", epilog=command.example("threatwright sample show mlops-platform"))
def show(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Print the description of an example."""
    console.say(sample_text(name), end="")
