"""How likely a threat is, factor by factor: effort, access, exposure, actor, and stated facts.

The figures stand in `knowledge/risk.yaml`; what the factors add up to is the likelihood itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from threatwright.engine.rules.conditions import Evaluator
from threatwright.engine.rules.reachability import Path, is_filled_by_outsiders
from threatwright.model.actors import ActorProfile
from threatwright.model.conditions import facts_in
from threatwright.model.patterns import Pattern
from threatwright.model.risk_table import RiskTable
from threatwright.model.system import Component, Element, SystemModel
from threatwright.model.terms import Access, TrustLevel

LEAST, MOST = 1, 5
OVER_FLOWS = (Access.BLACK_BOX, Access.GREY_BOX)
"""Access that is had over the drawn flows; other kinds have a way in of their own."""
_FROM = {
    TrustLevel.UNTRUSTED: "content from outsiders",
    TrustLevel.SEMI_TRUSTED: "content from people who are known but not ours",
    TrustLevel.TRUSTED: "over the drawn flows, content of our own zones alone",
}


class Rated(NamedTuple):
    """A rating from 1 to 5, the reasons that made it so, and how far open facts could move it."""

    value: int
    reasons: tuple[str, ...]
    """One for each factor, with its figure."""
    least: int
    most: int


def clamp(value: int) -> int:
    """Into the scale of 1 to 5."""
    return max(LEAST, min(MOST, value))


def signed(by: int) -> str:
    """A figure that is added or taken off: +1, −2, ±0."""
    return f"+{by}" if by > 0 else f"−{-by}" if by else "±0"


def moving(reasons: Iterable[str]) -> tuple[str, ...]:
    """Of the reasons for a likelihood those that move it: what adds nothing is for reviewers."""
    return tuple(reason for reason in reasons if not reason.startswith(signed(0)))


class Likelihood:
    """Reckons how likely threats are in one system."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._system = evaluator.system
        self._table = evaluator.knowledge.risk

    def rated(self, pattern: Pattern, element: Element, inward: Path) -> Rated:
        """The likelihood of a pattern at an element that attackers come to along a path.

        What facts would raise or lower it counts where it was stated; where that is open, it is
        the band.
        """
        stated = pattern.likelihood
        start = start_of(inward, self._system)
        factors = [(self._table.effort[stated.effort], f"{stated.effort} effort")]
        factors.append((self._table.access[stated.access], f"{stated.access} access"))
        factors += _exposure(stated.access, start, self._table)
        factors += _actor(actors(pattern, start, self._table))
        sum_ = _Sum(stated.because)
        for by, what in factors:
            sum_.add(by, what)
        least = most = 0
        for sign, adjustments in ((1, stated.raise_), (-1, stated.lower)):
            for adjustment in adjustments:
                by = sign * adjustment.by
                if self._evaluator.is_stated(adjustment.if_, element):
                    sum_.add(by, f"what is stated: {adjustment.because}")
                elif self._evaluator.is_open(adjustment.if_, element):
                    least, most = least + min(by, 0), most + max(by, 0)
        value = sum_.value
        return Rated(value, tuple(sum_.reasons), clamp(value + least), clamp(value + most))


class _Sum:
    """Factors that are added up, kept within 1 to 5 at each."""

    def __init__(self, because: str) -> None:
        self._because = because
        self.value = 0
        self.reasons: list[str] = []

    def add(self, by: int, what: str) -> None:
        """Add a factor. Its figure is what it moves, so that the figures add up."""
        before, self.value = self.value, clamp(self.value + by)
        if not self.reasons:
            self.reasons.append(f"{self.value} for {what}: {self._because}")
            return
        moved = self.value - before
        kept = f", as it is {before} already" if moved != by else ""
        self.reasons.append(f"{signed(moved)} for {what}{kept}")


def start_of(inward: Path, system: SystemModel) -> TrustLevel:
    """Where content on a path comes from, as far as it is told apart: our own zones are one."""
    start = system.elements.get(inward[0].component) if inward else None
    if not isinstance(start, Component):
        return TrustLevel.TRUSTED
    if is_filled_by_outsiders(start):
        return TrustLevel.UNTRUSTED
    found = system.trust_of(start)
    return found if found.rank < TrustLevel.TRUSTED.rank else TrustLevel.TRUSTED


def _exposure(access: Access, start: TrustLevel, table: RiskTable) -> Iterator[tuple[int, str]]:
    if access in OVER_FLOWS and start in table.exposure:
        yield table.exposure[start], f"exposure: {_FROM[start]} gets there"


def _actor(suited: tuple[ActorProfile, ...]) -> Iterator[tuple[int, str]]:
    if suited:
        first, *others = suited
        also = f"; so may: {', '.join(a.name.lower() for a in others)}" if others else ""
        yield first.likelihood, f"motive: {first.name}, after {first.motive}{also}"


def actors(pattern: Pattern, start: TrustLevel, table: RiskTable) -> tuple[ActorProfile, ...]:
    """Whose threat it is, the one that it is rated against first.

    They have the access, put in the effort, stand where the path begins and want the harm; where
    nobody does all of that, whoever has the access and puts in the effort.
    """
    able = [a for a in table.actors if _is_able(a, pattern)]
    found = [a for a in able if _suits(a, pattern, start)] or able
    return tuple(sorted(found, key=lambda a: (not a.about, -a.likelihood)))


def _is_able(actor: ActorProfile, pattern: Pattern) -> bool:
    stated = pattern.likelihood
    efforts = list(type(stated.effort))
    is_theirs = not actor.about or any(one.key in actor.about for one in facts_in(pattern.when))
    return (
        is_theirs
        and stated.access in actor.access
        and efforts.index(stated.effort) <= efforts.index(actor.effort)
    )


def _suits(actor: ActorProfile, pattern: Pattern, start: TrustLevel) -> bool:
    over_flows = pattern.likelihood.access in OVER_FLOWS
    begins = not (actor.begins and over_flows) or start in actor.begins
    wants = not actor.wants or any(on.dimension in actor.wants for on in pattern.impact)
    return begins and wants
