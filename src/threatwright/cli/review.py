"""`threatwright review`: decide about threats, one or many, and see what was decided."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError
from threatwright.model.said import Decide, Mitigate, Undo
from threatwright.model.terms import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from threatwright.exchange.decision_list import Line
    from threatwright.model.document import ThreatModel
    from threatwright.model.journal import JournalEntry
    from threatwright.model.knowledge import Knowledge

app = command.new()
_IDS = "ID or pattern with *; several with commas. Repeatable."


@app.command(
    epilog=command.example(
        "threatwright review payments.threatmodel.yaml --list",
        "threatwright review payments.threatmodel.yaml --reject '*' --where level=low "
        "--reason 'below our appetite' --by Ana",
        "threatwright review payments.threatmodel.yaml --accept 'T-*@scoring-api' "
        "--reason 'pilot of ten users' --until 2027-06-30 --owner Bo",
        "threatwright review payments.threatmodel.yaml --mitigation AML.M0004 planned --owner Bo",
        "threatwright review payments.threatmodel.yaml --from decisions.csv --dry-run",
    )
)
def review(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The model file.")],
    accept: Annotated[list[str] | None, typer.Option(metavar="ID", help=_IDS)] = None,
    reject: Annotated[list[str] | None, typer.Option(metavar="ID", help=_IDS)] = None,
    transfer: Annotated[list[str] | None, typer.Option(metavar="ID", help=_IDS)] = None,
    reopen: Annotated[list[str] | None, typer.Option(metavar="ID", help=_IDS)] = None,
    duplicate: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="ID OF", help="Reject ID, as it says the same as OF."),
    ] = None,
    mitigation: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="ID STATUS",
            help="How far a mitigation has come: proposed, planned, partial, in-place, not-doing. "
            "--reason says what shows it, or why not.",
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Of --mitigation: against these threats only. " + _IDS),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE",
            help="Only such threats: level, residual, element, stride, stage, status, origin, "
            "pattern. Repeatable, all must hold.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who answers for it.")] = "",
    due: Annotated[
        str | None, typer.Option(metavar="DATE", help="Until when the owner has done it.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day of an acceptance.")
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role.")] = "",
    lists: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="LIST", help="A list of decisions, YAML or CSV. Repeatable"),
    ] = None,
    undo: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Take back the last N inputs.")
    ] = None,
    shows: Annotated[
        bool, typer.Option("--list", help="Show what was decided, has expired or is stale.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken down; write nothing.")
    ] = False,
) -> None:
    """Accept, reject, transfer or reopen threats, and list what was decided.

    A decision needs a reason. It stays with its threat through every later draft: where nothing
    makes that a threat any more, it is kept as stale, with the answer that took its grounds away.
    What is decided in one call is one input, and is taken back as one.
    """
    from threatwright.cli.changing import changed, tell
    from threatwright.cli.mitigations import meant, mitigated
    from threatwright.engine.decisions.deciding import day_of

    given = Decide(
        threat="",
        status=Status.PROPOSED,
        reason=reason,
        owner=owner,
        due=day_of(due or ""),
        until=None,
    )
    wanted = (
        *_said(accept, Status.ACCEPTED, given.model_copy(update={"until": day_of(until or "")})),
        *_said(reject, Status.REJECTED, given),
        *_said(transfer, Status.TRANSFERRED, given),
        *_said(reopen, Status.PROPOSED, given),
        *_duplicates([duplicate] if duplicate else [], given),
    )
    listed = _listed(lists or ())
    stands = mitigated(mitigation, given, against) if mitigation else None
    if against and stands is None:
        raise InputError("Nothing is said of a mitigation.", "Give --against with --mitigation.")
    _refuse_mixture(wanted, listed, stands, undo=undo, until=until if not accept else None)
    if not (wanted or listed or undo or stands):
        _show(_read(file), as_json=as_json)
        return

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        from threatwright.cli.changing import speaker
        from threatwright.engine.decisions.deciding import taken_down
        from threatwright.engine.record.speaker import head_of
        from threatwright.engine.said.answers import at_once

        who = speaker(by, role)
        if stands:
            return at_once([meant(stands, where or (), model, knowledge)], model, knowledge, who)
        if undo:
            return at_once([Undo()] * undo, model, knowledge, who)
        said = tuple(_expanded(wanted, listed, where or (), model, knowledge))
        people = {line.by for line in listed if line.by}
        if not by and len(people) == 1:
            who = speaker(people.pop(), role)
        return taken_down(said, model, head_of(model, who))

    change = changed(file, says, dry_run=dry_run)
    if as_json:
        _show(change.after, as_json=True)
        return
    tell(change)
    if shows:
        _show(change.after, as_json=False)


def _said(ids: Sequence[str] | None, status: Status, given: Decide) -> Iterator[Decide]:
    for id_ in (part.strip() for text in ids or () for part in text.split(",")):
        if id_:
            yield given.model_copy(update={"threat": id_, "status": status})


def _duplicates(pairs: Sequence[tuple[str, str]], given: Decide) -> Iterator[Decide]:
    from threatwright.engine.decisions.deciding import with_reason

    for id_, other in pairs:
        fields = {"threat": id_, "status": Status.REJECTED, "duplicate_of": other}
        yield with_reason(given.model_copy(update=fields))


def _listed(names: Sequence[str]) -> tuple[Line, ...]:
    from threatwright.cli.inputs import STDIN, read_text
    from threatwright.cli.models import MAX_FORM
    from threatwright.exchange.decision_list import read
    from threatwright.exchange.plain import one_line

    found: list[Line] = []
    for name in names:
        title = "standard input" if name == STDIN else one_line(name)
        found += read(read_text(name, MAX_FORM), title)
    return tuple(found)


def _refuse_mixture(
    wanted: Sequence[Decide],
    listed: Sequence[Line],
    stands: Mitigate | None,
    *,
    undo: int | None,
    until: str | None,
) -> None:
    from threatwright.engine.decisions.deciding import need_reason

    if undo and (wanted or listed):
        raise InputError("Nothing can be decided and undone in one call.", "Call it twice.")
    if stands and (wanted or listed or undo):
        raise InputError("A mitigation and something else were said in one call.", "Call it twice.")
    if until is not None:
        raise InputError(
            "Only an acceptance has a last day.", "Give --until together with --accept."
        )
    for one in (*wanted, *(line.said for line in listed)):
        need_reason(one)


def _expanded(
    wanted: Sequence[Decide],
    listed: Sequence[Line],
    conditions: Sequence[str],
    model: ThreatModel,
    knowledge: Knowledge,
) -> Iterator[Decide]:
    """A decision for each threat that is meant."""
    from threatwright.engine.decisions.threat_choice import chosen, where

    held = tuple(map(where, conditions))
    for one in wanted:
        for id_ in chosen((one.threat,), held, model, knowledge.risk):
            yield one.model_copy(update={"threat": id_})
    for line in listed:
        try:
            ids = chosen((line.said.threat,), held, model, knowledge.risk)
        except InputError as error:
            raise InputError(f"{line.where}: {error.problem}", error.fix) from error
        for id_ in ids:
            yield line.said.model_copy(update={"threat": id_})


def _read(file: str) -> ThreatModel:
    from threatwright import bootstrap
    from threatwright.cli.changing import place_in
    from threatwright.cli.models import Shelf, note_other_knowledge
    from threatwright.engine.derive import derive

    knowledge = bootstrap.knowledge()
    model = Shelf().load(place_in(file))
    note_other_knowledge(model, knowledge)
    return derive(model, knowledge)


def _show(model: ThreatModel, *, as_json: bool) -> None:
    from threatwright.exchange.json_file import dumped
    from threatwright.exchange.review_state import lines, review_of

    today = datetime.now(UTC).date()
    if as_json:
        console.say(dumped(review_of(model, today).model_dump(mode="json")), end="")
        return
    for line in lines(model, today):
        console.say(line)
