"""How likelihood, impact and what controls take off are reckoned; every number with its reasons.

The figures stand in `knowledge/risk.yaml`, the one published table.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.conditions import Evaluator
from threatwright.engine.reachability import Path
from threatwright.engine.wording import COVERAGE_WORDS, Wording
from threatwright.model.knowledge import Countermeasure, ImpactOn, Knowledge, Pattern
from threatwright.model.system import (
    SYSTEM,
    Asset,
    Component,
    Element,
    Flow,
    SystemModel,
    is_inherited,
)
from threatwright.model.terms import Coverage, Dimension, Effect

DECISION_EFFECT = "decision_effect"
INCIDENT_RESPONSE = "incident_response"
_DECISION_RATING = {"advisory": 2, "operational": 3, "money": 4, "rights-or-safety": 5}
DECISION_DIMENSIONS = frozenset({Dimension.INTEGRITY, Dimension.SAFETY, Dimension.MONEY})


class Rated(NamedTuple):
    """A rating from 1 to 5 and the reasons that made it so."""

    value: int
    reasons: tuple[str, ...]


class Standing(NamedTuple):
    """How far a countermeasure stands in this system."""

    countermeasure: Countermeasure
    coverage: Coverage
    places: tuple[str, ...]
    """Where it acts, or would act."""
    ask: str | None
    """`ELEMENT.KEY` of the fact to ask for, while its coverage is unknown."""


class Residual(NamedTuple):
    """What is left when the controls that are stated have done their part."""

    likelihood: int
    impact: int
    reasons: tuple[str, ...]


def clamp(value: int) -> int:
    """Into the scale of 1 to 5."""
    return max(1, min(5, value))


class Risk:
    """Reckons risk in one system."""

    def __init__(self, evaluator: Evaluator, wording: Wording) -> None:
        self._evaluator = evaluator
        self._system = evaluator.system
        self._knowledge = evaluator.knowledge
        self._table = evaluator.knowledge.risk
        self._wording = wording

    def likelihood(self, pattern: Pattern, element: Element) -> Rated:
        """Base by effort and access, then what stated facts add or take away."""
        stated = pattern.likelihood
        base = self._table.effort[stated.effort] + self._table.access[stated.access]
        reasons = [f"{stated.effort} effort with {stated.access} access: {stated.because}"]
        value = clamp(base)
        for sign, adjustments in ((1, stated.raise_), (-1, stated.lower)):
            for adjustment in adjustments:
                if self._evaluator.is_stated(adjustment.if_, element):
                    value = clamp(value + sign * adjustment.by)
                    word = "raised" if sign > 0 else "lowered"
                    reasons.append(f"{word} by {adjustment.by}: {adjustment.because}")
        return Rated(value, tuple(reasons))

    def impact(self, pattern: Pattern, element: Element) -> Rated:
        """The worst dimension; where an asset or a stake rates it, halfway from base to that."""
        rated = [self._dimension(on, element) for on in pattern.impact]
        worst = max(r.value for r in rated)
        reasons = [reason for r in sorted(rated, key=lambda r: -r.value) for reason in r.reasons]
        return Rated(worst, tuple(reasons))

    def _dimension(self, on: ImpactOn, element: Element) -> Rated:
        base = f"{on.dimension} {on.base}: {on.because}"
        at_stake = None if on.fixed else self._at_stake(on.dimension, element)
        if at_stake is None:
            return Rated(on.base, (base,))
        rating, why = at_stake
        value = clamp(-(-(on.base + rating) // 2))
        return Rated(value, (f"{on.dimension} {value}: {on.because.rstrip('.')}; {why}",))

    def _at_stake(self, dimension: Dimension, element: Element) -> tuple[int, str] | None:
        found: list[tuple[int, str]] = []
        for asset in self._assets_at(element):
            rating = asset.ratings.get(dimension)
            if rating is None and dimension is Dimension.CONFIDENTIALITY:
                rating = self._table.sensitivity[asset.sensitivity]
            if rating is not None:
                found.append((rating, f"{asset.name} ({asset.sensitivity}) is rated {rating}"))
        if dimension in DECISION_DIMENSIONS and self._decision is not None:
            found.append(self._decision)
        return max(found) if found else None

    @cached_property
    def _decision(self) -> tuple[int, str] | None:
        fact = self._system.facts.get(DECISION_EFFECT)
        if fact is None or fact.value is None:
            return None
        rating = _DECISION_RATING.get(fact.value)
        if rating is None:
            return None
        return rating, f"what the output decides ({fact.value}) is rated {rating}"

    @cached_property
    def _assets(self) -> dict[str, list[Asset]]:
        held: dict[str, list[Asset]] = {}
        for asset in sorted(self._system.assets, key=lambda a: a.id):
            for holder in asset.held_by:
                held.setdefault(holder, []).append(asset)
        return held

    def _assets_at(self, element: Element) -> list[Asset]:
        if isinstance(element, Flow):
            return self._assets.get(element.source, []) + self._assets.get(element.target, [])
        return self._assets.get(element.id, [])

    # controls

    def standings(self, pattern: Pattern, element: Element, path: Path) -> tuple[Standing, ...]:
        """How far each countermeasure of the pattern stands against it here."""
        return tuple(self.standing(c, element, path) for c in pattern.lowers)

    def standing(self, counter: Countermeasure, element: Element, path: Path) -> Standing:
        """How far one countermeasure stands against something that comes along the path."""
        key = self._knowledge.mitigation_entries[counter.control].fact
        if key is None:
            return Standing(counter, Coverage.UNKNOWN, (element.id,), None)
        places = self._places(counter, key, element, path)
        entry = self._knowledge.fact_entries[key]
        coverages: list[Coverage] = []
        silent: list[str] = []
        for place in places:
            fact = self._system.fact(place, key)
            choice = entry.choice(fact.value) if fact is not None and fact.is_stated else None
            if choice is not None and choice.coverage is not None:
                coverages.append(choice.coverage)
            elif fact is None or fact.is_conflict or fact.hedged or not fact.provenance.is_stated:
                silent.append(place)
        for coverage in (Coverage.FULL, Coverage.PARTIAL):
            if coverage in coverages:
                return Standing(counter, coverage, places, None)
        if coverages and not silent:
            return Standing(counter, Coverage.NONE, places, None)
        # What is inherited is asked of those whom it belongs to.
        ask = next((f"{place}.{key}" for place in silent if not is_inherited(place)), None)
        return Standing(counter, Coverage.UNKNOWN, places or (element.id,), ask)

    def _places(
        self, counter: Countermeasure, key: str, element: Element, path: Path
    ) -> tuple[str, ...]:
        """Where on the path the control can stand; failing the place named, anywhere along it."""
        entry = self._knowledge.fact_entries[key]
        if entry.on == "system":
            return (SYSTEM,)
        along = tuple(dict.fromkeys([*(hop.component for hop in path), *_ends(element)]))
        able = tuple(c for c in along if self._can_carry(c, entry.applies_to))
        own = tuple(c for c in _ends(element) if c in able)
        if counter.at == "element" and own:
            return own
        if counter.at == "source" and able:
            return able[:1]
        return able

    def _can_carry(self, component: str, kinds: Sequence[str]) -> bool:
        found = self._system.elements.get(component)
        return isinstance(found, Component) and found.kind in kinds

    def residual(self, likelihood: int, impact: int, standings: Sequence[Standing]) -> Residual:
        """What stated controls take off: the best of each class of effect, never below 1."""
        reasons: list[str] = []
        for effect in Effect:
            best = self._best(effect, standings)
            if best is None:
                continue
            reduction = self._table.effects[effect][best.coverage]
            if not reduction.likelihood and not reduction.impact:
                continue
            title = self._knowledge.mitigation_entries[best.countermeasure.control].title
            words = f"{title} {effect} it and is {COVERAGE_WORDS[best.coverage]}"
            if effect is Effect.DETECTS and not self._responds:
                reasons.append(f"{words}, but lowers nothing: no incident response is stated")
                continue
            likelihood = clamp(likelihood - reduction.likelihood)
            impact = clamp(impact - reduction.impact)
            off = [
                f"{name} −{by}"
                for name, by in (
                    ("likelihood", reduction.likelihood),
                    ("impact", reduction.impact),
                )
                if by
            ]
            reasons.append(f"{words}: {', '.join(off)}")
        return Residual(likelihood, impact, tuple(reasons))

    def _best(self, effect: Effect, standings: Sequence[Standing]) -> Standing | None:
        found = [
            s
            for s in standings
            if s.countermeasure.effect is effect and s.coverage in (Coverage.FULL, Coverage.PARTIAL)
        ]
        return min(
            found,
            key=lambda s: (s.coverage is not Coverage.FULL, s.countermeasure.control),
            default=None,
        )

    @cached_property
    def _responds(self) -> bool:
        return responds(self._system, self._knowledge)


def responds(system: SystemModel, knowledge: Knowledge) -> bool:
    """Whether it is stated that somebody answers to what is detected."""
    fact = system.facts.get(INCIDENT_RESPONSE)
    entry = knowledge.fact_entries.get(INCIDENT_RESPONSE)
    if fact is None or not fact.is_stated or entry is None:
        return False
    choice = entry.choice(fact.value)
    return choice is not None and choice.coverage in (Coverage.FULL, Coverage.PARTIAL)


def _ends(element: Element) -> tuple[str, ...]:
    return (element.source, element.target) if isinstance(element, Flow) else (element.id,)
