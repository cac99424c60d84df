"""`threatwright sign-off`: a person stands up for the threat model as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threatwright.model.document import ThreatModel
    from threatwright.model.journal import JournalEntry
    from threatwright.model.knowledge import Knowledge

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright sign-off payments.threatmodel.yaml --by Ana --role 'security lead'"
    )
)
def sign_off(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The model file.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who signs.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be signed; write nothing.")
    ] = False,
) -> None:
    """Record that a person stands up for the model as it is, with what is open in it.

    The entry holds a digest of what the model says. Whatever changes that makes the sign-off
    outdated: reports say so, and threatwright check --require-sign-off stops.
    """
    from threatwright.cli.changing import changed, speaker, tell
    from threatwright.engine.said.answers import at_once
    from threatwright.model.said import SignOff

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        return at_once([SignOff()], model, knowledge, speaker(by, role))

    tell(changed(file, says, dry_run=dry_run))
