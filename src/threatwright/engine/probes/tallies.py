"""Counts what came back, by payload: the ground that verdicts stand on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from threatwright.engine.probes.intervals import Rate, wilson
from threatwright.model.findings import Control, FamilyResult
from threatwright.model.probe_plan import PlannedProbe
from threatwright.model.probe_run import Controlled, ProbeEvent, Tested
from threatwright.model.probes import Family


class Tally(NamedTuple):
    """What one payload came to."""

    payload: str
    tested: tuple[Tested, ...] = ()
    """Its trials; a trial that was reported twice is there once."""
    replays: tuple[Tested, ...] = ()

    def count(self, outcome: str) -> int:
        """How many of its trials came out so."""
        return sum(one.outcome == outcome for one in self.tested)

    @property
    def answered(self) -> int:
        """Trials that were no errors."""
        return len(self.tested) - self.count("error")

    @property
    def replayed(self) -> tuple[int, int]:
        """So many replays hit, of so many that were answered."""
        answered = [one for one in self.replays if one.outcome != "error"]
        return sum(one.outcome == "hit" for one in answered), len(answered)

    @property
    def is_confirmed(self) -> bool:
        """Whether it hit, and hit again when it was replayed."""
        return self.count("hit") > 0 and self.replayed[0] > 0


class Results:
    """The events of a run, by probe and payload. Events of other probes change nothing."""

    def __init__(self, events: Iterable[ProbeEvent]) -> None:
        self._controls: dict[tuple[str, str], Control] = {}
        self._tested: dict[tuple[str, str], dict[str, Tested]] = {}
        for event in events:
            match event:
                case Controlled(control=control):
                    self._controls[control.name, control.probe] = control
                case Tested():
                    held = self._tested.setdefault((event.probe, event.payload), {})
                    before = held.get(event.trial)
                    # A run that was resumed may have reported a trial before: a hit stays one.
                    if before is None or before.outcome != "hit":
                        held[event.trial] = event
                case _:
                    pass

    @property
    def controls(self) -> tuple[Control, ...]:
        """Each control as it was held last: a run that goes on holds them again."""
        return tuple(self._controls.values())

    def of(self, probe: PlannedProbe) -> tuple[Tally, ...]:
        """A tally for each payload that was planned."""
        return tuple(self._tally(probe.probe, payload.id) for payload in probe.payloads)

    def _tally(self, probe: str, payload: str) -> Tally:
        events = self._tested.get((probe, payload), {}).values()
        return Tally(
            payload,
            tuple(one for one in events if not one.is_replay),
            tuple(one for one in events if one.is_replay),
        )


def rate(tallies: Iterable[Tally]) -> Rate:
    """The rate of hits among different payloads. Repeats of one are no new payloads.

    A payload counts with the share of its trials that hit; of a single payload, its repeats count.
    """
    sent = [one for one in tallies if one.answered]
    if len(sent) == 1:
        return Rate(sent[0].count("hit"), sent[0].answered)
    return Rate(sum(one.count("hit") / one.answered for one in sent), len(sent))


def family_result(
    family: Family, probes: Iterable[PlannedProbe], tallies: tuple[Tally, ...]
) -> FamilyResult:
    """What the probes of one family came to."""
    low, high = wilson(rate(tallies))
    return FamilyResult(
        family=family,
        probes=tuple(probe.probe for probe in probes),
        payloads=sum(one.answered > 0 for one in tallies),
        trials=sum(one.answered for one in tallies),
        hits=_all(tallies, "hit"),
        replays=sum(one.replayed[1] for one in tallies),
        replayed=sum(one.replayed[0] for one in tallies),
        suspected=_all(tallies, "suspected"),
        refused=_all(tallies, "refused"),
        blocked=_all(tallies, "blocked"),
        errors=_all(tallies, "error"),
        low=low,
        high=high,
    )


def _all(tallies: Iterable[Tally], outcome: str) -> int:
    return sum(one.count(outcome) for one in tallies)


def untried(probe: PlannedProbe, tallies: Iterable[Tally]) -> int:
    """How many of its payloads were not sent as often as was planned."""
    return sum(len(one.tested) < probe.trials for one in tallies)


def evidence(tallies: Iterable[Tally], outcomes: Iterable[str]) -> Iterator[str]:
    """The ids of the records of trials and replays that came out so."""
    wanted = frozenset(outcomes)
    for tally in tallies:
        for one in (*tally.tested, *tally.replays):
            if one.outcome in wanted and one.evidence:
                yield one.evidence
