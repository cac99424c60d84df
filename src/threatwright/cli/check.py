"""`threatwright check`: the gate that a model file must pass, in a pipeline or before a commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError
from threatwright.model.objections import Demands
from threatwright.model.terms import Level

if TYPE_CHECKING:
    from threatwright.exchange.checked import CheckedFile

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright check payments.threatmodel.yaml --max-residual medium --require-decisions",
        "threatwright check *.threatmodel.yaml --against main --sarif threats.sarif",
    )
)
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Model files, or sample:NAME.")
    ],
    max_residual: Annotated[
        Level | None,
        typer.Option(
            help="Highest residual risk that no decision need settle; else as your risk table says."
        ),
    ] = None,
    verified: Annotated[
        bool,
        typer.Option(
            "--require-verified",
            help="References are current, and controls in place have evidence.",
        ),
    ] = False,
    decisions: Annotated[
        bool,
        typer.Option("--require-decisions", help="Every threat is decided, with a reason."),
    ] = False,
    signed_off: Annotated[
        bool, typer.Option("--require-sign-off", help="Somebody signed off the model as it is.")
    ] = False,
    fresh: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="DAYS",
            help="Somebody spoke within so many days, and catalogues are of today.",
        ),
    ] = None,
    open_questions: Annotated[
        int | None,
        typer.Option(
            "--no-open-questions-above", min=0, metavar="N", help="At most N questions are open."
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN", help="Look only at threats with such ids, as 'T-*@scoring-api'."
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="BASE",
            help="Stop only at what is new since BASE: a file, REVISION:FILE or a git revision.",
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why each matters, and what to do.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    sarif: Annotated[
        str | None, typer.Option(metavar="OUT", help="Write SARIF 2.1.0 here too.")
    ] = None,
) -> None:
    """Check that model files describe something, follow from their own record, and are up to date.

    Options ask for more. Whatever is found is told in a line: FILE:LINE: RULE: TEXT. Ends with 1 if
    something was found, and with 2 if a file cannot be read: it never passes for want of anything
    to check.
    """
    from threatwright.cli.gate import Gate
    from threatwright.exchange import checked

    demands = Demands(
        max_residual=max_residual,
        verified=verified,
        decisions=decisions,
        signed_off=signed_off,
        fresh=fresh,
        open_questions=open_questions,
        only=tuple(only or ()),
    )
    gate = Gate(demands, against, now=lambda: datetime.now(UTC))
    found, broken = gate.check(files)
    passed = not broken and not any(file.stopping for file in found)
    if sarif is not None:
        _write_sarif(sarif, found, broken)
    if as_json:
        console.say(checked.json_of(found, passed=passed), end="")
    else:
        for line in checked.lines(found, explains=explain):
            console.say(line)
    for error in broken:
        console.complain(error)
    if not passed:
        raise typer.Exit(2 if broken else 1)


def _write_sarif(out: str, found: Sequence[CheckedFile], broken: Sequence[InputError]) -> None:
    from threatwright.cli.outputs import write_text
    from threatwright.exchange.sarif_checks import sarif_of

    write_text(Path(out), sarif_of(found, [error.problem for error in broken]))
