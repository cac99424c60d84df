"""`threatwright probe` where the scope's target predicts: plan, consent, run, findings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime

import typer

from threatwright import bootstrap
from threatwright.cli import changing, console
from threatwright.cli.probing.begun import Named, model_of, scope_of
from threatwright.cli.probing.running import Speaks
from threatwright.engine.answers import Speaker, head_of
from threatwright.engine.probes.consent import consent
from threatwright.engine.probes.outcome import consented
from threatwright.engine.probes.predictive import outcome, plan
from threatwright.errors import InputError
from threatwright.exchange.json_file import dumped
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent, Probed, Tried
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.predict_run import (
    FamilyMeasured,
    PredictEvent,
    PredictPlan,
    PredictRun,
    Progressed,
)
from threatwright.model.probe_scope import PredictTarget, ProbeScope


def meant(named: Named) -> PredictTarget | None:
    """The predictive target that a command line means; None if it means one that talks."""
    if named.scope is None:
        return None
    scope, _ = scope_of(named.scope)
    wanted = named.target
    found = [t for t in scope.predictive if wanted in ("", t.element, t.origin)]
    is_other = any(wanted in ("", t.element, t.origin) for t in scope.targets)
    return found[0] if len(found) == 1 and not is_other else None


def show(named: Named, target: PredictTarget) -> None:
    """Print what would be asked. Nothing is sent."""
    made, _, _ = _planned(named, target)
    console.say(f"{target.element} at {target.origin}: at most {made.rows} rows in {made.requests}")
    console.say("requests, from the file " + one_line(target.request.samples.file))
    for family in made.families:
        console.say(f"\n{family.family}: {', '.join(family.threats)}")
        console.say(f"  Confirmed means: {family.confirmed_means}.")
    if not made.families:
        console.say("Nothing can be tried: no threat at it that rows could show.")


def run(named: Named, target: PredictTarget, speaks: Speaks, *, as_json: bool, fails: bool) -> None:
    """Plan, consent and run; the outcome goes into the model file.

    Raises InputError or TargetError before anything is sent, and typer.Exit with 1 where `fails`
    and a threat is confirmed.
    """
    made, scope, model = _planned(named, target)
    agreed = consent(made, scope, model, datetime.now(UTC), speaks.typed)
    run_ = PredictRun(plan=made, consent=agreed, caps=scope.caps.target)
    bootstrap.art_environment().ready()
    _write(named.file, lambda m: consented(agreed, head_of(m, _speaker(speaks))))
    name = _name(agreed)
    console.note(
        f"Run {name}: at most {made.rows} rows to {target.origin}, as authorised by "
        f"{agreed.authorised_by}. Ctrl-C ends it; what is measured is kept."
    )
    events: list[PredictEvent] = []
    try:
        asyncio.run(_follow(run_, events))
    except KeyboardInterrupt:
        console.note("Cancelled.")
    finally:
        entry = _write(
            named.file,
            lambda m: outcome(name, made, events, m, head_of(m, _speaker(speaks))),
        )
    assert isinstance(entry, Probed)
    _tell(entry, as_json=as_json)
    if fails and any(finding.verdict is Tried.CONFIRMED for finding in entry.findings):
        raise typer.Exit(1)


def _planned(named: Named, target: PredictTarget) -> tuple[PredictPlan, ProbeScope, ThreatModel]:
    model, knowledge = model_of(named.file)
    scope, digest = scope_of(named.scope)
    if named.kit is not None:
        raise InputError("Rows hold no canaries.", "Leave --kit out for this target.")
    return plan(model, knowledge.probes, scope, digest, target), scope, model


async def _follow(run_: PredictRun, events: list[PredictEvent]) -> None:
    async with aclosing(bootstrap.art_prober().run(run_)) as happening:
        async for event in happening:
            events.append(event)
            if isinstance(event, Progressed):
                console.invite(f"{event.family}: {event.done} of {event.of}, {event.rows} rows")
            elif isinstance(event, FamilyMeasured):
                figures = ", ".join(f"{m.name} {m.value:.2f}" for m in event.measured)
                console.note(f"{event.family}: {figures or event.because}")


def _write(file: str, entry: Callable[[ThreatModel], JournalEntry]) -> JournalEntry:
    """Put one entry into the model file."""

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        del knowledge
        return (entry(model),)

    return changing.changed(file, says).entries[0]


def _speaker(speaks: Speaks) -> Speaker:
    return changing.speaker(speaks.by, speaks.role)


def _name(agreed: Consent) -> str:
    """Named as the other runs are: by moment and plan."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-predict-{agreed.plan[:8]}"


def _tell(entry: Probed, *, as_json: bool) -> None:
    if as_json:
        console.say(dumped(entry.model_dump(mode="json")), end="")
        return
    for finding in entry.findings:
        console.say(f"{finding.threat}: {finding.verdict.replace('-', ' ')}")
        console.say(f"  {one_line(finding.because)}")
    if entry.ended:
        console.say(f"It did not run to its end: {one_line(entry.ended)}.")
