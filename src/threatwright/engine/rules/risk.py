"""How likelihood, impact and what controls take off are reckoned; every number with its reasons.

The figures stand in `knowledge/risk.yaml`, the one published table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Self

from threatwright.engine.rules.conditions import Evaluator
from threatwright.engine.rules.likelihood import Likelihood, Rated, actors, clamp, start_of
from threatwright.engine.rules.reachability import Path
from threatwright.engine.rules.wording import COVERAGE_WORDS, Wording, off_in_words
from threatwright.model.actors import ActorProfile
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Countermeasure, ImpactOn, Pattern
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
from threatwright.model.threats import Threat

DECISION_EFFECT = "decision_effect"
INCIDENT_RESPONSE = "incident_response"
_DECISION_RATING = {"advisory": 2, "operational": 3, "money": 4, "rights-or-safety": 5}
_DECISION_DIMENSIONS = frozenset({Dimension.INTEGRITY, Dimension.SAFETY, Dimension.MONEY})


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


class _Stake(NamedTuple):
    """Something that is at stake, 1 to 5."""

    value: int
    """0 while nothing is known of it."""
    text: str
    could_be: tuple[int, ...] = ()
    """The ratings that are possible while it is open."""
    open: str = ""
    """What is open, to stand after "it is open"."""


def _least(stake: _Stake) -> int:
    return min(stake.could_be, default=stake.value)


def _most(stake: _Stake) -> int:
    return max(stake.could_be, default=stake.value)


def _halfway(base: int, at_stake: int | None) -> int:
    """From what a pattern says to what is at stake, rounded up."""
    return base if at_stake is None else clamp(-(-(base + at_stake) // 2))


def _reckoned(base: int, stakes: Sequence[_Stake]) -> str:
    """How an impact comes about, with all that is at stake."""
    highest, *others = sorted(stakes, key=lambda stake: -stake.value)
    more = ", ".join(f"{one.value} for {one.text}" for one in others)
    also = f"; also at stake: {more}" if more else ""
    return f"from {base} by itself halfway to {highest.value} for {highest.text}{also}"


class _Impact(NamedTuple):
    """How bad one pattern would be, all in all and in each dimension."""

    worst: Rated
    dimensions: Mapping[Dimension, int]

    @classmethod
    def of(cls, rated: Mapping[Dimension, Rated]) -> Self:
        worst_first = sorted(rated.values(), key=lambda r: -r.value)
        worst = Rated(
            worst_first[0].value,
            tuple(reason for r in worst_first for reason in r.reasons),
            max(r.least for r in worst_first),
            max(r.most for r in worst_first),
        )
        return cls(worst, {dimension: r.value for dimension, r in rated.items()})


class Risk:
    """Reckons risk in one system."""

    def __init__(self, evaluator: Evaluator, wording: Wording) -> None:
        self._evaluator = evaluator
        self._system = evaluator.system
        self._knowledge = evaluator.knowledge
        self._table = evaluator.knowledge.risk
        self._wording = wording
        self._likelihood = Likelihood(evaluator)
        self._impacts: dict[tuple[str, ...], _Impact] = {}

    def likelihood(self, pattern: Pattern, element: Element, inward: Path) -> Rated:
        """Effort, access, exposure and actor, then what stated facts add or take away."""
        return self._likelihood.rated(pattern, element, inward)

    def actors(self, pattern: Pattern, inward: Path) -> tuple[ActorProfile, ...]:
        """Whose threat it is, the one that it is rated against first."""
        return actors(pattern, start_of(inward, self._system), self._table)

    def impact(self, pattern: Pattern, element: Element) -> Rated:
        """The worst dimension; where an asset or a stake rates it, halfway from base to that."""
        return self._impact(pattern, element).worst

    def impacts(self, pattern: Pattern, element: Element) -> Mapping[Dimension, int]:
        """The impact in each dimension that the pattern harms."""
        return self._impact(pattern, element).dimensions

    def _impact(self, pattern: Pattern, element: Element) -> _Impact:
        """The same wherever a pattern meets the same assets, so worked out once for them."""
        assets = self._assets_at(element)
        key = (pattern.id, *(asset.id for asset in assets))
        if key not in self._impacts:
            self._impacts[key] = _Impact.of(
                {on.dimension: self._dimension(on, assets) for on in pattern.impact}
            )
        return self._impacts[key]

    def _dimension(self, on: ImpactOn, holds: Sequence[Asset]) -> Rated:
        assets = [] if on.fixed else list(self._at_stake(on.dimension, holds))
        decided = None if on.fixed else self._decided_on(on.dimension)
        at_stake = [*assets, *([decided] if decided else [])]
        found = [one for one in at_stake if one.value]
        value = _halfway(on.base, max((one.value for one in found), default=None))
        lows, highs = ([end(one) for one in at_stake] for end in (_least, _most))
        band = [value, _halfway(on.base, max(lows, default=None) or None)]
        band.append(_halfway(on.base, max(highs, default=None) or None))
        said = f"{on.dimension} {value}: {on.because.rstrip('.')}"
        if found:
            said += f" ({_reckoned(on.base, found)})"
        unknown = [one.open for one in at_stake if one.open]
        if unknown and min(band) < max(band):
            said += f"; {min(band)} to {max(band)} while it is open {' and '.join(unknown)}"
        return Rated(value, (said,), min(band), max(band))

    def _at_stake(self, dimension: Dimension, holds: Sequence[Asset]) -> Iterator[_Stake]:
        for asset in holds:
            rating = asset.ratings.get(dimension)
            stated = rating is not None or asset.provenance.is_stated
            if rating is None and dimension is Dimension.CONFIDENTIALITY:
                rating = self._table.sensitivity[asset.sensitivity]
            if rating is not None:
                text = f"{asset.name} ({asset.sensitivity})"
                known = f"how sensitive {asset.name} is"
                all_ = tuple(self._table.sensitivity.values())
                yield _Stake(rating, text, () if stated else all_, "" if stated else known)

    def _decided_on(self, dimension: Dimension) -> _Stake | None:
        """What the output decides, where that bears on the dimension."""
        return self._decision if dimension in _DECISION_DIMENSIONS else None

    @cached_property
    def _decision(self) -> _Stake | None:
        fact = self._system.facts.get(DECISION_EFFECT)
        value = fact.value if fact is not None else None
        rating, text = _DECISION_RATING.get(value or "", 0), f"what the output decides ({value})"
        is_asked = DECISION_EFFECT in self._knowledge.fact_entries
        if is_asked and not (fact is not None and fact.is_stated):
            all_ = tuple(_DECISION_RATING.values())
            return _Stake(rating, text, all_, "what the output decides")
        return _Stake(rating, text) if rating else None

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
            reasons.append(f"{words}: {off_in_words(reduction.likelihood, reduction.impact)}")
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


def is_decided_on(pattern: Pattern) -> bool:
    """Whether what the output decides weighs in the impact of a pattern."""
    return any(on.dimension in _DECISION_DIMENSIONS and not on.fixed for on in pattern.impact)


def responds(system: SystemModel, knowledge: Knowledge) -> bool:
    """Whether it is stated that somebody answers to what is detected."""
    fact = system.facts.get(INCIDENT_RESPONSE)
    entry = knowledge.fact_entries.get(INCIDENT_RESPONSE)
    if fact is None or not fact.is_stated or entry is None:
        return False
    choice = entry.choice(fact.value)
    return choice is not None and choice.coverage in (Coverage.FULL, Coverage.PARTIAL)


def judged(threat: Threat, likelihood: int, impact: int) -> dict[str, object]:
    """The fields of a threat that go where somebody rates it: no factor makes that, nor a band."""
    gone: dict[str, object] = {}
    if likelihood != threat.likelihood:
        gone["likelihood_band"] = None
    if impact != threat.impact:
        gone |= {"impact_band": None, "impacts": {}}
    return gone


def _ends(element: Element) -> tuple[str, ...]:
    return (element.source, element.target) if isinstance(element, Flow) else (element.id,)
