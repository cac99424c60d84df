"""What one verdict puts on each question: the risk that its answer can be expected to move.

An undecided pattern puts its risk on the facts that would decide it, shared equally and weighed by
how likely each is so. On a drafted threat, each open fact carries what it could move: of the
controls, of what raises or lowers likelihood, and of what the output decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from threatwright.engine.rules.assessment import Assessment, Judged
from threatwright.engine.rules.conditions import Evaluator
from threatwright.engine.rules.likelihood import clamp
from threatwright.engine.rules.risk import DECISION_EFFECT, Risk, is_decided_on
from threatwright.model.facts import NO, YES, Fact, assumed
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, Component, Element, SystemModel, is_inherited
from threatwright.model.terms import ComponentKind, Coverage, FactClass, Outcome
from threatwright.model.vocabulary import FactKey

ASSUMPTION_WEIGHT = 0.3
"""What is already assumed is more likely than not so; confirming it changes less."""
MOVES = 0.35
"""What moves risk, where an undecided pattern makes or unmakes a threat."""
UNLIKELY = 0.1
"""How likely something is that only a system of another sort would have."""

_MAY_BE_ABSENT = frozenset({FactClass.CAPABILITY, FactClass.EXPOSURE})
_DRAFTED = frozenset({Outcome.APPLIES, Outcome.ASSUMED})

Staked = tuple[str, float]
"""(id of a question, what hangs on it)"""
Share = tuple[str, float]
"""(id of a question, what hangs on it, of the risk)"""


class Stakes:
    """What hangs on each question in one assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._system = assessment.system
        self._knowledge = assessment.knowledge
        self._chances: dict[str, float] = {}
        self._questions: dict[str, frozenset[str]] = {}

    def of(self, judged: Judged) -> tuple[Staked, ...]:
        """What one verdict puts on each question."""
        found = self._assessment.at(judged.pattern, judged.element)
        if found.shares is None:
            found.shares = (*self._on_verdict(judged), *self._on_likelihood(judged))
        if found.stakes is None:
            risk = self.risk(judged)
            in_proportion = ((id_, risk * share) for id_, share in found.shares)
            found.stakes = (*in_proportion, *self._on_controls(judged), *self._on_impact(judged))
        return found.stakes

    def risk(self, judged: Judged) -> float:
        """The inherent risk of a verdict, 1 to 25; without an element, what it would have."""
        pattern, element = judged.pattern, judged.element
        if element is not None:
            return float(
                self._assessment.likelihood(pattern, element).value
                * self._assessment.impact(pattern, element).value
            )
        table = self._knowledge.risk
        stated = pattern.likelihood
        likelihood = clamp(table.effort[stated.effort] + table.access[stated.access])
        return float(likelihood * max(on.base for on in pattern.impact))

    # what makes or unmakes a threat

    def _on_verdict(self, judged: Judged) -> Iterator[Share]:
        verdict = judged.verdict
        if verdict.outcome in (Outcome.APPLIES, Outcome.NOT_APPLICABLE):
            return
        is_assumed = verdict.outcome is Outcome.ASSUMED or verdict.assumed
        weight = ASSUMPTION_WEIGHT if is_assumed else 1.0
        ids = self._asking(verdict.unknown)
        shares = _shares(verdict.unknown, self._knowledge)
        for id_ in ids:
            if id_ not in self._chances:
                self._chances[id_] = self._likely(id_)
            yield id_, weight * min(self._chances[id_], shares.get(id_, 1.0)) / len(ids)

    def _likely(self, id_: str) -> float:
        """How likely it is that an answer makes a threat: nobody mentions what is not there."""
        element, _, key = id_.rpartition(".")
        entry = self._knowledge.fact_entries[key]
        fact = self._system.fact(element, key)
        if entry.fact_class not in _MAY_BE_ABSENT:
            return 1.0
        if fact is not None and fact.value is not None and not (entry.is_gate and fact.value == NO):
            return 1.0
        likely = entry.likely
        if fact is not None and fact.value == NO:
            likely *= UNLIKELY
        if not self._kinds_stated.isdisjoint(entry.rare_with):
            likely *= UNLIKELY
        return likely

    @cached_property
    def _kinds_stated(self) -> frozenset[ComponentKind]:
        """The kinds of components that somebody said are there."""
        return frozenset(c.kind for c in self._system.components if c.provenance.is_stated)

    # what moves the risk of a threat

    def _on_likelihood(self, judged: Judged) -> Iterator[Share]:
        """What an open fact would add to the likelihood, or take away."""
        if not (element := _drafted_on(judged)):
            return
        now = self._assessment.likelihood(judged.pattern, element).value
        stated = judged.pattern.likelihood
        for sign, adjustments in ((1, stated.raise_), (-1, stated.lower)):
            for adjustment in adjustments:
                moved = abs(clamp(now + sign * adjustment.by) - now)
                if not moved:
                    continue
                truth = self._assessment.evaluator.holds(adjustment.if_, element)
                ids = self._asking(truth.unknown) if truth.stated is None else ()
                yield from ((id_, MOVES * moved / now / len(ids)) for id_ in ids)

    def _on_controls(self, judged: Judged) -> Iterator[Staked]:
        if not (element := _drafted_on(judged)):
            return
        likelihood = self._assessment.likelihood(judged.pattern, element).value
        impact = self._assessment.impact(judged.pattern, element).value
        for standing in self._assessment.standings(judged.pattern, element):
            if standing.ask is None:
                continue
            full = self._knowledge.risk.effects[standing.countermeasure.effect][Coverage.FULL]
            left = clamp(likelihood - full.likelihood) * clamp(impact - full.impact)
            yield standing.ask, MOVES * (likelihood * impact - left)

    def _on_impact(self, judged: Judged) -> Iterator[Staked]:
        """What it would change to know what the output decides."""
        element = _drafted_on(judged)
        if not (element and self._deciding and is_decided_on(judged.pattern)):
            return
        likelihood = self._assessment.likelihood(judged.pattern, element).value
        now = self._assessment.impact(judged.pattern, element).value
        moved = [abs(r.impact(judged.pattern, element).value - now) for r in self._deciding]
        yield f"{SYSTEM}.{DECISION_EFFECT}", MOVES * likelihood * sum(moved) / len(moved)

    @cached_property
    def _deciding(self) -> tuple[Risk, ...]:
        """How impact is reckoned for each answer to what the output decides; none if it is said."""
        entry = self._knowledge.fact_entries.get(DECISION_EFFECT)
        if entry is None or not self._open(SYSTEM, DECISION_EFFECT):
            return ()
        return tuple(
            Risk(Evaluator(system, self._knowledge), self._assessment.wording)
            for choice in entry.choices
            for system in (_answered(self._system, DECISION_EFFECT, choice.value),)
        )

    # what to ask

    def _asking(self, keys: tuple[str, ...]) -> list[str]:
        """The questions whose answers would decide what is unknown. Others' are not ours to ask."""
        for key in keys:
            if key not in self._questions:  # many patterns rest on the same
                asked = map(self._gate_first, self._questions_for(key))
                self._questions[key] = frozenset(id_ for id_ in asked if not is_inherited(id_))
        return sorted(frozenset().union(*(self._questions[key] for key in keys)))

    def _gate_first(self, id_: str) -> str:
        """The question, or the one whose yes would give it a meaning."""
        gate = self._knowledge.fact_entries[id_.rpartition(".")[2]].within
        fact = self._system.facts.get(gate) if gate else None
        is_open = gate is None or (fact is not None and fact.value == YES)
        return id_ if is_open else f"{SYSTEM}.{gate}"

    def _questions_for(self, key: str) -> list[str]:
        """The questions whose answer would decide a key; none where only the drawing could."""
        kind, _, rest = key.partition(":")
        if kind == "fact":
            return [rest.split("=")[0].removesuffix("!")]
        if kind == "kind":
            kinds = (ComponentKind(part) for part in rest.split("|") if part)
            gates = {gate for k in kinds if (gate := self._knowledge.kind_entries[k].gate)}
            return [f"{SYSTEM}.{gate}" for gate in sorted(gates) if self._open(SYSTEM, gate)]
        if kind == "reach":
            return self._exposure_questions(rest.rpartition(".")[0])
        return []

    def _exposure_questions(self, element: str) -> list[str]:
        if self._open(SYSTEM, "outsiders"):
            return [f"{SYSTEM}.outsiders"]
        component = self._system.elements.get(element)
        if not isinstance(component, Component):
            return []
        return [
            f"{element}.{fact.key}"
            for fact in self._knowledge.facts_of(component.kind)
            if fact.key == "untrusted_content" and self._open(element, fact.key)
        ]

    def _open(self, element: str, key: FactKey) -> bool:
        fact = self._system.fact(element, key)
        return key in self._knowledge.fact_entries and (fact is None or not fact.is_stated)


def _drafted_on(judged: Judged) -> Element | None:
    """The element that a threat was drafted on, if one was."""
    return judged.element if judged.verdict.outcome in _DRAFTED else None


def _shares(keys: Iterable[str], knowledge: Knowledge) -> dict[str, float]:
    """Question → the share of its choices that would make the threat; of yes and no, all."""
    found: dict[str, float] = {}
    for key in keys:
        kind, _, rest = key.partition(":")
        if kind != "fact":
            continue
        id_, _, wanted = rest.partition("=")
        entry = knowledge.fact_entries[id_.removesuffix("!").rpartition(".")[2]]
        if entry.choice(YES) is None:
            share = len(wanted.split("|")) / len(entry.choices)
            found[id_.removesuffix("!")] = 1 - share if id_.endswith("!") else share
    return found


def _answered(system: SystemModel, key: FactKey, value: str) -> SystemModel:
    """The system as it would be with another fact."""
    fact = Fact(value=value, provenance=assumed("question"))
    return system.model_copy(update={"facts": {**system.facts, key: fact}})
