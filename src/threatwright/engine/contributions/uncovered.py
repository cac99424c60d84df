"""What the rules are silent about: components and zones without a threat.

A language model is asked about that once more, unless it has broken the silence by then. It is not
asked about what was only assumed to be there, nor about a store of which nothing is known: nothing
can be said of them. A category of STRIDE without a threat is no silence, as nobody has to fill it.
"""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.contributions.brief_place import flows_of, is_worth_a_call
from threatwright.model.base import Value
from threatwright.model.contributions import Suggested
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component


class Silence(Value):
    """What no rule says anything about at one component."""

    name: str
    bare: str = ""
    """In a sentence, that it has no threat at all; empty if it has one, or nothing is known."""

    def after(self, suggested: Sequence[Suggested]) -> tuple[str, ...]:
        """What is not covered still, in sentences, once these threats were suggested there."""
        return (self.bare,) if self.bare and not suggested else ()


def silences(model: ThreatModel, knowledge: Knowledge) -> dict[str, Silence]:
    """Id of a component that is worth a call → what the threats of the model do not cover there."""
    threatened = {threat.element for threat in model.threats}
    components = [c for c in model.system.own.components if is_worth_a_call(c)]
    bare = {c.id for c in components if not threatened & _reach_of(c, model)}
    covered = {c.boundary for c in components if c.id not in bare}
    worthwhile = {c.id for c in components if c.id in bare and _is_known(c, model, knowledge)}
    return {
        component.id: Silence(
            name=component.name,
            bare=_bare(component, model, covered) if component.id in worthwhile else "",
        )
        for component in components
    }


def _is_known(component: Component, model: ThreatModel, knowledge: Knowledge) -> bool:
    """Whether there is anything that a threat could follow from."""
    is_store = knowledge.kind_entries[component.kind].element == "data-store"
    says_something = any(fact.is_stated for fact in component.facts.values())
    holds_something = any(component.id in asset.held_by for asset in model.system.assets)
    is_there = component.provenance.is_stated
    return is_there and (says_something or holds_something or not is_store)


def _reach_of(component: Component, model: ThreatModel) -> set[str]:
    return {component.id, *(flow.id for flow in flows_of(component, model.system))}


def _bare(component: Component, model: ThreatModel, covered: set[str]) -> str:
    if component.boundary in covered:
        return f"{component.name} has no threat, nor have the flows that lead to it."
    zone = model.system.zones[component.boundary]
    return f"Nothing in the zone {zone.name} has a threat, {component.name} among it."
