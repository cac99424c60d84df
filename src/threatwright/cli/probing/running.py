"""`threatwright probe FILE --scope SCOPE`: consent, run, and what it came to in the model file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from threatwright import bootstrap
from threatwright.cli import changing, console
from threatwright.cli.probing.begun import Named, begun, model_of
from threatwright.cli.probing.following import follow
from threatwright.cli.probing.planning import plan_of
from threatwright.cli.probing.progress import shown
from threatwright.engine.probes.consent import consent, refuse
from threatwright.engine.probes.live import Live
from threatwright.engine.probes.outcome import consented, outcome
from threatwright.engine.probes.regression import stopped_by
from threatwright.engine.record.speaker import head_of
from threatwright.engine.text.spoken import Head
from threatwright.errors import InputError, TargetError
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consent, Consented, Probed
from threatwright.model.journal import JournalEntry, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.probe_plan import LeftOut
from threatwright.model.probe_run import ProbeRun
from threatwright.workflow.probing import Pace, Wanted, run_of


class Speaks(NamedTuple):
    """Who agrees to a run, and how."""

    by: str = ""
    role: str = ""
    typed: str = ""
    """The origin, as it was typed."""


class Switched(NamedTuple):
    """A control that is on now, and was off in an earlier run."""

    mitigation: str
    off: Probed


class Came(NamedTuple):
    """What a run came to, and how it ended."""

    model: ThreatModel
    knowledge: Knowledge
    probed: Probed
    left_out: tuple[LeftOut, ...]
    is_cancelled: bool
    broken: TargetError | None = None
    goes_on: bool = True
    """Whether --resume can go on with it where it stopped."""


def run(
    named: Named, wanted: Wanted, pace: Pace, speaks: Speaks, switched: Switched | None = None
) -> Came:
    """Plan, consent and run. Raises InputError or TargetError before anything is sent."""
    probing = begun(named)
    refuse(probing.scope, probing.target, probing.model, datetime.now(UTC), speaks.typed)
    plan = plan_of(probing, wanted)
    agreed = consent(plan, probing.scope, probing.model, datetime.now(UTC), speaks.typed)
    runs = bootstrap.probe_runs()
    name = runs.new(bootstrap.now(), plan.target.element, plan.hash)
    made = run_of(probing, plan, agreed, str(runs.folder(name)), pace)
    take_down_consent(named.file, agreed, speaks)
    console.note(
        f"Run {name}: at most {plan.requests} requests to {plan.target.origin}, as authorised by "
        f"{agreed.authorised_by}."
    )
    return _followed(named.file, name, made, speaks, switched)


def resume(file: str, name: str, speaks: Speaks, switched: Switched | None = None) -> Came:
    """Go on with a run that was interrupted: nothing that was sent is sent again.

    Raises InputError if the model holds no consent to it any more, or it was run to its end.
    """
    runs = bootstrap.probe_runs()
    made, (model, _) = runs.run(name), model_of(file)
    entries = standing(model.journal)
    if not any(isinstance(e, Consented) and e.consent == made.consent for e in entries):
        raise InputError(
            f"{file} holds no consent to {name}.", "Plan and run it anew: --scope SCOPE"
        )
    if any(isinstance(e, Probed) and e.run == name and e.is_complete for e in entries):
        raise InputError(f"{name} was run to its end.", "Run its plan anew: --scope SCOPE")
    runs.go_on(name)
    return _followed(file, name, made, speaks, switched)


def _followed(
    file: str, name: str, made: ProbeRun, speaks: Speaks, switched: Switched | None
) -> Came:
    runs = bootstrap.probe_runs()
    live = Live(made.plan, runs.events(name))
    broken: TargetError | None = None
    is_cancelled = False
    with shown(live, made.scope.caps.target.requests) as progress:
        try:
            is_cancelled = asyncio.run(
                follow(made, bootstrap.prober(), live, progress, lambda: runs.is_cancelled(name))
            )
        except TargetError as error:
            broken = error
    # The folder has it all, also what happened after we stopped listening.
    events = runs.events(name) or tuple(live.events)
    if broken is not None and not events:
        raise broken  # nothing began

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        came = outcome(name, made.plan, events, model, knowledge, head(model, speaks))
        return (stopped_by(came, switched.off, switched.mitigation) if switched else came,)

    change = changing.changed(file, says)
    (probed,) = change.entries
    assert isinstance(probed, Probed)
    left_out = made.plan.left_out
    return Came(change.after, change.knowledge, probed, left_out, is_cancelled, broken)


def take_down_consent(file: str, agreed: Consent, speaks: Speaks) -> None:
    """Into the model file, before anything is sent."""

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        return (consented(agreed, head(model, speaks)),)

    changing.changed(file, says)


def head(model: ThreatModel, speaks: Speaks) -> Head:
    """The head of an entry that somebody makes now."""
    return head_of(model, changing.speaker(speaks.by, speaks.role))
