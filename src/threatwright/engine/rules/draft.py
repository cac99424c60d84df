"""Patterns held against a system: the four verdicts, and the threats that follow from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.attack_path import attack_path
from threatwright.engine.rules.conditions import Truth
from threatwright.engine.rules.gaps import gaps
from threatwright.engine.rules.likelihood import Rated
from threatwright.engine.rules.risk import Standing
from threatwright.engine.sort import GENERATIVE_LISTS, is_generative
from threatwright.model.actors import ActorProfile
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Cited, Pattern
from threatwright.model.system import Component, Element, Flow, SystemModel
from threatwright.model.terms import Coverage, Dimension, Level, MitigationStatus, Outcome
from threatwright.model.threats import (
    AppliedMitigation,
    Band,
    Evidence,
    Gap,
    Threat,
    Verdict,
    by_risk,
)
from threatwright.uncollected import uncollected

_PLACEHOLDER = re.compile(r"\{(?:element|source|target)\}")
_STATUS = {
    Coverage.FULL: MitigationStatus.IN_PLACE,
    Coverage.PARTIAL: MitigationStatus.PARTIAL,
    Coverage.NONE: MitigationStatus.PROPOSED,
    Coverage.UNKNOWN: MitigationStatus.PROPOSED,
}

_NOT_SAID = frozenset({"assumed", "accepted-default"})
"""Provenances that are no statement of anybody about the system."""
_SEEN = {"Realized": 0.02, "Demonstrated": 0.01}
"""What the maturity of a technique in ATLAS adds to confidence: less than anything stated does."""


class Draft(NamedTuple):
    """All that follows from a system."""

    threats: tuple[Threat, ...]
    """In order of risk."""
    considered: tuple[Verdict, ...]
    """What makes no threat, and why."""
    gaps: tuple[Gap, ...]


def draft(system: SystemModel, knowledge: Knowledge) -> Draft:
    """Hold every pattern against every element it is about."""
    return drafted(Assessment(system, knowledge))


@uncollected()
def drafted(assessment: Assessment) -> Draft:
    """The draft of a system that was assessed."""
    drafter = _Drafter(assessment)
    threats: list[Threat] = []
    considered: list[Verdict] = []
    for pattern, element, truth, verdict in assessment.judged:
        if element is not None and verdict.outcome in (Outcome.APPLIES, Outcome.ASSUMED):
            threats.append(drafter.drafted(pattern, element, truth))
        else:
            considered.append(verdict)
    return Draft(
        threats=tuple(sorted(threats, key=by_risk)),
        considered=tuple(sorted(considered, key=lambda v: (v.pattern, v.element))),
        gaps=gaps(assessment.system, assessment.knowledge),
    )


class _Ratings(NamedTuple):
    """The fields of a threat that follow from its impact and from what controls leave of it."""

    impact: int
    impact_reasons: tuple[str, ...]
    impact_band: Band | None
    impacts: Mapping[Dimension, int]
    risk: int
    level: Level
    residual: int
    residual_likelihood: int
    residual_impact: int
    residual_reasons: tuple[str, ...]


class _Drafter:
    """Builds threats in one system."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.system = assessment.system
        self.knowledge = assessment.knowledge
        self.wording = assessment.wording

    def drafted(self, pattern: Pattern, element: Element, truth: Truth) -> Threat:
        """The threat; one that is known already, where nothing that bears on it has changed."""
        found = self.assessment.at(pattern, element)
        if found.threat is None:
            found.threat = self._threat(pattern, element, truth)
        elif not found.is_rated:
            ratings = self._ratings(pattern, element)
            found.threat = found.threat.model_copy(update=ratings._asdict())
        found.is_rated = True
        return found.threat

    def _threat(self, pattern: Pattern, element: Element, truth: Truth) -> Threat:
        _, outward = self.assessment.paths(pattern, element)
        inward = self.assessment.way_in(pattern, element)
        likelihood = self.assessment.likelihood(pattern, element)
        standings = self.assessment.standings(pattern, element)
        suited = self.assessment.risk.actors(pattern, inward)
        return Threat(
            id=f"T-{pattern.id}@{element.id}",
            pattern=pattern.id,
            element=element.id,
            stride=pattern.stride,
            title=filled(pattern.title, element, self.system),
            scenario=filled(pattern.scenario, element, self.system),
            stage=pattern.stage,
            attack_path=attack_path(
                self.system,
                element,
                inward,
                outward,
                self._cited(pattern.steps, element),
                pattern.likelihood.access,
            ),
            assumptions=tuple(self.wording.assumption(key) for key in truth.assumed),
            likelihood=likelihood.value,
            likelihood_reasons=likelihood.reasons,
            likelihood_band=_band(likelihood),
            actors=tuple(actor.id for actor in suited),
            confidence=self._confidence(pattern, truth),
            references=self._cited(pattern.references, element),
            mitigations=tuple(applied(standing, self.knowledge) for standing in standings),
            evidence=(*self._evidence(pattern, truth), *map(_as_evidence, suited[:1])),
            not_when=pattern.not_when,
            **self._ratings(pattern, element)._asdict(),
        )

    def _ratings(self, pattern: Pattern, element: Element) -> _Ratings:
        likelihood = self.assessment.likelihood(pattern, element).value
        impact = self.assessment.impact(pattern, element)
        standings = self.assessment.standings(pattern, element)
        left = self.assessment.risk.residual(likelihood, impact.value, standings)
        risk = likelihood * impact.value
        return _Ratings(
            impact=impact.value,
            impact_reasons=impact.reasons,
            impact_band=_band(impact),
            impacts=self.assessment.risk.impacts(pattern, element),
            risk=risk,
            level=self.knowledge.risk.level(risk),
            residual=left.likelihood * left.impact,
            residual_likelihood=left.likelihood,
            residual_impact=left.impact,
            residual_reasons=left.reasons,
        )

    def _cited(self, cited: Sequence[Cited], element: Element) -> tuple[Reference, ...]:
        target = self.system.elements[element.target] if isinstance(element, Flow) else element
        assert isinstance(target, Component)
        references = (
            self.knowledge.cite(one.id)
            for one in cited
            if not one.kinds or target.kind in one.kinds
        )
        return tuple(r for r in references if self._is_generative or r.list not in GENERATIVE_LISTS)

    @cached_property
    def _is_generative(self) -> bool:
        return is_generative(self.system, self.knowledge)

    def _confidence(self, pattern: Pattern, truth: Truth) -> float:
        """How surely it is about this very system, from 0.3 to 0.92.

        0.5 for what rests on nothing that was said; a tenth more for each statement that bears on
        it, four at most; half as much less for each assumption. How far ATLAS has seen its first
        technique done only breaks ties.
        """
        grounds = {g for key in truth.support if (g := self.wording.ground(key))}
        said = sum(kind not in _NOT_SAID for kind, _, _ in grounds)
        value = 0.5 + 0.1 * min(4, said) - 0.05 * len(truth.assumed)
        return round(max(0.3, value) + self._maturity(pattern), 2)

    def _maturity(self, pattern: Pattern) -> float:
        for cited in pattern.references:
            reference = self.knowledge.cite(cited.id)
            if reference.list is ListName.ATLAS:
                entry = self.knowledge.entries[reference.list, reference.edition, reference.id]
                return _SEEN.get(entry.maturity or "", 0)
        return 0

    def _evidence(self, pattern: Pattern, truth: Truth) -> tuple[Evidence, ...]:
        found = [Evidence(kind="pattern", ref=pattern.id, text=_rule(pattern))]
        if self.knowledge.risk.publisher:
            text = f"risk table of {self.knowledge.risk.publisher}"
            found.append(Evidence(kind="risk", ref="risk.yaml", text=text))
        for key in truth.support:
            ground = self.wording.ground(key)
            if ground is not None:
                kind, ref, text = ground
                found.append(Evidence(kind=kind, ref=ref, text=text))
        return tuple(dict.fromkeys(found))


