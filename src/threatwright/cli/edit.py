"""`threatwright edit`: an element, a fact or a threat made another, without interview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command
from threatwright.errors import InputError
from threatwright.model.terms import ComponentKind, Movement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from threatwright.model.contributions import Rating
    from threatwright.model.document import ThreatModel
    from threatwright.model.journal import JournalEntry
    from threatwright.model.knowledge import Knowledge
    from threatwright.model.said import Change, Edit, Said

app = command.new()
UNKNOWN = "unknown"


@app.command(
    epilog=command.example(
        "threatwright edit payments.threatmodel.yaml 'Scoring API' --name Scorer --by Kim",
        "threatwright edit payments.threatmodel.yaml training --fact writers=few",
        "threatwright edit payments.threatmodel.yaml T-model-extraction@inference-endpoint "
        "--likelihood 2 --reason 'ten known users'",
    )
)
def edit(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The model file.")],
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="An element by id or name, a threat, or `system`.")
    ],
    remove: Annotated[bool, typer.Option("--remove", help="The element does not exist.")] = False,
    name: Annotated[str, typer.Option(metavar="NAME", help="What a component is called.")] = "",
    kind: Annotated[
        ComponentKind | None, typer.Option(metavar="KIND", help="What a component is.")
    ] = None,
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Where a component stands.")] = "",
    carries: Annotated[str, typer.Option(metavar="TEXT", help="What moves on a flow.")] = "",
    movement: Annotated[Movement | None, typer.Option(help="Which way it moves.")] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A fact, or unknown as its value. Repeatable."),
    ] = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help="Of a threat.")] = "",
    scenario: Annotated[str, typer.Option(metavar="TEXT", help="Of a threat.")] = "",
    likelihood: Annotated[int | None, typer.Option(min=1, max=5, metavar="1-5")] = None,
    impact: Annotated[int | None, typer.Option(min=1, max=5, metavar="1-5")] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is rated so.")] = "",
    split: Annotated[
        list[str] | None,
        typer.Option(metavar="TITLE", help="Part of a threat that is several. Repeat it."),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who says it.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
) -> None:
    """Change a component, a flow, a fact or a threat.

    What a person writes stands in the place of what the draft proposes, which stays beside it. One
    call is one input: threatwright review FILE --undo 1 takes it back.
    """
    from threatwright.cli.changing import changed, speaker, tell
    from threatwright.engine.said.answers import at_once
    from threatwright.model.said import Change, Edit

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        if any(threat.id == what for threat in model.threats):
            given = Edit(
                threat=what,
                title=title,
                scenario=scenario,
                likelihood=_rating(likelihood, reason),
                impact=_rating(impact, reason),
            )
            _refuse(what, (remove, name, kind, zone, carries, movement, fact), "an element")
            said = tuple(_of_threat(given, tuple(split or ())))
        else:
            change = Change(
                element=what, kind=kind, boundary=zone, carries=carries, movement=movement
            )
            _refuse(what, (title, scenario, likelihood, impact, reason, split), "a threat")
            said = tuple(_of_element(change, name, fact or (), model, remove=remove))
        return at_once(said, model, knowledge, speaker(by, role))

    tell(changed(file, says, dry_run=dry_run))


def _rating(value: int | None, reason: str) -> Rating | None:
    from threatwright.model.contributions import Rating

    return None if value is None else Rating(value=value, because=reason)


def _refuse(what: str, given: Sequence[object], of: str) -> None:
    if any(given):
        raise InputError(
            f"Something was said of {what} that only {of} has.",
            "A threat has a title, a scenario and ratings; an element a name, a kind, a zone, "
            "facts, or what it carries. Threats go by their ids.",
        )


def _of_threat(given: Edit, titles: tuple[str, ...]) -> Iterator[Said]:
    from threatwright.model.said import Split

    is_edited = given.title or given.scenario or given.likelihood or given.impact
    if is_edited or not titles:
        yield given
    if titles:
        yield Split(threat=given.threat, titles=titles)


def _of_element(
    change: Change, name: str, facts: Sequence[str], model: ThreatModel, *, remove: bool
) -> Iterator[Said]:
    from threatwright.engine.record.naming import part_id, zone_id
    from threatwright.model.said import Correct
    from threatwright.model.system import SYSTEM

    is_system = change.element == SYSTEM
    id_ = SYSTEM if is_system else part_id(change.element, model.system)
    is_altered = change.kind or change.boundary or change.carries or change.movement
    if remove and (name or facts or is_altered):
        raise InputError("What does not exist is not otherwise.", "Only remove it.")
    if remove:
        yield Correct(remove=id_)
        return
    if name:
        yield Correct(rename=id_, name=name)
    if is_altered or not (name or facts):
        zone = zone_id(change.boundary, model.system) if change.boundary else ""
        yield change.model_copy(update={"element": id_, "boundary": zone})
    yield from (_fact(id_, text) for text in facts)


def _fact(element: str, text: str) -> Said:
    """A fact as an answer to its question, in the place of what the same person said before."""
    from threatwright.model.said import Revise

    key, sign, value = (part.strip() for part in text.partition("="))
    if not (key and sign and value):
        raise InputError(f"“{text}” states no fact.", "Write KEY=VALUE, or KEY=unknown.")
    is_unknown = value.casefold() == UNKNOWN
    return Revise(
        question=f"{element}.{key}", value=None if is_unknown else value, unknown=is_unknown
    )
