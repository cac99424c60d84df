"""Whether people outside can influence a composed system, where that follows from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatwright.engine.composing.zones import CALLERS
from threatwright.model.archetypes import FragmentBoundary
from threatwright.model.facts import YES, Fact, Facts
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component
from threatwright.model.terms import ComponentKind, TrustLevel

_OPEN = {"public_access": {"anonymous", "self-registered"}, "untrusted_content": {YES}}
"""Facts that let people outside influence the input."""


def with_outsiders(
    facts: Facts,
    components: Sequence[Component],
    zones: Mapping[str, FragmentBoundary],
    knowledge: Knowledge,
) -> Facts:
    """The facts of the system, and whether outsiders can influence it where that follows."""
    outside = _outsiders(components, zones)
    if outside is None or "outsiders" not in knowledge.fact_entries:
        return facts
    return {"outsiders": outside, **facts}


def _outsiders(
    components: Sequence[Component], zones: Mapping[str, FragmentBoundary]
) -> Fact | None:
    """Yes, if somebody outside was read, or something is said to be open to them."""
    for component in components:
        trust = zones[component.boundary].trust
        outside = trust is TrustLevel.UNTRUSTED or (
            # Customers and partners are people outside, with an account.
            trust is TrustLevel.SEMI_TRUSTED and component.kind is ComponentKind.PERSON
        )
        if component.kind in CALLERS and outside and component.provenance.is_stated:
            return Fact(value=YES, provenance=component.provenance)
        for key, values in _OPEN.items():
            fact = component.facts.get(key)
            if fact is not None and fact.is_stated and fact.value in values:
                return Fact(value=YES, provenance=fact.provenance)
    return None
