"""`threatwright questions`: what is worth asking, as a form to fill or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError
from threatwright.model.terms import Role

if TYPE_CHECKING:
    from threatwright.exchange.form import FormFormat
    from threatwright.model.document import ThreatModel
    from threatwright.model.interview import Question
    from threatwright.model.knowledge import Knowledge

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright questions payments.threatmodel.yaml --role devops -o devops.md",
        "threatwright questions payments.threatmodel.yaml --role data -o data.xlsx",
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
    name: Annotated[
        str | None,
        typer.Option("-f", "--format", metavar="FORMAT", help="markdown, yaml or xlsx."),
    ] = None,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="Write the form here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a form.")] = False,
) -> None:
    """Print the open questions, the most valuable first, as a form to fill.

    Where answers differ, the form says who said what, and asks it first. `threatwright answer`
    takes it in, whichever format it has. Without --format, the ending of OUT tells it, else it is
    YAML.
    """
    from threatwright import bootstrap
    from threatwright.cli.models import open_model

    found = None if as_json else _format(name, out)
    knowledge = bootstrap.knowledge()
    model = open_model(source, knowledge)
    if found is None:
        _print_json(model, knowledge, role)
        return
    from threatwright.exchange.form_content import to_print
    from threatwright.exchange.marks import count

    form = to_print(model, knowledge, role)
    content = found.write(form)
    if out is None:
        console.say(content.decode(), end="")
        return
    from threatwright.cli.outputs import write_bytes

    if Path(out).is_file():
        _refuse_loss(out, model, knowledge)
    write_bytes(Path(out), content)
    console.say(f"Wrote {count(form.total, 'question')} to {out}. Filled, it goes back with:")
    console.say(f"  threatwright answer {source} --from {out}")


def _format(name: str | None, out: str | None) -> FormFormat:
    """The format of that name, or, without a name, of the output file's ending."""
    from threatwright.exchange.form import FORMS

    names = ", ".join(entry.name for entry in FORMS)
    wanted = name.lower() if name else None
    ending = Path(out).suffix.lower() if out else FORMS[0].extensions[0]
    for entry in FORMS:
        if wanted == entry.name or (wanted is None and ending in entry.extensions):
            if out is None and not entry.is_text:
                raise InputError(
                    f"A form in {entry.name} is no text to print.", "Name a file for it with -o."
                )
            return entry
    if wanted is None:
        raise InputError(f"The ending “{ending}” tells no format.", f"Add --format: {names}.")
    raise InputError(f"There is no format “{name}” for forms.", f"There are: {names}.")


def _refuse_loss(out: str, model: ThreatModel, knowledge: Knowledge) -> None:
    """Refuse to write over what somebody filled in, unless the model has it."""
    from threatwright.cli.models import read_form
    from threatwright.exchange.answers import not_taken
    from threatwright.exchange.marks import count

    try:
        lost = not_taken(read_form(out), model, knowledge)
    except InputError as error:
        raise InputError(
            f"{out} exists, and is no form of this model that could be read; it was not changed.",
            "Choose another name, or delete it first.",
        ) from error
    if lost:
        answers = count(lost, "answer")
        raise InputError(
            f"{out} holds {answers} that the model does not have; it was not changed.",
            f"Take the form in first (threatwright answer MODEL --from {out}), or choose another "
            "name.",
        )


def _print_json(model: ThreatModel, knowledge: Knowledge, role: Role | None) -> None:
    from threatwright.engine.interview.planner import open_questions
    from threatwright.exchange.json_file import dumped

    found = [q for q in open_questions(model, knowledge) if role in (None, q.role)]
    console.say(dumped([_as_data(question) for question in found]), end="")


def _as_data(question: Question) -> dict[str, Any]:
    """A question without what only the reading of free text needs."""
    data = question.model_dump(mode="json", exclude={"choices"})
    return data | {"choices": [{"value": c.value, "label": c.label} for c in question.choices]}
