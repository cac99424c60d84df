"""`threatwright sample serve`: demo endpoints with deliberate weaknesses, on this machine alone."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.demo.demos import Demo, Wanted
    from threatwright.model.canaries import CanaryKit

EXAMPLES = command.example(
    "threatwright sample serve support-chatbot --list",
    "threatwright sample serve support-chatbot --weak override,raw-output --port 9000",
    "threatwright sample serve support-chatbot --scope support.threatmodel.yaml",
    "threatwright sample serve fraud-api --hardened",
)


def serve(
    name: Annotated[
        str, typer.Argument(metavar="DEMO", help="support-chatbot or fraud-api.")
    ] = "support-chatbot",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Listen there; 0 takes a free port."),
    ] = None,
    weak: Annotated[
        str | None,
        typer.Option("--weak", metavar="NAME,...", help="Plant these weaknesses."),
    ] = None,
    hardened: Annotated[bool, typer.Option("--hardened", help="Plant none.")] = False,
    twin: Annotated[
        str | None,
        typer.Option("--twin", metavar="NAME", help="Plant none, and be hard on a prober."),
    ] = None,
    canaries: Annotated[
        str | None,
        typer.Option("--canaries", metavar="KIT", help="Plant the canaries of this file."),
    ] = None,
    tool_sink: Annotated[
        str | None,
        typer.Option("--tool-sink", metavar="ORIGIN", help="Let its tool place orders there."),
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option("--scope", metavar="FILE", help="Print a probe's scope for this model."),
    ] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Print transactions to probe fraud-api with.")
    ] = False,
    as_list: Annotated[
        bool, typer.Option("--list", help="Name the weaknesses and the twins.")
    ] = False,
) -> None:
    """Start a made-up endpoint to try probes on, at 127.0.0.1 and nowhere else.

    Its weaknesses are deliberate. Ctrl-C ends it, and nothing is kept. With --list, --scope or
    --samples nothing is started.
    """
    from threatwright.demo.demos import Wanted, demo_of, twin_of, weak_of

    demo = demo_of(name)
    place = demo.port if port is None else port
    if as_list:
        _list(demo)
    elif samples:
        _print_samples(demo)
    elif scope is not None:
        planted = () if hardened else weak_of(demo, weak)
        _print_scope(Wanted(demo, planted, tool_sink=tool_sink), scope, place)
    else:
        _refuse_contradiction(demo, weak, hardened, twin, canaries or tool_sink)
        planted = () if hardened or twin else weak_of(demo, weak)
        kit = None if canaries is None else _kit(canaries)
        _serve(Wanted(demo, planted, twin_of(demo, twin or "hardened"), kit, tool_sink), place)


def _refuse_contradiction(
    demo: Demo, weak: str | None, hardened: bool, twin: str | None, of_chatbot: str | None
) -> None:
    if sum([weak is not None, hardened, twin is not None]) > 1:
        raise InputError(
            "--weak, --hardened and --twin say different things.", "Give one of the three."
        )
    if of_chatbot and demo.name != "support-chatbot":
        raise InputError(
            f"{demo.name} has no canaries and no tools.", "These go with support-chatbot."
        )


def _list(demo: Demo) -> None:
    console.say(f"Weaknesses of {demo.name}, to plant with --weak:")
    _rows(demo.weaknesses)
    console.say(f"Planted if nothing is said: {', '.join(demo.usual)}.")
    console.say("\nTwins without any, to take with --twin:")
    _rows((twin.name, twin.summary) for twin in demo.twins)


def _rows(rows: Iterable[tuple[str, str]]) -> None:
    for name, summary in rows:
        console.say(f"  {name:<22} {summary}")


def _kit(path: str) -> CanaryKit:
    from pydantic import ValidationError

    from threatwright import yamltext
    from threatwright.cli.inputs import MAX_PROSE, named, read_text
    from threatwright.model.canaries import CanaryKit

    text = read_text(path, MAX_PROSE)
    try:
        return CanaryKit.model_validate(yamltext.parse(text, named(path)))
    except ValidationError as error:
        raise InputError(
            f"{named(path)} holds no canaries.",
            "Make some with `threatwright probe FILE --canaries`.",
        ) from error


def _serve(wanted: Wanted, port: int) -> None:
    """Serve until Ctrl-C."""
    from threatwright.demo.demos import planted, running

    with running(wanted, port) as origin:
        console.say(f"{wanted.demo.name}, a demo on this machine only: {origin}")
        if wanted.weak:
            console.say("These weaknesses are deliberate:")
            _rows(planted(wanted))
        else:
            console.say(f"No weakness is planted. {wanted.twin.summary}")
        console.say("Ctrl-C ends it.")
        gc.enable()  # a command is soon done; this one stays
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            console.say("\nEnded.")


def _print_samples(demo: Demo) -> None:
    if demo.name != "fraud-api":
        raise InputError(f"{demo.name} takes texts, not rows.", "--samples goes with fraud-api.")
    from threatwright.demo.fraud_api import samples_csv

    console.say(samples_csv(), end="")


def _print_scope(wanted: Wanted, source: str, port: int) -> None:
    from datetime import UTC, datetime

    from threatwright import bootstrap
    from threatwright.cli.models import open_model
    from threatwright.demo import scope
    from threatwright.demo.order_tool import checked

    if port == 0:
        raise InputError("A scope names an exact port.", "Give --port the port of the demo.")
    sink = None if wanted.tool_sink is None else checked(wanted.tool_sink)
    model = open_model(source, bootstrap.knowledge())
    text = scope.of(wanted.demo, model, port, datetime.now(UTC), sink, wanted.weak)
    console.say(text, end="")
