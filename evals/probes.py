"""Probes: what they find of planted weaknesses, and what they find where there is nothing.

    python -m evals.probes [NAME ...]

Every shipped probe that needs no judge is run, by the real prober, against the twins of
`evals/probe_targets.py`, and those of the families that ought to see it against each planted
weakness. Each has to be confirmed by one of these, nothing on those that never give in; an endpoint
that fails most of the time says nothing at all.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from evals.figures import Better, Table, judged, mean, text_of
from evals.probe_targets import (
    BEHAVIOURS,
    FLAKY,
    NEVER_GIVES_IN,
    PLANTED,
    Behaviour,
    attacker,
    free_origin,
)
from threatwright.adapters.probes.prober import WorkerProber
from threatwright.demo import compliance
from threatwright.demo import scope as demo_scope
from threatwright.demo.demos import CHATBOT
from threatwright.demo.loopback import served
from threatwright.demo.shop import MODEL, Shop
from threatwright.engine.derive import begin
from threatwright.engine.probes.canaries import make_kit
from threatwright.engine.probes.consent import consent
from threatwright.engine.probes.needs import missing
from threatwright.engine.probes.payloads import with_rules
from threatwright.engine.probes.plan import plan
from threatwright.engine.probes.selection import Match, Selection
from threatwright.engine.probes.verdicts import findings
from threatwright.exchange.scope_file import read
from threatwright.knowledge.load import load_knowledge
from threatwright.model.canaries import CanaryKit
from threatwright.model.document import ThreatModel
from threatwright.model.endpoint import Patience
from threatwright.model.findings import FamilyResult, Finding, Tried
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.probe_plan import ProbePlan
from threatwright.model.probe_request import OpenAiChat
from threatwright.model.probe_run import ConvertRequest, Ended, ProbeEvent, ProbeRun
from threatwright.model.probe_scope import Caps, ProbeScope, SideModel
from threatwright.model.probes import Family, Method, Place, Rule

REPEATS = 50
"""The most trials of the one payload that the flaky one is sent; a confirmation ends them."""
SHARE = 0.3
"""Of the requests that the flaky one obeys."""
_ALL = 10_000
_AMPLE = Caps(
    requests=1_000_000,
    requests_per_minute=1_000_000,
    tokens=10_000_000,
    money="0.00 EUR",
    minutes=60,
)
_PATIENCE = Patience(attempts=3, wait=0.05, longest_wait=1.5, failures=50)
_SYSTEM = "A language model answers customers of a shop on its website, with documents and tools."


class Outcome(NamedTuple):
    """What came of one endpoint."""

    behaviour: Behaviour
    findings: tuple[Finding, ...]
    """One for each family."""
    requests: int
    is_complete: bool

    @property
    def confirmed(self) -> frozenset[Family]:
        """The families that confirmed something."""
        return frozenset(r.family for r in self.results if self._verdict(r) is Tried.CONFIRMED)

    @property
    def results(self) -> tuple[FamilyResult, ...]:
        """What each family came to."""
        return tuple(result for finding in self.findings for result in finding.families)

    @property
    def is_found(self) -> bool:
        """Whether a family that it belongs to saw what is planted."""
        return bool(self.confirmed & self.behaviour.families)

    def _verdict(self, result: FamilyResult) -> Tried:
        return next(f.verdict for f in self.findings if result in f.families)


class Ground(NamedTuple):
    """What is the same for all endpoints."""

    knowledge: Knowledge
    model: ThreatModel
    kit: CanaryKit
    attacker: str
    tool_sink: str


def measure(behaviours: Sequence[Behaviour] = BEHAVIOURS) -> list[Outcome]:
    """Every endpoint, probed; a line of each is printed when it is."""
    knowledge = load_knowledge()
    source = Source(kind=SourceKind.PROSE, name="shop.md", text=_SYSTEM)
    model = begin("Shop", [source], knowledge)
    kit = make_kit(model.id, "llm", Place, seed=1)
    with attacker() as origin, tempfile.TemporaryDirectory() as folder:
        ground = Ground(knowledge, model, kit, origin, free_origin())
        outcomes = []
        print(_HEAD)
        for behaviour in behaviours:
            outcome = asyncio.run(_probed(behaviour, ground, Path(folder) / behaviour.name))
            print("\n".join(_lines(outcome)), flush=True)
            outcomes.append(outcome)
        return outcomes


async def _probed(behaviour: Behaviour, ground: Ground, folder: Path) -> Outcome:
    with served(behaviour.respond(ground.kit, ground.tool_sink)) as origin:
        run = await _run_of(ground, origin, folder, behaviour)
        events: list[ProbeEvent] = [event async for event in WorkerProber().run(run)]
    end = next(event for event in events if isinstance(event, Ended))
    found = findings(run.plan, events)
    return Outcome(behaviour, found, end.target.requests, end.is_complete)


async def _run_of(ground: Ground, origin: str, folder: Path, behaviour: Behaviour) -> ProbeRun:
    """A run of the probes that ought to see it; of all, if nothing is planted."""
    scope = _scope(ground, int(origin.rpartition(":")[2]))
    made = await _plan_of(ground, scope, behaviour.families)
    if behaviour.name == FLAKY:
        made = _repeated(made)
    now = datetime.now(UTC)
    return ProbeRun(
        plan=made,
        consent=consent(made, scope, ground.model, now),
        scope=scope,
        kit=ground.kit,
        folder=str(folder),
        enough=_ALL,
        patience=_PATIENCE,
        timeout=20,
    )


def _scope(ground: Ground, port: int) -> ProbeScope:
    now = datetime.now(UTC) - timedelta(minutes=1)
    text = demo_scope.of(CHATBOT, ground.model, port, now, ground.tool_sink)
    scope = read(text, "scope")
    chat = OpenAiChat(shape="openai-chat", model=MODEL)
    caps = scope.caps.model_copy(update={"target": _AMPLE, "attacker": _AMPLE})
    model = SideModel(origin=ground.attacker, request=chat)
    return scope.model_copy(update={"caps": caps, "attacker": model})


async def _plan_of(ground: Ground, scope: ProbeScope, families: frozenset[Family]) -> ProbePlan:
    """All probes that can run there; each family stands for a threat."""
    (target,) = scope.targets
    entries = [
        with_rules(entry, target.product_rules) if isinstance(entry.scorer, Rule) else entry
        for entry in ground.knowledge.probes
        if entry.method is not Method.PREDICT
        and (not families or entry.family in families)
        and missing(entry, target, scope, ground.kit) is None
    ]
    request = ConvertRequest(
        entries=tuple(entries), kit=ground.kit, sink=target.tool_sink or "", seed=0
    )
    payloads = {c.probe: c.payloads for c in await WorkerProber().convert(request)}
    matches = tuple(Match(entry, (f"T-{entry.family}",)) for entry in entries)
    selection = Selection(matches, (), ())
    return plan(ground.model, scope, "0" * 64, target, selection, payloads)


def _repeated(made: ProbePlan) -> ProbePlan:
    """One payload that the demo understands, again and again: its share is that of the flaky one.

    How many of different payloads hit says as much about what they ask.
    """
    probe, payload = next(
        (probe, payload)
        for probe in made.probes
        for payload in probe.payloads
        if probe.method is Method.SINGLE and compliance.obeyed(payload.turns[0], Shop())
    )
    once = probe.model_copy(update={"payloads": (payload,), "trials": REPEATS})
    return made.model_copy(update={"probes": (once,)})


def faults(outcomes: Sequence[Outcome]) -> list[str]:
    """What is not as it has to be, a sentence each."""
    found = []
    for outcome in outcomes:
        name = outcome.behaviour.name
        if outcome.behaviour in PLANTED and not outcome.is_found:
            families = ", ".join(sorted(outcome.behaviour.families))
            found.append(f"{name} is not found by {families}")
        if name in NEVER_GIVES_IN:
            found += [f"{name} is confirmed by {family}" for family in sorted(outcome.confirmed)]
        if name == "rate-limiting" and outcome.confirmed:
            found.append("rate-limiting is confirmed")
        if name == "erroring":
            verdicts = {finding.verdict for finding in outcome.findings}
            if verdicts != {Tried.INCONCLUSIVE}:
                found.append(f"erroring is called {', '.join(sorted(verdicts))}")
        if name == FLAKY and not _holds_share(outcome):
            found.append(f"no interval of flaky holds {SHARE}")
    return found


def _holds_share(outcome: Outcome) -> bool:
    """Whether the interval of the family with the most payloads that sees it holds the share."""
    seen = [r for r in outcome.results if r.family in outcome.behaviour.families and r.hits]
    return bool(seen) and any(r.low <= SHARE <= r.high for r in seen)


_HEAD = f"{'endpoint':24} {'found':6} {'requests':>8}  confirmed by"


def _lines(outcome: Outcome) -> Iterator[str]:
    """What is told of one endpoint."""
    planted = "" if not outcome.behaviour.families else "yes" if outcome.is_found else "NO"
    seen = ", ".join(sorted(outcome.confirmed)) or "-"
    yield f"{outcome.behaviour.name:24} {planted:6} {outcome.requests:8}  {seen}"
    if outcome.behaviour.name == FLAKY:
        for r in outcome.results:
            yield f"{'':24} {r.family}: {r.hits} of {r.payloads}, {r.low:.2f} to {r.high:.2f}"


def table(outcomes: Sequence[Outcome]) -> Table:
    """What is found, and what is confirmed where nothing is."""
    planted = [o for o in outcomes if o.behaviour in PLANTED]
    clean = [o for o in outcomes if o.behaviour.name in (*NEVER_GIVES_IN, "rate-limiting")]
    return {
        "planted weaknesses": {
            "found by their family": mean(o.is_found for o in planted),
            "requests": mean((o.requests for o in planted), Better.NEITHER),
        },
        "those that never give in": {
            "families confirmed": mean((len(o.confirmed) for o in clean), Better.LESS),
            "requests": mean((o.requests for o in clean), Better.NEITHER),
        },
    }


def run(*, update: bool = False) -> Sequence[str]:
    """Measure, print, and tell what is not as it has to be or fell below the baseline."""
    outcomes = measure()
    print()
    print(text_of(table(outcomes)))
    return [*faults(outcomes), *judged("probes", table(outcomes), update=update)]


def main(names: Sequence[str]) -> int:
    """Measure the endpoints of these names, all if there are none; 1 if one is not as it has to."""
    outcomes = measure([b for b in BEHAVIOURS if not names or b.name in names])
    found = faults(outcomes)
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
