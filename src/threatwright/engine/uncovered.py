"""What the rules are silent about: components and zones without a threat, categories unexplained.

A language model is asked about that once more, unless it has broken the silence by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threatwright.engine.briefing import flows_of, is_worth_a_call
from threatwright.engine.coverage import UNSPOKEN, coverage
from threatwright.model.base import Value
from threatwright.model.contributions import Suggested
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component
from threatwright.model.terms import Stride

SILENT = 3
"""Categories of a component that nothing is said about, from which on it is asked about."""


class Silence(Value):
    """What no rule says anything about at one component."""

    name: str
    bare: str = ""
    """In a sentence, that it has no threat at all; empty if it has one."""
    unspoken: tuple[Stride, ...] = ()
    """Categories that could mean something there."""

    def after(self, suggested: Sequence[Suggested]) -> tuple[str, ...]:
        """What is not covered still, in sentences, once these threats were suggested there."""
        return tuple(self._sentences({stride for s in suggested for stride in s.stride}))

    def _sentences(self, spoken: set[Stride]) -> Iterator[str]:
        if self.bare and not spoken:
            yield self.bare
        left = [stride for stride in self.unspoken if stride not in spoken]
        if len(left) >= SILENT:
            listed = ", ".join(stride.replace("-", " ") for stride in left)
            yield f"Nothing is said of {self.name} about {listed}."


def silences(model: ThreatModel, knowledge: Knowledge) -> dict[str, Silence]:
    """Id of a component that is worth a call → what the threats of the model do not cover there."""
    threatened = {threat.element for threat in model.threats}
    components = [c for c in model.system.own.components if is_worth_a_call(c)]
    bare = {c.id for c in components if not threatened & _reach_of(c, model)}
    covered = {c.boundary for c in components if c.id not in bare}
    unspoken = _unspoken(model, knowledge)
    return {
        component.id: Silence(
            name=component.name,
            bare=_bare(component, model, covered) if component.id in bare else "",
            unspoken=tuple(unspoken.get(component.id, ())),
        )
        for component in components
    }


def _reach_of(component: Component, model: ThreatModel) -> set[str]:
    return {component.id, *(flow.id for flow in flows_of(component, model.system))}


def _bare(component: Component, model: ThreatModel, covered: set[str]) -> str:
    if component.boundary in covered:
        return f"{component.name} has no threat, nor have the flows that lead to it."
    zone = model.system.zones[component.boundary]
    return f"Nothing in the zone {zone.name} has a threat, {component.name} among it."


def _unspoken(model: ThreatModel, knowledge: Knowledge) -> Mapping[str, Sequence[Stride]]:
    found: dict[str, list[Stride]] = {}
    for cell in coverage(model, knowledge):
        if cell.because == UNSPOKEN:
            found.setdefault(cell.element, []).append(cell.stride)
    return found