def _band(rated: Rated) -> Band | None:
    if rated.least == rated.most:
        return None
    return Band(least=rated.least, most=rated.most)


def _as_evidence(actor: ActorProfile) -> Evidence:
    return Evidence(kind="actor", ref=actor.id, text=f"{actor.name}: {actor.motive}")


def applied(standing: Standing, knowledge: Knowledge) -> AppliedMitigation:
    """A control as it stands against a threat."""
    entry = knowledge.mitigation_entries[standing.countermeasure.control]
    return AppliedMitigation(
        id=entry.id,
        title=entry.title,
        status=_STATUS[standing.coverage],
        effect=standing.countermeasure.effect,
        coverage=standing.coverage,
        at=standing.places,
        publisher=entry.publisher,
    )


def _rule(pattern: Pattern) -> str:
    if not pattern.publisher:
        return "rule of the knowledge base"
    instead = ", in place of the one that ships" if pattern.replaces else ""
    return f"rule of {pattern.publisher}{instead}"


def filled(template: str, element: Element, system: SystemModel) -> str:
    """A pattern's text with the names put in; never formatted, so a name may hold any text."""
    source, target = element.id, element.id
    if isinstance(element, Flow):
        source, target = element.source, element.target
    names = {"{element}": element.id, "{source}": source, "{target}": target}
    return _PLACEHOLDER.sub(lambda found: system.name_of(names[found.group()]), template)
