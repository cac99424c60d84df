"""How far a run is: what was sent and what hit, by threat, and how long the rest may take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from threatwright.engine.probes.verdicts import findings
from threatwright.model.findings import Finding, Tried
from threatwright.model.probe_plan import ProbePlan
from threatwright.model.probe_run import ProbeEvent, Sending, Tested


class ThreatProgress(NamedTuple):
    """How far one threat is tried."""

    threat: str
    title: str
    planned: int
    """Trials, without replays."""
    tested: int
    hits: int
    suspected: int
    errors: int

    @property
    def is_over(self) -> bool:
        """Whether all of its trials have ended."""
        return self.tested >= self.planned


class Live:
    """A run that goes on. Events may be told twice: a trial counts once."""

    def __init__(self, plan: ProbePlan, before: Iterable[ProbeEvent] = ()) -> None:
        """`before` is what happened before the run was interrupted."""
        self.plan = plan
        self.events: list[ProbeEvent] = []
        self.sent = 0
        """Requests to the target."""
        self._threats = {
            (probe.probe, payload.id): probe.threats
            for probe in plan.probes
            for payload in probe.trying
        }
        self._tested: dict[str, Tested] = {}
        for event in before:
            self.note(event)

    def note(self, event: ProbeEvent) -> None:
        """Something happened."""
        self.events.append(event)
        if isinstance(event, Sending) and event.side == "target":
            self.sent = max(self.sent, event.n)
        elif isinstance(event, Tested):
            self._tested[event.trial] = event

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The verdicts as they stand. While the run goes on, what is not confirmed is open."""
        return findings(self.plan, self.events)

    @property
    def confirmed(self) -> frozenset[str]:
        """The threats that are confirmed by now."""
        return frozenset(f.threat for f in self.findings if f.verdict is Tried.CONFIRMED)

    @property
    def rows(self) -> tuple[ThreatProgress, ...]:
        """Each threat of the plan, in its order."""
        tested = [one for one in self._tested.values() if not one.is_replay]
        return tuple(
            ThreatProgress(
                threat=threat.id,
                title=threat.title,
                planned=sum(
                    len(p.trying) * p.trials for p in self.plan.probes if threat.id in p.threats
                ),
                **_counted(
                    [
                        one
                        for one in tested
                        if threat.id in self._threats.get((one.probe, one.payload), ())
                    ]
                ),
            )
            for threat in self.plan.threats
        )

    @property
    def done(self) -> float:
        """Which share of the trials that were planned has ended, 0 to 1. It may end below 1."""
        planned = sum(len(probe.payloads) * probe.trials for probe in self.plan.probes)
        return min(1.0, len(self._tested) / planned) if planned else 1.0

    def seconds_left(self, elapsed: float) -> float | None:
        """About how long the rest takes, at the pace so far; None while there is none."""
        done = self.done
        return elapsed * (1 - done) / done if done > 0 and elapsed > 0 else None


def _counted(tested: list[Tested]) -> dict[str, int]:
    return {
        "tested": len(tested),
        "hits": sum(one.outcome == "hit" for one in tested),
        "suspected": sum(one.outcome == "suspected" for one in tested),
        "errors": sum(one.outcome == "error" for one in tested),
    }
