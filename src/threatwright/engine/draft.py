"""Patterns held against a system: the four verdicts, and the threats that follow from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.conditions import Evaluator, Truth
from threatwright.engine.gaps import gaps, has_ai
from threatwright.engine.reachability import Path
from threatwright.engine.risk import Risk, Standing
from threatwright.engine.wording import Wording
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.conditions import All, AnyOf, Condition, DisclosesTo, ReachedBy
from threatwright.model.facts import YES
from threatwright.model.knowledge import Cited, Knowledge, Pattern
from threatwright.model.system import SYSTEM, Component, Element, Flow, SystemModel
from threatwright.model.terms import (
    Coverage,
    MitigationStatus,
    Outcome,
    TrustLevel,
)
from threatwright.model.threats import (
    AppliedMitigation,
    Evidence,
    Gap,
    Step,
    Threat,
    Verdict,
    by_risk,
)
from threatwright.uncollected import uncollected

_GENERATIVE_LISTS = frozenset({ListName.OWASP_LLM, ListName.OWASP_AGENTIC})
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


@uncollected()
def draft(system: SystemModel, knowledge: Knowledge) -> Draft:
    """Hold every pattern against every element it is about."""
    drafter = _Drafter(system, knowledge)
    judged = list(judge(system, knowledge, drafter.evaluator, drafter.wording))
    threats = [
        drafter.threat(j.pattern, j.element, j.truth)
        for j in judged
        if j.element is not None and j.verdict.outcome in (Outcome.APPLIES, Outcome.ASSUMED)
    ]
    considered = [
        j.verdict for j in judged if j.verdict.outcome not in (Outcome.APPLIES, Outcome.ASSUMED)
    ]
    return Draft(
        threats=tuple(sorted(threats, key=by_risk)),
        considered=tuple(sorted(considered, key=lambda v: (v.pattern, v.element))),
        gaps=gaps(system, knowledge),
    )


class Judged(NamedTuple):
    """A pattern held against one element, or against a system that has no such element."""

    pattern: Pattern
    element: Element | None
    truth: Truth
    verdict: Verdict


def judge(
    system: SystemModel, knowledge: Knowledge, evaluator: Evaluator, wording: Wording
) -> Iterable[Judged]:
    """A verdict for every pattern and element; one on the whole system where no element fits."""
    by_kind = _elements_by_kind(system) if has_ai(system, knowledge) else {}
    for pattern in knowledge.patterns:
        elements = _elements_for(pattern, by_kind)
        for element in elements:
            truth = evaluator.holds(pattern.when, element)
            yield Judged(pattern, element, truth, _verdict(pattern, element.id, truth, wording))
        if not elements:
            truth = _absent(pattern, evaluator)
            yield Judged(pattern, None, truth, _verdict(pattern, SYSTEM, truth, wording))


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


class _Drafter:
    """Builds threats in one system."""

    def __init__(self, system: SystemModel, knowledge: Knowledge) -> None:
        self.system = system
        self.knowledge = knowledge
        self.evaluator = Evaluator(system, knowledge)
        self.wording = Wording(system, knowledge)
        self.risk = Risk(self.evaluator, self.wording)

    def threat(self, pattern: Pattern, element: Element, truth: Truth) -> Threat:
        inward, outward = paths(self.evaluator, pattern, element)
        likelihood = self.risk.likelihood(pattern, element)
        impact = self.risk.impact(pattern, element)
        standings = self.risk.standings(pattern, element, inward + outward)
        residual = self.risk.residual(likelihood.value, impact.value, standings)
        risk = likelihood.value * impact.value
        return Threat(
            id=f"T-{pattern.id}@{element.id}",
            pattern=pattern.id,
            element=element.id,
            stride=pattern.stride,
            title=filled(pattern.title, element, self.system),
            scenario=filled(pattern.scenario, element, self.system),
            stage=pattern.stage,
            attack_path=self._steps(pattern, inward, outward, element),
            assumptions=tuple(self.wording.assumption(key) for key in truth.assumed),
            likelihood=likelihood.value,
            likelihood_reasons=likelihood.reasons,
            impact=impact.value,
            impact_reasons=impact.reasons,
            risk=risk,
            level=self.knowledge.risk.level(risk),
            residual=residual.likelihood * residual.impact,
            residual_likelihood=residual.likelihood,
            residual_impact=residual.impact,
            residual_reasons=residual.reasons,
            confidence=self._confidence(pattern, truth),
            references=self._cited(pattern.references, element),
            mitigations=tuple(self._applied(standing) for standing in standings),
            evidence=self._evidence(pattern, truth),
            not_when=pattern.not_when,
        )

    def _steps(
        self, pattern: Pattern, inward: Path, outward: Path, element: Element
    ) -> tuple[Step, ...]:
        """The way in, what the attacker does along it, and the way out."""
        name = self.system.name_of(element.id)
        steps = [self._step(hop.component, hop.flow, first=i == 0) for i, hop in enumerate(inward)]
        if not steps:
            text = "someone with access acts here"
            steps = [Step(element=element.id, name=name, text=text)]
        steps += [
            Step(
                element=element.id,
                name=name,
                text=f"{r.name} ({r.id}, ATLAS {r.edition})",
                technique=r,
            )
            for r in self._cited(pattern.steps, element)
        ]
        return (*steps, *(self._step(h.component, h.flow, first=False) for h in outward[1:]))

    def _step(self, component: str, flow_id: str | None, *, first: bool) -> Step:
        name = self.system.name_of(component)
        if first or flow_id is None:
            found = self.system.elements[component]
            assert isinstance(found, Component)
            zone = self.system.zones[found.boundary]
            text = f"the attacker acts through {name}, in {zone.name} ({zone.trust})"
        else:
            flow = self.system.elements[flow_id]
            assert isinstance(flow, Flow)
            text = f"on to {name}, by way of {flow.carries}"
        return Step(element=component, name=name, via=flow_id, text=text)

    def _cited(self, cited: Sequence[Cited], element: Element) -> tuple[Reference, ...]:
        target = self.system.elements[element.target] if isinstance(element, Flow) else element
        assert isinstance(target, Component)
        references = (
            self.knowledge.cite(one.id)
            for one in cited
            if not one.kinds or target.kind in one.kinds
        )
        return tuple(
            r for r in references if self._is_generative or r.list not in _GENERATIVE_LISTS
        )

    @cached_property
    def _is_generative(self) -> bool:
        """Whether there is a language model: without one, its lists have nothing to say."""
        fact = self.system.facts.get("llm")
        if fact is not None and fact.value is not None:
            return fact.value == YES
        kinds = self.knowledge.kind_entries
        return any(kinds[c.kind].gate == "llm" for c in self.system.components)

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

    def _applied(self, standing: Standing) -> AppliedMitigation:
        entry = self.knowledge.mitigation_entries[standing.countermeasure.control]
        return AppliedMitigation(
            id=entry.id,
            title=entry.title,
            status=_STATUS[standing.coverage],
            effect=standing.countermeasure.effect,
            coverage=standing.coverage,
            at=standing.places,
            publisher=entry.publisher,
        )

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
