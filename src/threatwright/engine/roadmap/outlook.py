"""What would be left of the risk if mitigations came into place, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping
from math import prod
from typing import NamedTuple

from threatwright.engine.roadmap.gains import DONE, left
from threatwright.engine.rules.risk import INCIDENT_RESPONSE, responds
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.roadmap import Cell, Matrix
from threatwright.model.terms import Coverage, Effect, Level, Status
from threatwright.model.threats import Threat


class _Alike(NamedTuple):
    """What decides on the residual risk of a threat. Many threats of a large model share it."""

    likelihood: int
    impact: int
    mitigations: tuple[tuple[str, Effect, Coverage, bool], ...]
    """(id, effect, coverage today, whether it is open)"""


class Outlook:
    """The residual risk of a model as mitigations come into place."""

    def __init__(self, model: ThreatModel, knowledge: Knowledge) -> None:
        self._table = knowledge.risk
        self.responders = frozenset(
            m.id for m in knowledge.mitigations if m.fact == INCIDENT_RESPONSE
        )
        """Mitigations by which somebody responds to what is detected."""
        self.is_answered = responds(model.system, knowledge)
        self.done: set[str] = set()
        self._one = {_alike(threat): threat for threat in threats_of(model)}
        self._count = Counter(map(_alike, threats_of(model)))
        self._having: dict[str, list[_Alike]] = {}
        for alike in self._one:
            for id_ in dict.fromkeys(id_ for id_, *_, is_open in alike.mitigations if is_open):
                self._having.setdefault(id_, []).append(alike)

    @property
    def open(self) -> tuple[str, ...]:
        """Ids of the mitigations that have something left to do, in order of id."""
        return tuple(sorted(self._having.keys() - self.done))

    def beside(self, mitigation: str) -> set[str]:
        """Mitigations whose gain may change when this one comes into place."""
        if mitigation in self.responders:
            return set(self._having)
        shared = [one for alike in self._having[mitigation] for one in alike.mitigations]
        found = {id_ for id_, *_ in shared}
        is_detected = any(effect is Effect.DETECTS for _, effect, *_ in shared)
        # Whoever is first to respond gains by all that is detected, also where they do nothing.
        return found | self.responders if is_detected and not self.is_answered else found

    def gain(self, mitigation: str) -> int:
        """The residual risk that goes if it comes into place now, after what is done."""
        answers = self.is_answered or mitigation in self.responders
        answered_anew = answers and not self.is_answered
        alikes = self._one if answered_anew else self._having[mitigation]
        then = self.done | {mitigation}
        return sum(
            self._count[alike]
            * (
                prod(self._left(alike, self.done, is_answered=self.is_answered))
                - prod(self._left(alike, then, is_answered=answers))
            )
            for alike in alikes
        )

    def put_in_place(self, mitigation: str) -> None:
        """From now on it is done."""
        self.done.add(mitigation)
        self.is_answered = self.is_answered or mitigation in self.responders

    def matrix(self) -> Matrix:
        """Where the threats stand after what is done."""
        cells: Counter[tuple[int, int]] = Counter()
        for alike, count in self._count.items():
            cells[self._left(alike, self.done, is_answered=self.is_answered)] += count
        return _matrix(cells, self._table.level)

    def _left(self, alike: _Alike, done: Container[str], *, is_answered: bool) -> tuple[int, int]:
        """(likelihood, impact) that would be left."""
        covered: dict[Effect, Coverage] = {}
        for id_, effect, coverage, is_open in alike.mitigations:
            if coverage is Coverage.FULL or (is_open and id_ in done):
                covered[effect] = Coverage.FULL
            elif coverage is Coverage.PARTIAL:
                covered.setdefault(effect, coverage)
        return left(self._one[alike], covered, self._table, is_answered)


def threats_of(model: ThreatModel) -> list[Threat]:
    """The model's own threats that nobody rejected."""
    return [t for t in model.threats if not t.inherited and t.status is not Status.REJECTED]


def _alike(threat: Threat) -> _Alike:
    standing = (
        (one.id, one.effect, one.coverage, one.status not in DONE) for one in threat.mitigations
    )
    return _Alike(threat.likelihood, threat.impact, tuple(standing))


def _matrix(cells: Mapping[tuple[int, int], int], level: Callable[[int], Level]) -> Matrix:
    levels = dict.fromkeys(reversed(Level), 0)
    for rating, threats in cells.items():
        levels[level(prod(rating))] += threats
    return Matrix(
        cells=tuple(
            Cell(likelihood=likelihood, impact=impact, threats=cells[likelihood, impact])
            for likelihood, impact in sorted(cells, reverse=True)
        ),
        levels=levels,
        total=sum(prod(rating) * threats for rating, threats in cells.items()),
    )
