"""`threatwright answer`: takes filled forms into a model file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError, StaleFileError

if TYPE_CHECKING:
    from threatwright.cli.models import Place, Shelf
    from threatwright.exchange.answers import Outcome
    from threatwright.exchange.form_content import Filled
    from threatwright.model.document import ThreatModel
    from threatwright.model.knowledge import Knowledge

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright answer payments.threatmodel.yaml --from devops.md --by Ana --role devops",
        "threatwright answer payments.threatmodel.yaml --from ana.md --from bo.xlsx --dry-run",
    )
)
def answer(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The model file to write to.")],
    forms: Annotated[
        list[str],
        typer.Option(
            "--from", metavar="FORM", help="A filled form, or - for standard input. Repeatable."
        ),
    ],
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Who answered, whatever name the forms have.")
    ] = "",
    role: Annotated[
        str, typer.Option(metavar="ROLE", help="In which role, if not that of the forms.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken, and write nothing.")
    ] = False,
) -> None:
    """Take the answers of filled forms into a model file: Markdown, YAML or Excel.

    Several people may answer: each answer keeps who gave it. Where two say different things, both
    are kept, and the question is asked again until somebody decides it. An answer that does not fit
    changes nothing, of none of the forms. The same form may be taken in again without harm.
    """
    from threatwright import bootstrap
    from threatwright.cli import models
    from threatwright.exchange.plain import one_line

    place = models.place_of(file)
    if place is None:
        raise InputError(
            f"{one_line(file)} is not a model file.",
            f"Make one first: threatwright draft {one_line(file)} -o NAME.threatmodel.yaml",
        )
    filled = _read(forms)
    knowledge = bootstrap.knowledge()
    shelf = models.Shelf()
    if dry_run:
        outcome = _taken(filled, shelf.load(place), knowledge, by, role)
        _report(outcome, knowledge, f"Would take {_sum(outcome)}; nothing was written.")
        return
    with ExitStack() as held:
        _own(held, shelf, place)
        before = shelf.load(place)
        outcome = _taken(filled, before, knowledge, by, role)
        if outcome.entries:
            _save(shelf, outcome.model, place)
    took = f"Took {_sum(outcome, f' into {place.name}')}." if outcome.entries else _nothing(place)
    _report(outcome, knowledge, took)
    _changes(before, outcome.model, knowledge)


def _read(arguments: Sequence[str]) -> list[Filled]:
    from threatwright.cli.inputs import STDIN
    from threatwright.cli.models import read_form

    if arguments.count(STDIN) > 1:
        raise InputError(
            "Standard input is named twice.", "It holds one form; name files for the others."
        )
    return [read_form(argument) for argument in dict.fromkeys(arguments)]


def _taken(
    filled: Sequence[Filled], model: ThreatModel, knowledge: Knowledge, by: str, role: str
) -> Outcome:
    """What comes of the forms. Raises the last of the errors in them, after telling the others."""
    from threatwright import bootstrap
    from threatwright.cli.models import note_other_knowledge
    from threatwright.exchange.answers import speakers, take
    from threatwright.exchange.form_content import person

    note_other_knowledge(model, knowledge)
    speakers_ = speakers(filled, person(by), person(role), bootstrap.now())
    outcome = take(speakers_, model, knowledge)
    for problem in outcome.problems[:-1]:
        console.complain(problem)
    if outcome.problems:
        raise outcome.problems[-1]
    return outcome


def _own(held: ExitStack, shelf: Shelf, place: Place) -> None:
    """Let nobody else write the model from before it is read until the answers are in it."""
    try:
        held.enter_context(shelf.own(place))
    except InputError as error:
        raise InputError(
            error.problem,
            "Nothing was taken in, and nothing is lost: close it there, and run the same command "
            "again with the same forms.",
        ) from error


def _save(shelf: Shelf, model: ThreatModel, place: Place) -> None:
    try:
        shelf.save(model, place)
    except StaleFileError as error:
        raise StaleFileError(
            error.problem,
            "Run the same command again: it takes the forms, which are as they were, into the file "
            "as it is now. What others wrote stands; nothing was written over.",
        ) from error


def _report(outcome: Outcome, knowledge: Knowledge, first: str) -> None:
    from threatwright.exchange.receipt import lines, notes

    for note in notes(outcome, knowledge):
        console.complain(InputError(note.problem, note.fix))
    console.say(first)
    for line in lines(outcome, knowledge):
        console.say(line)


def _sum(outcome: Outcome, where: str = "") -> str:
    from threatwright.exchange.marks import count

    blank = sum(len(receipt.blank) for receipt in outcome.receipts)
    return f"{count(len(outcome.entries), 'answer')}{where}; {blank} left blank"


def _nothing(place: Place) -> str:
    return f"Nothing new was said; {place.name} is as it was."


def _changes(before: ThreatModel, after: ThreatModel, knowledge: Knowledge) -> None:
    from threatwright.engine.interview.planner import open_questions
    from threatwright.engine.record.conflicts import open_conflicts
    from threatwright.exchange.marks import count

    conflicts = len(open_conflicts(after.system))
    differing = f", {count(conflicts, 'conflict')}" if conflicts else ""
    console.say(
        f"{count(len(after.threats), 'threat')} (before: {len(before.threats)}), "
        f"{count(len(open_questions(after, knowledge)), 'open question')}{differing}."
    )
