"""`threatwright questions`: what is worth asking, as a form or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from threatwright.cli import command, console
from threatwright.model.terms import Role

if TYPE_CHECKING:
    from threatwright.model.interview import Question

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright questions payments.threatmodel.yaml --role devops > form.yaml",
        "threatwright questions sample:fraud-api --json",
    )
)
def questions(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME.")
    ],
    role: Annotated[
        Role | None, typer.Option(help="Only what this role would know.", show_choices=True)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a form.")] = False,
) -> None:
    """Print the open questions, the most valuable first, as a form to fill.

    The form is YAML with the choices in comments. `threatwright answer` takes it in.
    """
    from threatwright import bootstrap
    from threatwright.cli.models import open_model
    from threatwright.engine.planner import open_questions
    from threatwright.exchange import form
    from threatwright.exchange.json_file import dumped

    knowledge = bootstrap.knowledge()
    model = open_model(source, knowledge)
    found = [q for q in open_questions(model, knowledge) if role in (None, q.role)]
    if as_json:
        console.say(dumped([_as_data(q) for q in found]), end="")
    else:
        console.say(form.write(found, model.name), end="")


def _as_data(question: Question) -> dict[str, Any]:
    """A question without what only the reading of free text needs."""
    data = question.model_dump(mode="json", exclude={"choices"})
    return data | {"choices": [{"value": c.value, "label": c.label} for c in question.choices]}
