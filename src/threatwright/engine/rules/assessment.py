"""Every pattern held against a system, once: what both the draft and the questions follow from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from threatwright.engine.rules.attack_path import FROM_WITHIN, way_from_within
from threatwright.engine.rules.carried import Bearings, bearings_of, unaffected
from threatwright.engine.rules.conditions import Evaluator, Truth
from threatwright.engine.rules.likelihood import Rated
from threatwright.engine.rules.reachability import Path
from threatwright.engine.rules.risk import Risk, Standing
from threatwright.engine.rules.wording import Wording
from threatwright.engine.sort import has_ai
from threatwright.model.conditions import All, AnyOf, Condition, DisclosesTo, ReachedBy
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import SYSTEM, Component, Element, Flow, SystemModel
from threatwright.model.terms import Outcome, TrustLevel
from threatwright.model.threats import Threat, Verdict

Place = tuple[str, str]
"""(id of a pattern, id of an element; empty where no element fits the pattern)"""


class Judged(NamedTuple):
    """A pattern held against one element, or against a system that has no such element."""

    pattern: Pattern
    element: Element | None
    truth: Truth
    verdict: Verdict

    @property
    def place(self) -> Place:
        """What all that is worked out about it goes by."""
        return self.pattern.id, self.element.id if self.element else ""


@dataclass(slots=True)
class Results:
    """What follows for one pattern at one element, as far as anybody needed it."""

    paths: tuple[Path, Path] | None = None
    likelihood: Rated | None = None
    impact: Rated | None = None
    standings: tuple[Standing, ...] | None = None
    threat: Threat | None = None
    """What was drafted."""
    is_rated: bool = True
    """Whether its impact and what controls leave of its risk are as they are now."""
    shares: tuple[tuple[str, float], ...] | None = None
    """What of its risk hangs on each question, whatever the risk."""
    stakes: tuple[tuple[str, float], ...] | None = None
    """What the verdict puts on each question."""
    settled: tuple[float, float] | None = None
    """The inherent risk, and what of it rests on statements."""


class Assessment:
    """One system held against the knowledge base. Each thing is worked out once, when it is needed.

    Whatever follows from the same system shares one: the rules are most of the work of a turn.
    """

    def __init__(self, system: SystemModel, knowledge: Knowledge) -> None:
        self.system = system
        self.knowledge = knowledge
        self.evaluator = Evaluator(system, knowledge)
        self.wording = Wording(system, knowledge)
        self.risk = Risk(self.evaluator, self.wording)
        self._results: defaultdict[Place, Results] = defaultdict(Results)
        self._kept: dict[Place, Judged] = {}

    def following(self, system: SystemModel) -> Assessment:
        """The assessment of what the system has become. What no change bears on is kept."""
        after = Assessment(system, self.knowledge)
        after.bearings = self.bearings
        kept = unaffected(self.system, system, self.knowledge, self.bearings)
        if kept is not None:
            for judged in self.judged:
                place = judged.place
                results = self._results[place]
                where = kept.where(judged.pattern)
                if not where or where.isdisjoint(_rests_on(judged, results)):
                    if not kept.has_the_same_impact(judged.pattern):
                        results = replace(
                            results, impact=None, is_rated=False, stakes=None, settled=None
                        )
                    elif not kept.is_left_the_same(judged.pattern):
                        results = replace(results, is_rated=False)
                    if not kept.cites_the_same(judged.pattern):
                        results = replace(results, threat=None)
                    after._kept[place] = _moved(judged, system)
                    after._results[place] = results
        return after

    def at(self, pattern: Pattern, element: Element | None) -> Results:
        """What was worked out of a pattern at an element; whoever works out more, adds it."""
        return self._results[pattern.id, element.id if element else ""]

    @cached_property
    def bearings(self) -> Bearings:
        """The facts that bear on each pattern."""
        return bearings_of(self.knowledge)

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """A verdict for every pattern and element."""
        return tuple(judge(self.system, self.knowledge, self.evaluator, self.wording, self._kept))

    def paths(self, pattern: Pattern, element: Element) -> tuple[Path, Path]:
        """The way in, and the way out where the harm is disclosure."""
        found = self.at(pattern, element)
        if found.paths is None:
            found.paths = paths(self.evaluator, pattern, element)
        return found.paths

    def way_in(self, pattern: Pattern, element: Element) -> Path:
        """The way in as it is told: of an insider from within, whoever else could send content.

        Controls are weighed along all of `paths`: what stops outsiders on their way counts there.
        """
        access = pattern.likelihood.access
        if access in FROM_WITHIN and level_of_entry(pattern) is None:
            return way_from_within(self.evaluator.reach, element, access)
        return self.paths(pattern, element)[0]

    def likelihood(self, pattern: Pattern, element: Element) -> Rated:
        """How likely it is."""
        found = self.at(pattern, element)
        if found.likelihood is None:
            inward, _ = self.paths(pattern, element)
            found.likelihood = self.risk.likelihood(pattern, element, inward)
        return found.likelihood

    def impact(self, pattern: Pattern, element: Element) -> Rated:
        """How bad it would be."""
        found = self.at(pattern, element)
        if found.impact is None:
            found.impact = self.risk.impact(pattern, element)
        return found.impact

    def standings(self, pattern: Pattern, element: Element) -> tuple[Standing, ...]:
        """How far each countermeasure stands against it, along its path."""
        found = self.at(pattern, element)
        if found.standings is None:
            inward, outward = self.paths(pattern, element)
            found.standings = self.risk.standings(pattern, element, inward + outward)
        return found.standings


def _rests_on(judged: Judged, results: Results) -> set[str]:
    """Whose facts a verdict and all that follows from it can rest on: elements and the system."""
    element = judged.element
    if element is None:
        return {SYSTEM}
    ends = {element.source, element.target} if isinstance(element, Flow) else set()
    ways = results.paths or ()
    return {SYSTEM, element.id, *ends, *(hop.component for way in ways for hop in way)}


def _moved(judged: Judged, system: SystemModel) -> Judged:
    """The same verdict on the same element, as it is now."""
    if judged.element is None:
        return judged
    element = system.elements[judged.element.id]
    return judged if element is judged.element else judged._replace(element=element)


def judge(
    system: SystemModel,
    knowledge: Knowledge,
    evaluator: Evaluator,
    wording: Wording,
    kept: Mapping[Place, Judged] = MappingProxyType({}),
) -> Iterable[Judged]:
    """A verdict for every pattern and element; one on the whole system where no element fits.

    `kept` holds verdicts that are known already.
    """
    by_kind = _elements_by_kind(system) if has_ai(system, knowledge) else {}
    for pattern in knowledge.patterns:
        elements: Sequence[Element | None] = _elements_for(pattern, by_kind) or (None,)
        for element in elements:
            known = kept.get((pattern.id, element.id if element else ""))
            yield known or _judged(pattern, element, evaluator, wording)


def _judged(
    pattern: Pattern, element: Element | None, evaluator: Evaluator, wording: Wording
) -> Judged:
    if element is None:
        truth = _absent(pattern, evaluator)
        return Judged(pattern, None, truth, _verdict(pattern, SYSTEM, truth, wording))
    truth = evaluator.holds(pattern.when, element)
    return Judged(pattern, element, truth, _verdict(pattern, element.id, truth, wording))


def _elements_by_kind(system: SystemModel) -> dict[str, list[Element]]:
    """Component kind → components; `flow:KIND` → flows to such a component. In order of id."""
    found: dict[str, list[Element]] = {}
    for component in sorted(system.components, key=lambda c: c.id):
        found.setdefault(component.kind, []).append(component)
    for flow in sorted(system.flows, key=lambda f: f.id):
        target = system.elements[flow.target]
        assert isinstance(target, Component)
        found.setdefault(f"flow:{target.kind}", []).append(flow)
    return found


def _elements_for(pattern: Pattern, by_kind: dict[str, list[Element]]) -> list[Element]:
    prefix = "flow:" if pattern.element == "flow" else ""
    if pattern.kinds:
        return [e for kind in pattern.kinds for e in by_kind.get(f"{prefix}{kind}", ())]
    return [
        e
        for kind, elements in by_kind.items()
        if kind.startswith("flow:") == bool(prefix)
        for e in elements
    ]


def _absent(pattern: Pattern, evaluator: Evaluator) -> Truth:
    """No element of the pattern's kinds: ruled out only if a gate that they all need is denied."""
    gates = [evaluator.knowledge.kind_entries[kind].gate for kind in pattern.kinds]
    keys = tuple(dict.fromkeys(f"fact:{SYSTEM}.{gate}" for gate in gates if gate))
    if gates and all(evaluator.is_denied(gate) for gate in gates):
        return Truth(False, False, keys)
    missing = f"kind:{'|'.join(pattern.kinds)}"
    return Truth(None, None, (missing, *keys), (), (missing,))


