"""What a caller of an endpoint gets at: the component itself, and what it asks in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from threatwright.model.system import Element, Flow, SystemModel
from threatwright.model.terms import ComponentKind, Movement

OUTSIDE = frozenset({ComponentKind.PERSON, ComponentKind.EXTERNAL_SYSTEM})
ASKS = frozenset({Movement.CALL, Movement.READ})
"""Along these, something of what is found comes back to who asked."""

Way = tuple[str, ...]
"""Ids of components, from the target to what is reached."""


def behind(target: str, system: SystemModel, answers_for: Sequence[str] = ()) -> dict[str, Way]:
    """Every component that answers of the endpoint rest on → the shortest way to it.

    The target itself is among them. What asks the target is not, as its answers are others; but
    where it is said that the endpoint answers for it, it is, with all that it asks.
    """
    starts = dict.fromkeys((target, *answers_for))
    ways: dict[str, Way] = {start: (start,) for start in starts}
    waiting = deque(starts)
    while waiting:
        here = waiting.popleft()
        for flow in system.flows:
            if flow.source == here and flow.movement in ASKS and flow.target not in ways:
                ways[flow.target] = (*ways[here], flow.target)
                waiting.append(flow.target)
    return ways


def askers(target: str, system: SystemModel) -> tuple[str, ...]:
    """The components of our own that ask the target, directly or over others, the nearest first."""
    found: dict[str, None] = {target: None}
    waiting = deque(found)
    while waiting:
        here = waiting.popleft()
        for flow in system.flows:
            if flow.target == here and flow.movement in ASKS and flow.source not in found:
                found[flow.source] = None
                waiting.append(flow.source)
    kinds = {component.id: component.kind for component in system.components}
    return tuple(one for one in found if one != target and kinds.get(one) not in OUTSIDE)


def way_to(element: Element, ways: dict[str, Way]) -> Way | None:
    """The way to an element; to a flow, that to its farther end. None if there is none."""
    if not isinstance(element, Flow):
        return ways.get(element.id)
    ends = (ways.get(element.source), ways.get(element.target))
    return max((end for end in ends if end), key=len) if all(ends) else None


def twin(component: str, ways: Mapping[str, Way], system: SystemModel) -> str | None:
    """What a hit may as well be due to: of the same kind as a component, and as near or nearer.

    None for what answers itself, and for the nearest of its kind.
    """
    way = ways[component]
    if len(way) == 1:
        return None
    kinds = {one.id: one.kind for one in system.components}
    alike = (other for other in ways if kinds.get(other) is kinds[component] and other != component)
    return next((other for other in alike if len(ways[other]) <= len(way)), None)


def told(way: Way, target: str, system: SystemModel) -> str:
    """A way in words; empty where the target is the element itself."""
    first, *others = (system.name_of(one) for one in way)
    asks = f"asks {', which asks '.join(others)}" if others else ""
    if way[0] == target:
        return f"{first} {asks}" if asks else ""
    return f"the endpoint answers for {first}" + (f", which {asks}" if asks else "")
