"""What a caller of an endpoint gets at: the component itself, and what it asks in turn."""

from __future__ import annotations

from collections import deque

from threatwright.model.system import Element, Flow, SystemModel
from threatwright.model.terms import Movement

ASKS = frozenset({Movement.CALL, Movement.READ})
"""Along these, something of what is found comes back to who asked."""

Way = tuple[str, ...]
"""Ids of components, from the target to what is reached."""


def behind(target: str, system: SystemModel) -> dict[str, Way]:
    """Every component that answers of the target rest on → the shortest way to it.

    The target itself is among them. What calls the target is not: its answers are others.
    """
    ways: dict[str, Way] = {target: (target,)}
    waiting = deque([target])
    while waiting:
        here = waiting.popleft()
        for flow in system.flows:
            if flow.source == here and flow.movement in ASKS and flow.target not in ways:
                ways[flow.target] = (*ways[here], flow.target)
                waiting.append(flow.target)
    return ways


def way_to(element: Element, ways: dict[str, Way]) -> Way | None:
    """The way to an element; to a flow, that to its farther end. None if there is none."""
    if not isinstance(element, Flow):
        return ways.get(element.id)
    ends = (ways.get(element.source), ways.get(element.target))
    return max((end for end in ends if end), key=len) if all(ends) else None


def told(way: Way, system: SystemModel) -> str:
    """A way in words; empty where the target is the element itself."""
    first, *others = (system.name_of(one) for one in way)
    return f"{first} asks {', which asks '.join(others)}" if others else ""
