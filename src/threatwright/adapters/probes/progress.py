"""Which trials of a plan are due, given those that were. Pure: a run that goes on asks it too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from threatwright.model.probe_plan import Payload, PlannedProbe
from threatwright.model.probe_run import Tested


class Due(NamedTuple):
    """A trial to be held."""

    probe: PlannedProbe
    payload: Payload
    trial: str
    is_replay: bool = False


@dataclass
class _Replays:
    """A payload that hit, sent again."""

    payload: Payload
    sent: int = 0
    ended: int = 0
    hits: int = 0


@dataclass
class _Course:
    """How far one probe is."""

    probe: PlannedProbe
    enough: int
    sent: set[str] = field(default_factory=set)
    """Ids of trials."""
    hit: dict[str, _Replays] = field(default_factory=dict)
    """By id of the payload, in the order of their hits."""
    _place: int = 0
    _trials: list[tuple[Payload, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._trials = [
            (payload, f"{self.probe.probe}/{payload.id}/{n}")
            for payload in self.probe.payloads
            for n in range(1, self.probe.trials + 1)
        ]

    def take(self) -> Due | None:
        """A trial that can be held now.

        While a hit is replayed, nothing new is tried: what comes of it may be enough.
        """
        if self._confirmed >= self.enough:
            return None
        replays = self._replayed
        if replays is None:
            return self._next()
        if replays.sent == self.probe.replays or not self._left:
            return None
        replays.sent += 1
        trial = f"{self.probe.probe}/{replays.payload.id}/r{replays.sent}"
        self.sent.add(trial)
        return Due(self.probe, replays.payload, trial, is_replay=True)

    def note(self, tested: Tested) -> None:
        """A trial ended."""
        self.sent.add(tested.trial)
        if not tested.is_replay:
            if tested.outcome == "hit" and tested.payload not in self.hit:
                payload = next(p for p in self.probe.payloads if p.id == tested.payload)
                if not payload.compares:
                    self.hit[tested.payload] = _Replays(payload)
            return
        replays = self.hit[tested.payload]
        replays.ended += 1
        replays.sent = max(replays.sent, replays.ended)
        replays.hits += tested.outcome == "hit"

    @property
    def _confirmed(self) -> int:
        """Payloads whose replays are over, and hit again."""
        whole = (replays for replays in self.hit.values() if replays.ended >= self.probe.replays)
        return sum(replays.hits > 0 for replays in whole)

    @property
    def _left(self) -> int:
        """Trials until the most that the plan says.

        Replays of a second hit are taken from those that are not tried yet: they tell more.
        """
        return len(self._trials) + self.probe.replays - len(self.sent)

    @property
    def _replayed(self) -> _Replays | None:
        """The hit that is replayed, one at a time."""
        for replays in self.hit.values():
            if replays.ended < self.probe.replays and (replays.sent or self._left):
                return replays
        return None

    def _next(self) -> Due | None:
        while self._left and self._place < len(self._trials):
            payload, trial = self._trials[self._place]
            self._place += 1
            if trial not in self.sent and payload.id not in self.hit:
                self.sent.add(trial)
                return Due(self.probe, payload, trial)
        return None


class Progress:
    """How far a run is."""

    def __init__(
        self, probes: Iterable[PlannedProbe], enough: int, before: Collection[Tested] = ()
    ) -> None:
        self._courses = {probe.probe: _Course(probe, enough) for probe in probes}
        for tested in before:
            self.note(tested)

    def take(self, without: Collection[str] = ()) -> Due | None:
        """The next trial that can be held now, of probes other than these.

        None if there is none before a trial that is under way has ended, or at all.
        """
        return next(self._due(without), None)

    def note(self, tested: Tested) -> None:
        """A trial ended."""
        if course := self._courses.get(tested.probe):
            course.note(tested)

    def _due(self, without: Collection[str]) -> Iterator[Due]:
        for name, course in self._courses.items():
            if name not in without and (due := course.take()):
                yield due
