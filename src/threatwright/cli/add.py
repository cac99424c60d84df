"""`threatwright add`: a part, a threat or a document that a person puts in, without interview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command
from threatwright.model.terms import ComponentKind, Movement, Stage, Stride

if TYPE_CHECKING:
    from collections.abc import Callable

    from threatwright.model.document import ThreatModel
    from threatwright.model.said import Said

By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says it.")]
As = Annotated[str, typer.Option("--role", metavar="ROLE", help="In which role.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")]
Rating = Annotated[int, typer.Option(min=1, max=5, metavar="1-5")]

app = command.new("Add a component, a flow, a threat or a document by hand.")


@app.callback(
    epilog=command.example(
        "threatwright add payments.threatmodel.yaml component Redis --kind database",
        "threatwright add payments.threatmodel.yaml flow 'Scoring API' Redis --carries scores",
    )
)
def add(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The model file.")],
) -> None:
    """Add a component, a flow, a threat or a document by hand.

    Elements go by id or name. What is added follows the journal, and can be taken back:
    threatwright review FILE --undo 1
    """
    context.obj = file


@app.command(
    epilog=command.example(
        "threatwright add payments.threatmodel.yaml component Redis --kind database --by Kim"
    )
)
def component(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    kind: Annotated[ComponentKind, typer.Option(metavar="KIND", help="As agent, dataset, llm.")],
    zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Its trust zone, if not the usual of its kind.")
    ] = "",
    by: By = "",
    role: As = "",
    dry_run: Dry = False,
) -> None:
    """Add a component. Its facts are asked about, as of any other."""
    from threatwright.engine.record.naming import zone_id
    from threatwright.model.said import Correct

    def said(model: ThreatModel) -> Said:
        boundary = zone_id(zone, model.system) if zone else ""
        return Correct(add=kind, name=name, boundary=boundary)

    _add(context, said, by, role, dry_run=dry_run)


@app.command(
    epilog=command.example(
        "threatwright add payments.threatmodel.yaml flow inference-endpoint redis --carries scores"
    )
)
def flow(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Who starts it.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Where it leads.")],
    carries: Annotated[str, typer.Option(metavar="TEXT", help="What moves, in a few words.")],
    movement: Annotated[
        Movement, typer.Option(help="send: to the target; read: from it; call: both.")
    ] = Movement.CALL,
    by: By = "",
    role: As = "",
    dry_run: Dry = False,
) -> None:
    """Add a flow between two components."""
    from threatwright.engine.record.naming import component_id
    from threatwright.model.said import Connect

    def said(model: ThreatModel) -> Said:
        return Connect(
            source=component_id(source, model.system),
            target=component_id(target, model.system),
            carries=carries,
            movement=movement,
        )

    _add(context, said, by, role, dry_run=dry_run)


@app.command(
    epilog=command.example(
        "threatwright add payments.threatmodel.yaml threat training 'Labels are sold' "
        "--scenario 'A labeller sells labels to a rival.' --stride information-disclosure "
        "--likelihood 2 --impact 3 --reason 'labellers are paid by the piece' --reference CWE-200"
    )
)
def threat(
    context: typer.Context,
    element: Annotated[str, typer.Argument(metavar="ELEMENT", help="What is threatened.")],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The threat in a line.")],
    scenario: Annotated[
        str, typer.Option(metavar="TEXT", help="Who does what, by what way, to what harm.")
    ],
    stride: Annotated[list[Stride], typer.Option(metavar="CATEGORY", help="STRIDE. Repeatable.")],
    likelihood: Rating,
    impact: Rating,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What makes it as likely and bad.")],
    stage: Annotated[
        Stage | None, typer.Option(metavar="STAGE", help="Of the lifecycle, if not the element's.")
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A catalogue's entry, as AML.T0020 or LLM06. Repeatable."),
    ] = None,
    mitigation: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="What stands against it; `knowledge list` has ids."),
    ] = None,
    by: By = "",
    role: As = "",
    dry_run: Dry = False,
) -> None:
    """Add a threat that the draft does not have. A reference that no catalogue holds is refused."""
    from threatwright.engine.record.naming import part_id
    from threatwright.model.contributions import Rating as Rated
    from threatwright.model.said import State

    def said(model: ThreatModel) -> Said:
        return State(
            element=part_id(element, model.system),
            title=title,
            scenario=scenario,
            stride=tuple(stride),
            stage=stage,
            likelihood=Rated(value=likelihood, because=reason),
            impact=Rated(value=impact, because=reason),
            references=tuple(reference or ()),
            mitigations=tuple(mitigation or ()),
        )

    _add(context, said, by, role, dry_run=dry_run)


@app.command(
    epilog=command.example(
        "threatwright add payments.threatmodel.yaml document design.md --dry-run",
        "threatwright add payments.threatmodel.yaml document design.md runbook.pdf",
    )
)
def document(
    context: typer.Context,
    documents: Annotated[
        list[str], typer.Argument(metavar="DOCUMENT...", help=".md, .txt, .html, .pdf or .docx.")
    ],
    dry_run: Dry = False,
) -> None:
    """Read documents into the model: new ones, and later editions of those it was made from.

    A document of a name that is there takes the place of the earlier one. What was answered,
    corrected and decided since counts as before.
    """
    from threatwright.cli import console
    from threatwright.cli.changing import rewritten, tell
    from threatwright.cli.descriptions import described_by
    from threatwright.engine.record.documents import with_documents

    described = described_by(documents)
    for part in described.left_out:
        console.complain(part)
    tell(
        rewritten(
            context.obj,
            lambda model, knowledge: with_documents(model, described.sources),
            dry_run=dry_run,
        )
    )


def _add(
    context: typer.Context,
    said: Callable[[ThreatModel], Said],
    by: str,
    role: str,
    *,
    dry_run: bool,
) -> None:
    from threatwright.cli.changing import changed, speaker, tell
    from threatwright.engine.said.answers import at_once

    who = speaker(by, role)
    tell(
        changed(
            context.obj,
            lambda model, knowledge: at_once([said(model)], model, knowledge, who),
            dry_run=dry_run,
        )
    )
