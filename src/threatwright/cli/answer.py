"""`threatwright answer`: takes a filled form into a model file."""

from __future__ import annotations

from typing import Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright answer payments.threatmodel.yaml --from form.yaml --by Ana --role devops"
    )
)
def answer(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The model file to write to.")],
    form: Annotated[
        str,
        typer.Option("--from", metavar="FORM", help="The filled form, or - for standard input."),
    ],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who answered.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role.")] = "",
) -> None:
    """Take the answers of a filled form into a model file.

    Several people may answer: each answer keeps who gave it. Where two say different things, both
    are kept, and the question is asked again. An answer that does not fit changes nothing.
    """
    from threatwright import bootstrap
    from threatwright.cli import models
    from threatwright.engine.answers import Speaker
    from threatwright.engine.planner import open_questions
    from threatwright.exchange.answers import take_in
    from threatwright.exchange.marks import count
    from threatwright.exchange.plain import one_line

    place = models.place_of(file)
    if place is None:
        raise InputError(
            f"{one_line(file)} is not a model file.",
            f"Make one first: threatwright draft {one_line(file)} -o NAME.threatmodel.yaml",
        )
    filled = models.read_form(form)
    knowledge = bootstrap.knowledge()
    shelf = models.Shelf()
    before = shelf.load(place)
    models.note_other_knowledge(before, knowledge)
    speaker = Speaker(one_line(by), one_line(role), bootstrap.now())
    after = take_in(filled, before, knowledge, speaker)
    shelf.save(after, place)
    console.say(
        f"Took {count(len(after.journal) - len(before.journal), 'answer')} into {place.name}; "
        f"{filled.blank} left blank."
    )
    console.say(
        f"{count(len(after.threats), 'threat')} (before: {len(before.threats)}), "
        f"{count(len(open_questions(after, knowledge)), 'open question')}."
    )
