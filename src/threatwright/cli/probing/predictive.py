"""`threatwright probe` where the scope's target predicts: plan, consent, run, findings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from threatwright import bootstrap
from threatwright.cli import changing, console
from threatwright.cli.outputs import write_text
from threatwright.cli.probing.begun import Named, model_of, scope_of
from threatwright.cli.probing.following import until_stopped
from threatwright.cli.probing.running import Came, Speaks, Switched, head, take_down_consent
from threatwright.engine.probes.consent import consent
from threatwright.engine.probes.predict_plan import chosen, plan
from threatwright.engine.probes.predictive import outcome
from threatwright.engine.probes.regression import stopped_by
from threatwright.errors import InputError, TargetError
from threatwright.exchange.probes import predict_text, report
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Probed
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.predict_run import FamilyMeasured, PredictPlan, PredictRun, Progressed
from threatwright.model.probe_scope import PredictTarget, ProbeScope
from threatwright.workflow.probing import Wanted


class _Made(NamedTuple):
    plan: PredictPlan
    scope: ProbeScope
    model: ThreatModel


def meant(named: Named) -> PredictTarget | None:
    """The predictive target that a command line means; None if it means one that talks."""
    if named.scope is None:
        return None
    scope, _ = scope_of(named.scope)
    wanted = named.target
    found = [t for t in scope.predictive if wanted in ("", t.element, t.origin)]
    is_other = any(wanted in ("", t.element, t.origin) for t in scope.targets)
    return found[0] if len(found) == 1 and not is_other else None


def show(
    named: Named, target: PredictTarget, wanted: Wanted, out: Path | None, *, as_json: bool
) -> None:
    """Print what would be asked, or put it in a file. Nothing is sent."""
    made = _planned(named, target, wanted).plan
    is_json = as_json or (out is not None and out.suffix.lower() == ".json")
    text = report.json_of_plan(made) if is_json else predict_text.plan_text(made)
    if out is None:
        console.say(text, end="")
        return
    write_text(out, text)
    console.say(f"Wrote the plan to {out.name}. Nothing was sent.")


def run(
    named: Named,
    target: PredictTarget,
    wanted: Wanted,
    speaks: Speaks,
    switched: Switched | None = None,
) -> Came:
    """Plan, consent and run; the outcome goes into the model file.

    Raises InputError or TargetError before anything is sent.
    """
    made = _planned(named, target, wanted)
    agreed = consent(made.plan, made.scope, made.model, datetime.now(UTC), speaks.typed)
    bootstrap.art_environment().ready()
    runs = bootstrap.probe_runs()
    name = runs.new(bootstrap.now(), target.element, made.plan.hash)
    folder = str(runs.folder(name))
    asked = PredictRun(plan=made.plan, consent=agreed, caps=made.scope.caps.target, folder=folder)
    take_down_consent(named.file, agreed, speaks)
    console.note(
        f"Run {name}: at most {made.plan.rows} rows to {target.origin}, as authorised by "
        f"{agreed.authorised_by}. Ctrl-C ends it; what is measured is kept."
    )
    return _followed(named.file, name, asked, speaks, switched)


def refuse_pace(concurrency: int, enough: int | None) -> None:
    """Raise InputError for what makes no sense for rows: they are asked in turn, all of them."""
    for option, is_given in (("--concurrency", concurrency != 4), ("--enough", bool(enough))):
        if is_given:
            raise InputError(
                f"{option} is not for an endpoint that predicts: rows are asked in turn.",
                f"Leave {option} out for this target; the pace is `requests_per_minute`.",
            )


def _planned(named: Named, target: PredictTarget, wanted: Wanted) -> _Made:
    model, knowledge = model_of(named.file)
    scope, digest = scope_of(named.scope)
    if named.kit is not None:
        raise InputError("Rows hold no canaries.", "Leave --kit out for this target.")
    made = plan(model, knowledge.probes, scope, digest, target, wanted.seed)
    return _Made(chosen(made, wanted.only, wanted.without), scope, model)


def _followed(
    file: str, name: str, run_: PredictRun, speaks: Speaks, switched: Switched | None
) -> Came:
    runs = bootstrap.probe_runs()
    is_cancelled, broken = False, None
    try:
        is_cancelled = asyncio.run(until_stopped(_listen(run_), lambda: runs.is_cancelled(name)))
    except TargetError as error:
        broken = error
    # The folder has it all, also what the worker told when it was stopped.
    events = runs.predicted(name)
    if broken is not None and not events:
        raise broken  # nothing began

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        del knowledge
        by, chain = head(model, speaks), runs.last(name)
        came = outcome(name, run_.plan, events, model, by, chain)
        return (stopped_by(came, switched.off, switched.mitigation) if switched else came,)

    change = changing.changed(file, says)
    (probed,) = change.entries
    assert isinstance(probed, Probed)
    left_out = run_.plan.left_out
    return Came(
        change.after, change.knowledge, probed, left_out, is_cancelled, broken, goes_on=False
    )


async def _listen(run_: PredictRun) -> None:
    async with aclosing(bootstrap.art_prober().run(run_)) as happening:
        async for event in happening:
            if isinstance(event, Progressed):
                console.invite(f"{event.family}: {event.done} of {event.of}, {event.rows} rows")
            elif isinstance(event, FamilyMeasured):
                figures = ", ".join(f"{m.name} {m.value:.2f}" for m in event.measured)
                console.note(f"{event.family}: {figures or event.because}")