def _verdict(pattern: Pattern, element: str, truth: Truth, wording: Wording) -> Verdict:
    if truth.stated is True:
        outcome, because = Outcome.APPLIES, ""
    elif truth.stated is False:
        outcome = Outcome.NOT_APPLICABLE
        because = "; ".join(wording.stated(key) for key in truth.support)
    elif truth.default is True:
        outcome, because = Outcome.ASSUMED, ""
    else:
        outcome = Outcome.NOT_ASSESSED
        because = "would apply if " + " and ".join(map(wording.condition, truth.unknown[:3]))
    return Verdict(
        pattern=pattern.id,
        element=element,
        outcome=outcome,
        support=truth.support,
        assumed=truth.assumed,
        unknown=truth.unknown,
        because=because,
    )


def paths(evaluator: Evaluator, pattern: Pattern, element: Element) -> tuple[Path, Path]:
    """The way in for the pattern and, where its harm is disclosure, the way out."""
    at = element.source if isinstance(element, Flow) else element.id
    levels = _levels(pattern.when)
    level = levels.get(ReachedBy)
    wanted = (level,) if level else (TrustLevel.UNTRUSTED, TrustLevel.SEMI_TRUSTED)
    inward = next((path for w in wanted if (path := evaluator.reach.to(at, w))), ())
    out_level = levels.get(DisclosesTo)
    outward = evaluator.reach.out_of(at, out_level) if out_level else None
    return inward, outward or ()


def level_of_entry(pattern: Pattern) -> TrustLevel | None:
    """The trust level of which the pattern says that it is reached by; None if it says none."""
    return _levels(pattern.when).get(ReachedBy)


def _levels(condition: Condition) -> dict[type, TrustLevel]:
    """The trust levels that a condition speaks of, by kind of atom; the first of each counts."""
    found: dict[type, TrustLevel] = {}
    parts: Sequence[Condition] = (condition,)
    while parts:
        part, *rest = parts
        if isinstance(part, All):
            rest = [*part.all, *rest]
        elif isinstance(part, AnyOf):
            rest = [*part.any, *rest]
        elif isinstance(part, ReachedBy):
            found.setdefault(ReachedBy, part.reached_by)
        elif isinstance(part, DisclosesTo):
            found.setdefault(DisclosesTo, part.discloses_to)
        parts = rest
    return found
