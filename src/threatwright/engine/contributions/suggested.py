"""Threats that a language model suggested, rated and traced like those of a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.attack_path import attack_path
from threatwright.engine.rules.draft import applied
from threatwright.engine.rules.reachability import Path
from threatwright.engine.rules.risk import Standing
from threatwright.model.brief import label
from threatwright.model.catalogue import Reference
from threatwright.model.contributions import Suggested
from threatwright.model.patterns import Countermeasure
from threatwright.model.system import Element, Flow
from threatwright.model.terms import Effect, Origin, Stride, TrustLevel
from threatwright.model.threats import Evidence, Threat

LEAST_CONFIDENT = 0.3
GONE = "Cited an entry that the catalogues do not hold any more: {}."
_WEAKEST_FIRST = (Effect.DETECTS, Effect.RECOVERS, Effect.HINDERS, Effect.PREVENTS)


class Made(NamedTuple):
    """A threat, and what stands against it."""

    threat: Threat
    standings: tuple[Standing, ...]


class Suggestions:
    """Makes threats of suggestions in one system."""

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._system = assessment.system
        self._knowledge = assessment.knowledge

    def threat(self, suggested: Suggested, by: Evidence) -> Made | None:
        """The threat; None where its element is not there."""
        element = self._system.elements.get(suggested.element)
        if element is None:
            return None
        inward, outward = self._paths(suggested, element)
        standings = tuple(self._standings(suggested, element, inward + outward))
        likelihood, impact = suggested.likelihood, suggested.impact
        left = self._assessment.risk.residual(likelihood.value, impact.value, standings)
        references = tuple(r for r in suggested.references if self._holds(r))
        gone = [label(r) for r in suggested.references if not self._holds(r)]
        risk = likelihood.value * impact.value
        threat = Threat(
            id=suggested.id,
            element=suggested.element,
            stride=suggested.stride,
            title=suggested.title,
            scenario=suggested.scenario,
            stage=suggested.stage,
            attack_path=attack_path(self._system, element, inward, outward),
            assumptions=tuple(self._assumptions(suggested)),
            likelihood=likelihood.value,
            likelihood_reasons=(likelihood.because,),
            impact=impact.value,
            impact_reasons=(impact.because,),
            risk=risk,
            level=self._knowledge.risk.level(risk),
            residual=left.likelihood * left.impact,
            residual_likelihood=left.likelihood,
            residual_impact=left.impact,
            residual_reasons=left.reasons,
            confidence=self._confidence(suggested),
            references=references,
            mitigations=tuple(applied(standing, self._knowledge) for standing in standings),
            origin=Origin.LLM,
            evidence=tuple(self._evidence(suggested, references, by)),
            notes=tuple(map(GONE.format, gone)),
        )
        return Made(threat, standings)

    def _holds(self, reference: Reference) -> bool:
        found = self._knowledge.entries.get((reference.list, reference.edition, reference.id))
        return found is not None and found.reference == reference

    def _paths(self, suggested: Suggested, element: Element) -> tuple[Path, Path]:
        reach = self._assessment.evaluator.reach
        at = element.source if isinstance(element, Flow) else element.id
        levels = (TrustLevel.UNTRUSTED, TrustLevel.SEMI_TRUSTED)
        inward = next((path for level in levels if (path := reach.to(at, level))), ())
        discloses = Stride.INFORMATION_DISCLOSURE in suggested.stride
        outward = reach.out_of(at, TrustLevel.UNTRUSTED) if discloses else None
        return inward, outward or ()

    # --- what stands against it ---------------------------------------------------------------

    def _standings(self, suggested: Suggested, element: Element, path: Path) -> Iterator[Standing]:
        for id_ in suggested.mitigations:
            if id_ in self._knowledge.mitigation_entries:
                counter = Countermeasure(
                    control=id_, effect=self._effect(id_, suggested.stride[0]), at="path"
                )
                yield self._assessment.risk.standing(counter, element, path)

    def _effect(self, control: str, category: Stride) -> Effect:
        """What the rules hold that a control does, in this category if any speaks of it there.

        What they mostly say counts, and of two that are said as often the weaker.
        """
        said = self._effects.get(control, ())
        alike = [effect for stride, effect in said if stride is category]
        count = Counter(alike or [effect for _, effect in said])
        return max(_WEAKEST_FIRST, key=lambda effect: count[effect])

    @cached_property
    def _effects(self) -> dict[str, list[tuple[Stride, Effect]]]:
        found: dict[str, list[tuple[Stride, Effect]]] = {}
        for pattern in self._knowledge.patterns:
            for counter in pattern.lowers:
                found.setdefault(counter.control, []).append((pattern.stride[0], counter.effect))
        return found

    # --- what it rests on ---------------------------------------------------------------------

    def _assumptions(self, suggested: Suggested) -> Iterator[str]:
        for id_ in suggested.rests_on:
            flow = self._system.elements.get(id_)
            if flow is not None and not flow.provenance.is_stated:
                yield self._assessment.wording.assumption(f"flow:{id_}")
            fact = self._system.fact(*_split(id_))
            if fact is not None and fact.value is not None and not fact.is_stated:
                yield self._assessment.wording.assumption(f"fact:{id_}")

    def _confidence(self, suggested: Suggested) -> float:
        """As of a rule's threat, but less: a tenth for each stated fact that it rests on."""
        held = self._system.elements
        facts = [self._system.fact(*_split(i)) for i in suggested.rests_on if i not in held]
        stated = sum(fact is not None and fact.is_stated for fact in facts)
        value = 0.4 + 0.1 * min(4, stated) - 0.05 * (len(facts) - stated)
        return round(max(LEAST_CONFIDENT, value), 2)

    def _evidence(
        self, suggested: Suggested, references: Sequence[Reference], by: Evidence
    ) -> Iterator[Evidence]:
        yield by
        for reference in references:
            yield Evidence(kind="entry", ref=label(reference), text=reference.name)
        for id_ in suggested.rests_on:
            ground = self._assessment.wording.ground(
                f"flow:{id_}" if id_ in self._system.elements else f"fact:{id_}"
            )
            if ground is not None:
                kind, ref, text = ground
                yield Evidence(kind=kind, ref=ref, text=text)


def _split(id_: str) -> tuple[str, str]:
    element, _, key = id_.rpartition(".")
    return element, key
