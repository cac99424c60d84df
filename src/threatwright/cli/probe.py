"""`threatwright probe`: try what the draft fears, with consent, and weigh what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.cli.probing.ending import Demanded

app = command.new()
ALL = 1_000
"""Confirmed payloads after which a probe ends that is to be compared: none is left out then."""
_NAMES = "Threat ids, families or probes; * and commas. Repeatable."


@app.command(
    epilog=command.example(
        "threatwright probe support.threatmodel.yaml --init-scope -o support.scope.yaml",
        "threatwright probe support.threatmodel.yaml --scope support.scope.yaml --plan",
        "threatwright probe support.threatmodel.yaml --canaries -o support.canaries.yaml",
        "threatwright probe support.threatmodel.yaml --scope support.scope.yaml "
        "--kit support.canaries.yaml --only prompt-leak",
        "threatwright probe support.threatmodel.yaml --scope support.scope.yaml "
        "--baseline last.json --fail-on new-confirmed,worse --junit probes.xml",
        "threatwright probe support.threatmodel.yaml --accept RUN THREAT --reason 'I read it'",
    )
)
def probe(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="The model file. --purge needs none.")
    ] = None,
    scope: Annotated[
        str | None, typer.Option(metavar="SCOPE", help="What may be probed, as people filled it in")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show what would be sent, and send nothing.")
    ] = False,
    target: Annotated[
        str, typer.Option(metavar="ELEMENT", help="Of several targets, this one; or its origin.")
    ] = "",
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_NAMES)] = None,
    without: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_NAMES)] = None,
    kit: Annotated[
        str | None, typer.Option(metavar="KIT", help="The canaries that were planted.")
    ] = None,
    authorised: Annotated[
        str,
        typer.Option(
            "--i-am-authorised",
            metavar="ORIGIN",
            help="The target's origin, typed out; needed where that is not this machine.",
        ),
    ] = "",
    concurrency: Annotated[
        int, typer.Option(min=1, max=32, metavar="N", help="Requests at a time.")
    ] = 4,
    enough: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="K",
            help="End a probe after K confirmed payloads: 1, or all with --baseline.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Of all that is random: the same plan again.")
    ] = 0,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who agrees to it.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In which role.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="Write it here.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(metavar="LAST", help="The JSON of an earlier run.")
    ] = None,
    switched_on: Annotated[
        str,
        typer.Option(
            metavar="MITIGATION",
            help="On now, off in --baseline, all else the same: it may get credit.",
        ),
    ] = "",
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="WHAT", help="End with 1 on new-confirmed, worse, inconclusive; with commas."
        ),
    ] = "",
    fail_on_confirmed: Annotated[
        bool, typer.Option("--fail-on-confirmed", help="End with 1 if a threat is confirmed.")
    ] = False,
    junit: Annotated[
        str | None, typer.Option(metavar="OUT", help="Write JUnit XML here too.")
    ] = None,
    sarif: Annotated[
        str | None, typer.Option(metavar="OUT", help="Write SARIF 2.1.0 here too.")
    ] = None,
    init_scope: Annotated[
        bool, typer.Option("--init-scope", help="Write a scope file to fill in.")
    ] = False,
    canaries: Annotated[
        bool, typer.Option("--canaries", help="Make texts to plant, and say where.")
    ] = False,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with a run that was interrupted.")
    ] = None,
    cancel: Annotated[
        str | None, typer.Option(metavar="RUN", help="Stop a run that is under way elsewhere.")
    ] = None,
    verify: Annotated[
        str | None, typer.Option(metavar="RUN", help="Check that its evidence is as written.")
    ] = None,
    purge: Annotated[
        str | None, typer.Option(metavar="RUN", help="Delete a run with its evidence.")
    ] = None,
    accept: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="RUN THREAT", help="A suspicion is right: it counts as confirmed."),
    ] = None,
    refuse: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="RUN THREAT", help="A suspicion or confirmation is wrong."),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Of --accept and --refuse.")] = "",
) -> None:
    """Try drafted threats on an endpoint, within a scope that people filled in, and weigh them.

    Nothing is sent before the plan, the scope and your consent allow it; --plan shows all of it
    first. What is found goes into the model file, and its evidence into a folder of the run. Ends
    with 1 where --fail-on or --fail-on-confirmed says so, with 4 where scope or endpoint refuse.
    """
    _refuse_mixture(init_scope, plan, canaries, resume, cancel, verify, purge, accept, refuse)
    if purge or cancel or verify:
        _look_after(purge, cancel, verify, file)
        return
    if file is None:
        raise InputError("No model file is named.", "threatwright probe FILE --scope SCOPE")
    named = (file, scope, target, kit)
    wanted = (_names(only), _names(without), seed)
    if init_scope:
        from threatwright.cli.probing.scope_form import begin

        begin(file, out)
    elif canaries:
        from threatwright.cli.probing.canaries import make

        make(file, scope, target, out)
    elif accept or refuse:
        _rule(file, accept, refuse, reason, _author(by, file), role)
    elif plan:
        _plan(named, wanted, concurrency, out, as_json=as_json)
    else:
        from threatwright.cli.probing.ending import demanded

        wants = demanded(
            as_json=as_json,
            out=out,
            junit_out=junit,
            sarif_out=sarif,
            baseline=baseline,
            switched_on=switched_on,
            fail_on=fail_on,
            fails_on_confirmed=fail_on_confirmed,
        )
        speaks = (_author(by, file), role, authorised)
        _run(named, wanted, (concurrency, enough), speaks, resume, wants)


def _refuse_mixture(*forms: object) -> None:
    if sum(map(bool, forms)) > 1:
        raise InputError("Several things were asked for in one call.", "Call it for each of them.")


def _names(given: list[str] | None) -> tuple[str, ...]:
    return tuple(part for one in given or () for part in one.replace(" ", "").split(",") if part)


def _author(by: str, file: str) -> str:
    """Who says it: the one who is named, else the author of the settings."""
    from pathlib import Path

    from threatwright import config

    return by or config.settings(Path(file).parent).author


def _look_after(
    purge: str | None, cancel: str | None, verify: str | None, file: str | None
) -> None:
    from threatwright.cli.probing import runs

    if purge:
        runs.purge(purge)
    elif cancel:
        runs.cancel(cancel)
    elif verify:
        runs.verify(verify, file)


def _rule(
    file: str,
    accept: tuple[str, str] | None,
    refuse: tuple[str, str] | None,
    reason: str,
    by: str,
    role: str,
) -> None:
    from threatwright.cli.probing.runs import rule

    run, threat = accept or refuse or ("", "")
    rule(file, run, threat, reason, is_confirmed=accept is not None, by=by, role=role)


def _plan(
    named: tuple[str, str | None, str, str | None],
    wanted: tuple[tuple[str, ...], tuple[str, ...], int],
    concurrency: int,
    out: str | None,
    *,
    as_json: bool,
) -> None:
    from pathlib import Path

    from threatwright.cli.outputs import check_target
    from threatwright.cli.probing import planning, predictive
    from threatwright.cli.probing.begun import Named, begun
    from threatwright.workflow.probing import Wanted

    path = Path(out) if out else None
    if path is not None:
        check_target(path)
    if predicts := predictive.meant(Named(*named)):
        predictive.show(Named(*named), predicts, Wanted(*wanted), path, as_json=as_json)
        return
    probing = begun(Named(*named))
    made = planning.plan_of(probing, Wanted(*wanted))
    planning.show(made, probing, concurrency, path, as_json=as_json)


def _run(
    named: tuple[str, str | None, str, str | None],
    wanted: tuple[tuple[str, ...], tuple[str, ...], int],
    pace: tuple[int, int | None],
    speaks: tuple[str, str, str],
    resume: str | None,
    wants: Demanded,
) -> None:
    from threatwright.cli.probing import predictive, running
    from threatwright.cli.probing.begun import Named
    from threatwright.cli.probing.ending import end
    from threatwright.workflow.probing import Pace, Wanted

    who = running.Speaks(*speaks)
    off = wants.baseline if wants.switched_on else None
    switched = running.Switched(wants.switched_on, off) if off else None
    if resume:
        came = running.resume(named[0], resume, who, switched)
    elif predicts := predictive.meant(Named(*named)):
        predictive.refuse_pace(*pace)
        came = predictive.run(Named(*named), predicts, Wanted(*wanted), who, switched)
    else:
        concurrency, enough = pace
        at = Pace(concurrency, enough or (ALL if wants.baseline else 1))
        came = running.run(Named(*named), Wanted(*wanted), at, who, switched)
    end(came, named[0], wants)
