"""One run in this process: admitted, opened, held to its end, and closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from threatwright.adapters.probes import books, memory
from threatwright.adapters.probes.admission import admit
from threatwright.adapters.probes.attacks import Attacks
from threatwright.adapters.probes.chain import Chain
from threatwright.adapters.probes.course import Course
from threatwright.adapters.probes.fingerprints import Fingerprint
from threatwright.adapters.probes.judge import TrialJudge
from threatwright.adapters.probes.pins import Resolver
from threatwright.adapters.probes.progress import Progress
from threatwright.adapters.probes.run_folder import EVIDENCE, RunFolder
from threatwright.adapters.probes.sides import Sides
from threatwright.adapters.probes.sink import ToolSink
from threatwright.adapters.probes.trials import Trials
from threatwright.adapters.probes.versions import versions
from threatwright.model.probe_evidence import Opened
from threatwright.model.probe_run import ProbeEvent, ProbeRun, Sending, Side, Started, Tested
from threatwright.model.probes import Scorer
from threatwright.model.probes import ToolSink as CallScorer

CANCELLED = "cancelled"
_MODELS: tuple[Side, ...] = ("attacker", "judge")

Tell = Callable[[ProbeEvent], None]
Seal = Callable[[frozenset[tuple[str, int]]], None]
"""Keeps the whole process from connecting anywhere else."""


async def work(
    run: ProbeRun,
    folder: RunFolder,
    tell: Tell,
    environment: Mapping[str, str],
    resolver: Resolver,
    seal: Seal,
) -> None:
    """Run a plan to its end; a cancellation is an end, too, and what was done is kept.

    Raises TargetError, before anything is sent, if the run is not allowed or an endpoint cannot be
    found, and InputError if the folder holds another run.
    """
    admit(run, datetime.now(UTC))
    before = folder.begin(run)
    async with AsyncExitStack() as stack:
        evidence = Chain(folder.path / EVIDENCE)
        stack.callback(evidence.close)
        spent = partial(books.spent, events=before, evidence=folder.path / EVIDENCE)
        sides = Sides(run, stack, tell, environment, spent)
        seal(await sides.pin(resolver))
        await memory.begin(run.plan.seed)
        course = await _course(run, stack, sides, evidence, before, tell)
        try:
            because = await course.held()
        except asyncio.CancelledError:  # it ends the run, and not the worker
            because = CANCELLED
        tell(course.ended(because))


async def _course(
    run: ProbeRun,
    stack: AsyncExitStack,
    sides: Sides,
    evidence: Chain,
    before: Sequence[ProbeEvent],
    tell: Tell,
) -> Course:
    """The run with all that it needs open, and what was done before taken in."""
    target = sides.target()
    models = {side: opened for side in _MODELS if (opened := sides.model(side))}
    attacker = models["attacker"].target if "attacker" in models else None
    attacks = Attacks(target.target, target.sink, attacker)
    trials = Trials(run, attacks, evidence, tell, Fingerprint(run.plan.target))
    if run.scope.judge and "judge" in models:
        trials.judge = TrialJudge(models["judge"].target, run.scope.judge.request)
    if run.plan.target.tool_sink and any(_calls(p.scorer) for p in run.plan.probes):
        trials.sink = await stack.enter_async_context(ToolSink(run.plan.target.tool_sink))
    tell(Started(versions=versions()))
    evidence.append(_opened(run))
    lost = list(books.unanswered(before))
    for tested in lost:
        tell(tested)
    tested_before = [*(event for event in before if isinstance(event, Tested)), *lost]
    return Course(
        run,
        {"target": target.guard, **{side: model.guard for side, model in models.items()}},
        trials,
        Progress(run.plan.probes, run.enough, tested_before),
        tell,
        asked=_asked(before),
    )


def _calls(scorer: Scorer) -> bool:
    return isinstance(scorer, CallScorer)


def _opened(run: ProbeRun) -> Opened:
    return Opened(
        run=Path(run.folder).name,
        at=datetime.now(UTC),
        plan=run.plan.hash,
        scope=run.plan.scope,
        origin=run.plan.target.origin,
        seed=run.plan.seed,
        versions=versions(),
    )


def _asked(before: Sequence[ProbeEvent]) -> int:
    """How many harmless questions were sent."""
    sent = {event.trial for event in before if isinstance(event, Sending)}
    return sum(trial.startswith(f"{books.CONTROL}/liveness/") for trial in sent)
