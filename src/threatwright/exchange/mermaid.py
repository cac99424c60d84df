"""The data-flow diagram as a Mermaid flowchart, trust boundaries as nested subgraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from threatwright.exchange.plain import shorten
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Boundary, Component, Flow, SystemModel, is_inherited
from threatwright.model.terms import Movement

SHAPES = {
    "external-entity": ("[", "]"),
    "process": ("(", ")"),
    "data-store": ("[(", ")]"),
}
# Content moves from left to right; across a trust boundary the arrow is thick.
INSIDE = {Movement.SEND: "-->", Movement.READ: "-->", Movement.CALL: "<-->"}
ACROSS = {Movement.SEND: "==>", Movement.READ: "==>", Movement.CALL: "<==>"}

# Mermaid reads markup, HTML, directives and lists inside labels; nothing but words gets through.
_UNUSUAL = re.compile(r"[^\w \-.,/()'+?!…“”‘’–—·]|_")
_LIST_START = re.compile(r"^(?:(\d+)\.|([-+]))")


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The diagram. Node names are made up from positions, so that no id can break it."""
    return "\n".join(diagram(model.system, knowledge)) + "\n"


def diagram(system: SystemModel, knowledge: Knowledge) -> list[str]:
    """The lines of the diagram."""
    nodes = {c.id: f"n{i}" for i, c in enumerate(system.components)}
    lines = ["flowchart LR"]
    lines += _zones(system, knowledge, nodes)
    lines += [
        _node(c, knowledge, nodes, "  ")
        for c in system.components
        if c.boundary not in system.zones
    ]
    lines += [line for flow in system.flows if (line := _arrow(flow, system, nodes)) is not None]
    return lines + _styles(system, knowledge, nodes)


def label(text: str, width: int = 60) -> str:
    """A quoted label that shows the text as it is."""
    line = _UNUSUAL.sub(lambda m: f"#{ord(m.group())};", shorten(text, width))
    return '"' + (_LIST_START.sub(_no_list, line) or " ") + '"'


def _no_list(match: re.Match[str]) -> str:
    digits, bullet = match.groups()
    return f"{digits}#46;" if digits else f"#{ord(bullet)};"


def _zones(system: SystemModel, knowledge: Knowledge, nodes: dict[str, str]) -> Iterator[str]:
    drawn: set[str] = set()
    roots = [b for b in system.boundaries if b.parent is None or b.parent not in system.zones]
    # Zones that contain each other have no root; each is then drawn where it is met.
    for boundary in (*roots, *system.boundaries):
        yield from _zone(boundary, system, knowledge, nodes, drawn, "  ")


def _zone(
    boundary: Boundary,
    system: SystemModel,
    knowledge: Knowledge,
    nodes: dict[str, str],
    drawn: set[str],
    indent: str,
) -> Iterator[str]:
    if boundary.id in drawn:
        return
    drawn.add(boundary.id)
    name = f"{shorten(boundary.name, 44)} ({boundary.trust.value})"
    yield f"{indent}subgraph b{_index(system, boundary)} [{label(name)}]"
    for component in system.components:
        if component.boundary == boundary.id:
            yield _node(component, knowledge, nodes, indent + "  ")
    for child in system.boundaries:
        if child.parent == boundary.id:
            yield from _zone(child, system, knowledge, nodes, drawn, indent + "  ")
    yield f"{indent}end"


def _index(system: SystemModel, boundary: Boundary) -> int:
    return next(i for i, b in enumerate(system.boundaries) if b.id == boundary.id)


def _node(component: Component, knowledge: Knowledge, nodes: dict[str, str], indent: str) -> str:
    entry = knowledge.kind_entries.get(component.kind)
    left, right = SHAPES[entry.element if entry else "process"]
    return f"{indent}{nodes[component.id]}{left}{label(component.name)}{right}"


def _arrow(flow: Flow, system: SystemModel, nodes: dict[str, str]) -> str | None:
    if flow.source not in nodes or flow.target not in nodes:
        return None
    ends = [system.elements[flow.source], system.elements[flow.target]]
    zones = {c.boundary for c in ends if isinstance(c, Component)}
    arrow = (INSIDE if len(zones) == 1 else ACROSS)[flow.movement]
    start, end = nodes[flow.source], nodes[flow.target]
    if flow.movement is Movement.READ:
        start, end = end, start
    carries = f"|{label(flow.carries)}|" if flow.carries.strip() else ""
    return f"  {start} {arrow}{carries} {end}"


def _styles(system: SystemModel, knowledge: Knowledge, nodes: dict[str, str]) -> list[str]:
    """Dashed trust boundaries, a strong outline around what is AI, and what is inherited pale."""
    kinds = knowledge.kind_entries
    ai = [nodes[c.id] for c in system.components if c.kind in kinds and kinds[c.kind].is_ai]
    lines = [f"  style b{i} stroke-dasharray: 5 5" for i, _ in enumerate(system.boundaries)]
    theirs = [nodes[c.id] for c in system.components if is_inherited(c.id)]
    if theirs:
        lines += ["  classDef inherited opacity:0.7", f"  class {','.join(theirs)} inherited"]
    if ai:
        lines += ["  classDef ai stroke-width:3px", f"  class {','.join(ai)} ai"]
    return lines
