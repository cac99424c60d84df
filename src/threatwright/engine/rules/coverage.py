"""Element × STRIDE: is there a threat, is it ruled out and why, or was it not assessed."""

from __future__ import annotations

from collections import defaultdict

from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import Component, Element, Flow
from threatwright.model.terms import Outcome, Stride
from threatwright.model.threats import CoverageCell

_PROCESS = tuple(Stride)
_MEANINGFUL: dict[str, tuple[Stride, ...]] = {
    "external-entity": (Stride.SPOOFING, Stride.REPUDIATION),
    "process": _PROCESS,
    "data-store": (
        Stride.TAMPERING,
        Stride.REPUDIATION,
        Stride.INFORMATION_DISCLOSURE,
        Stride.DENIAL_OF_SERVICE,
    ),
    "flow": (Stride.TAMPERING, Stride.INFORMATION_DISCLOSURE, Stride.DENIAL_OF_SERVICE),
}
"""STRIDE per element (Shostack): the categories that can mean something for each."""

UNSPOKEN = "no pattern of the knowledge base speaks of it"


def coverage(model: ThreatModel, knowledge: Knowledge) -> tuple[CoverageCell, ...]:
    """A cell for every element and category, in order of element id and category."""
    patterns = {p.id: p for p in knowledge.patterns}
    threats: dict[tuple[str, Stride], list[str]] = defaultdict(list)
    for threat in model.threats:
        for stride in threat.stride:
            threats[threat.element, stride].append(threat.id)
    considered: dict[tuple[str, Stride], list[tuple[Outcome, str]]] = defaultdict(list)
    for verdict in model.considered:
        pattern = patterns.get(verdict.pattern)
        if pattern is not None:
            for stride in pattern.stride:
                considered[verdict.element, stride].append(
                    (verdict.outcome, _because(pattern, verdict.because))
                )
    elements: list[Element] = sorted(
        [*model.system.components, *model.system.flows], key=lambda e: e.id
    )
    return tuple(
        _cell(element, stride, threats, considered, knowledge)
        for element in elements
        for stride in Stride
    )


def _because(pattern: Pattern, because: str) -> str:
    return f"{pattern.id}: {because}"


def _cell(
    element: Element,
    stride: Stride,
    threats: dict[tuple[str, Stride], list[str]],
    considered: dict[tuple[str, Stride], list[tuple[Outcome, str]]],
    knowledge: Knowledge,
) -> CoverageCell:
    here = (element.id, stride)
    if here in threats:
        return CoverageCell(
            element=element.id,
            stride=stride,
            outcome=Outcome.APPLIES,
            threats=tuple(sorted(threats[here])),
        )
    held = considered.get(here, [])
    unassessed = [because for outcome, because in held if outcome is Outcome.NOT_ASSESSED]
    if unassessed:
        return CoverageCell(
            element=element.id,
            stride=stride,
            outcome=Outcome.NOT_ASSESSED,
            because="; ".join(unassessed),
        )
    if held:
        because = "; ".join(because for _, because in held)
        return CoverageCell(
            element=element.id, stride=stride, outcome=Outcome.NOT_APPLICABLE, because=because
        )
    role = _role(element, knowledge)
    if stride not in _MEANINGFUL[role]:
        return CoverageCell(
            element=element.id,
            stride=stride,
            outcome=Outcome.NOT_APPLICABLE,
            because=f"{stride} has no meaning for {_ARTICLE[role]}",
        )
    return CoverageCell(
        element=element.id,
        stride=stride,
        outcome=Outcome.NOT_ASSESSED,
        because=UNSPOKEN,
    )


_ARTICLE = {
    "external-entity": "an external entity",
    "process": "a process",
    "data-store": "a data store",
    "flow": "a data flow",
}


def _role(element: Element, knowledge: Knowledge) -> str:
    if isinstance(element, Flow):
        return "flow"
    assert isinstance(element, Component)
    return knowledge.kind_entries[element.kind].element
