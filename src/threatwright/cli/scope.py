"""`threatwright scope`: what a threat model is about, shown or set without an interview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError
from threatwright.model.said import Rescope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threatwright.model.document import ThreatModel
    from threatwright.model.journal import JournalEntry
    from threatwright.model.knowledge import Knowledge

app = command.new()
Texts = list[str] | None


@app.command(
    epilog=command.example(
        "threatwright scope payments.threatmodel.yaml",
        "threatwright scope payments.threatmodel.yaml --objective 'No payment is held up' "
        "--out 'The card network' --review-when 'the model is trained anew' --by Kim",
        "threatwright scope payments.threatmodel.yaml --attacker insider "
        "--responsible llm=vendor --handling internal",
    )
)
def scope(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The model file.")],
    purpose: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the system is for.")
    ] = None,
    objective: Annotated[
        Texts, typer.Option(metavar="TEXT", help="What must not fail. Repeatable, as all lists.")
    ] = None,
    inside: Annotated[Texts, typer.Option("--in", metavar="TEXT", help="What is in scope.")] = None,
    outside: Annotated[
        Texts, typer.Option("--out", metavar="TEXT", help="What is out of scope, and why.")
    ] = None,
    attacker: Annotated[
        Texts,
        typer.Option(
            metavar="ID", help="A profile, as insider or vendor; or “NAME; MOTIVE; ACCESS”."
        ),
    ] = None,
    responsible: Annotated[
        Texts,
        typer.Option(metavar="COMPONENT=WHO", help="Who answers for it: ours, vendor, customer."),
    ] = None,
    review_when: Annotated[
        Texts,
        typer.Option(metavar="TEXT", help="When to look again: a new model, tool, prompt, source."),
    ] = None,
    handling: Annotated[
        str | None, typer.Option(metavar="LABEL", help="Who may see it, as “internal”.")
    ] = None,
    drop: Annotated[
        Texts, typer.Option(metavar="ITEM", help="Take an item out, in the words it has there.")
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says it.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
) -> None:
    """Show or set what the threat model is about, against whom, and who answers for what.

    Without options it is shown. One call is one input: threatwright review FILE --undo 1 takes it
    back. What is edited in the file by hand stays.
    """
    from threatwright.cli.changing import changed, speaker, tell
    from threatwright.engine.said.answers import at_once

    said = Rescope(
        purpose=purpose,
        objectives=tuple(objective or ()),
        in_scope=tuple(inside or ()),
        out_of_scope=tuple(outside or ()),
        attackers=tuple(attacker or ()),
        responsibility=dict(map(_answers_for, responsible or ())),
        review_triggers=tuple(review_when or ()),
        handling=handling,
        drop=tuple(drop or ()),
    )
    if said == Rescope():
        _show(file)
        return

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        from threatwright.engine.record.naming import component_id

        named = {component_id(k, model.system): who for k, who in said.responsibility.items()}
        resolved = said.model_copy(update={"responsibility": named})
        return at_once([resolved], model, knowledge, speaker(by, role))

    tell(changed(file, says, dry_run=dry_run))


def _answers_for(text: str) -> tuple[str, str]:
    component, sign, who = (part.strip() for part in text.rpartition("="))
    if not (component and sign and who):
        raise InputError(
            f"“{text}” does not say who answers for what.",
            "Write COMPONENT=ours, vendor, customer.",
        )
    return component, who


def _show(file: str) -> None:
    """Print the scope as the report has it."""
    from threatwright import bootstrap
    from threatwright.cli.models import open_model
    from threatwright.exchange.report.content import Content
    from threatwright.exchange.report.scope import scope as section

    knowledge = bootstrap.knowledge()
    content = Content(open_model(file, knowledge), knowledge)
    console.say("\n".join(section(content)).rstrip("\n"))
