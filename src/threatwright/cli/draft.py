"""`threatwright draft`: a first draft without a person or a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError, LanguageModelError

if TYPE_CHECKING:
    from threatwright.cli.models import Place
    from threatwright.model.document import ThreatModel
    from threatwright.model.knowledge import Knowledge

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright draft design.pdf README.md notes.docx -o payments.threatmodel.yaml",
        "threatwright draft sample:mlops-platform --json",
    )
)
def draft(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="One or more documents that describe the system: Markdown or plain text (.md, "
            ".txt), HTML (.html), PDF (.pdf), Word (.docx), or - for text on standard input. Or a "
            "model file (.yaml, .json), or sample:NAME, which is drafted with its answers.",
        ),
    ],
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="FILE", help="Write the model here.")
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Take the answers of this file in first."),
    ] = None,
    inherits: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL",
            help="A model file whose elements and threats come in, read-only. Repeatable.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the model as JSON instead of a table.")
    ] = False,
    folder: Annotated[
        str | None,
        typer.Option(
            "--knowledge",
            metavar="FOLDER",
            help="An organisation's knowledge, in place of the one that is set; '' for none.",
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use no language model and no network.")
    ] = False,
    show_prompts: Annotated[
        bool,
        typer.Option(
            "--show-prompts",
            help="Print what a language model would be sent first, and send nothing.",
        ),
    ] = False,
) -> None:
    """Draft the threats of a system without asking anything.

    What is not said is assumed or left as not assessed, and named as such. Without a language model
    the same input gives the same bytes; where one is set, it tailors, disputes and adds, and all of
    that is marked. Without -o, nothing is written but standard output.
    """
    from threatwright import bootstrap
    from threatwright.cli import models, with_model
    from threatwright.engine.derive import derive
    from threatwright.exchange import json_file
    from threatwright.exchange.answers import take_in

    place = models.output_place(out) if out is not None else None
    form = models.read_form(answers) if answers is not None else None
    knowledge = bootstrap.knowledge(folder)
    model = models.open_model(inputs[0], knowledge, *inputs[1:])
    if inherits:
        model = derive(models.inheriting(model, inherits, place), knowledge)
    if form is not None:
        model = take_in(form, model, knowledge)
    if models.place_of(inputs[0]) is not None:
        model = derive(model, knowledge)
    project = place.path.parent if place is not None else Path.cwd()
    if show_prompts:
        for part in with_model.prompts(model, knowledge, project, offline=offline):
            console.say(part)
        return
    outcome = with_model.draft_with_model(model, knowledge, project, offline=offline)
    if place is not None:
        _write(outcome.model, place)
    if outcome.is_interrupted:
        raise typer.Exit(130)
    if as_json:
        console.say(json_file.text_of(outcome.model), end="")
    else:
        _summarise(outcome.model, knowledge, place)
    if outcome.has_failed:
        raise typer.Exit(LanguageModelError.exit_code)


def _write(model: ThreatModel, place: Place) -> None:
    """Put the draft in a file, unless that would lose what people said."""
    from threatwright.cli.models import Shelf
    from threatwright.exchange.marks import count

    shelf = Shelf()
    if place.path.exists():
        lost = _only_in(shelf.load(place), model)
        if lost:
            raise InputError(
                f"{place.name} holds {count(lost, 'answer or decision', 'answers and decisions')} "
                "that this draft does not know; it was not changed.",
                f"Draft it anew with them (threatwright draft {place.name} -o {place.name}), or "
                "choose another name.",
            )
    shelf.save(model, place)


def _only_in(old: ThreatModel, new: ThreatModel) -> int:
    """How much people said that only the old one holds."""
    from threatwright.model.journal import by_people

    return len(set(by_people(old.journal)) - set(by_people(new.journal)))


def _summarise(model: ThreatModel, knowledge: Knowledge, place: Place | None) -> None:
    from threatwright.cli.overview import overview

    for line in overview(model, knowledge, console.width()):
        console.say(line)
    if place is None:
        console.say("\nNothing was written. -o FILE.threatmodel.yaml keeps the model.")
    else:
        console.say(
            f"\nWritten to {place.name}. Next: threatwright questions {place.name}, or "
            f"threatwright interview {place.name}."
        )
