"""The data-flow diagram, laid out: where boxes, arrows and trust zones stand, whoever draws them.

Boxes stand in one lane for each trust zone, and content runs from left to right. A large system is
told by its kinds of component, as nobody can follow the arrows of hundreds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from threatwright.exchange.cells import fitted, width_of
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component, Flow, SystemModel, is_inherited
from threatwright.model.terms import Level, Movement
from threatwright.model.threats import Threat

MOST_DRAWN = 70
"""Components that are drawn one by one."""
WIDTH, HEIGHT = 168.0, 64.0
LINE = 19
"""Characters of a name in one line of a box."""

Point = tuple[float, float]


class Box(NamedTuple):
    """A component, or several of one kind in one zone."""

    id: str
    """Of the component; empty where it is several."""
    name: str
    lines: tuple[str, ...]
    """The name as it fits, in one line or two."""
    kind: str
    role: str
    """`external-entity`, `process` or `data-store`."""
    is_ai: bool
    is_assumed: bool
    is_inherited: bool
    threats: int
    level: Level | None
    """The highest of its threats, before controls; None if it has none."""
    x: float = 0
    y: float = 0


class Arrow(NamedTuple):
    """A flow, or all flows between two boxes."""

    label: str
    """Its number in the table of flows, or how many flows it stands for."""
    title: str
    is_both: bool
    """Whether content goes both ways."""
    crosses: bool
    """Whether it leads from one trust zone into another."""
    is_assumed: bool
    threats: int
    points: tuple[Point, ...] = ()
    at: Point = (0, 0)
    """Where the label stands."""


class Lane(NamedTuple):
    """A trust zone."""

    title: str
    trust: str
    x: float
    y: float
    width: float
    height: float


class Diagram(NamedTuple):
    """All of it, in units of a pixel from the upper left corner."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    is_condensed: bool
    """Whether boxes stand for all components of a kind."""


class Drawn(NamedTuple):
    """Boxes and arrows that have no place yet."""

    boxes: dict[str, Box]
    zones: dict[str, str]
    """Box → zone."""
    arrows: list[tuple[str, str, Arrow]]
    """From box, to box, in the direction in which content goes first."""


def diagram(system: SystemModel, knowledge: Knowledge, threats: Iterable[Threat]) -> Diagram | None:
    """The diagram with the number of threats at each element; None where there is nothing."""
    if not system.components:
        return None
    found: dict[str, list[Threat]] = {}
    for threat in threats:
        found.setdefault(threat.element, []).append(threat)
    is_condensed = len(system.components) > MOST_DRAWN
    drawn = (_condensed if is_condensed else _each)(system, knowledge, found)
    from threatwright.exchange.dataflow_places import placed

    return placed(drawn, system, is_condensed=is_condensed)


def _each(
    system: SystemModel, knowledge: Knowledge, threats: Mapping[str, Sequence[Threat]]
) -> Drawn:
    boxes = {c.id: _box([c], knowledge, threats.get(c.id, ()), c.id) for c in system.components}
    arrows = [
        (*_ends(flow), _arrow([flow], str(number), system, threats))
        for number, flow in enumerate(system.flows, 1)
        if flow.source in boxes and flow.target in boxes
    ]
    return Drawn(boxes, {c.id: c.boundary for c in system.components}, arrows)


def _condensed(
    system: SystemModel, knowledge: Knowledge, threats: Mapping[str, Sequence[Threat]]
) -> Drawn:
    """A box for each kind of component in each zone."""
    groups: dict[str, list[Component]] = {}
    of: dict[str, str] = {}
    for component in system.components:
        of[component.id] = f"{component.boundary}:{component.kind}"
        groups.setdefault(of[component.id], []).append(component)
    flows: dict[tuple[str, str], list[Flow]] = {}
    for flow in system.flows:
        start, end = _ends(flow)
        if start in of and end in of:
            flows.setdefault((of[start], of[end]), []).append(flow)
    boxes = {
        key: _box(parts, knowledge, [t for c in parts for t in threats.get(c.id, ())], key)
        for key, parts in groups.items()
    }
    arrows = [
        (start, end, _arrow(some, f"×{len(some)}", system, threats))
        for (start, end), some in flows.items()
    ]
    return Drawn(boxes, {key: parts[0].boundary for key, parts in groups.items()}, arrows)


def _box(
    parts: Sequence[Component], knowledge: Knowledge, threats: Sequence[Threat], key: str
) -> Box:
    first, is_one = parts[0], len(parts) == 1
    entry = knowledge.kind_entries.get(first.kind)
    kind = entry.name if entry else first.kind.replace("-", " ")
    name = one_line(first.name) if is_one else kind
    return Box(
        id=first.id if is_one else "",
        name=name,
        lines=_lines(name),
        kind=fitted(kind if is_one else count(len(parts), "component"), LINE + 5),
        role=entry.element if entry else "process",
        is_ai=entry is not None and entry.is_ai,
        is_assumed=not any(part.provenance.is_stated for part in parts),
        is_inherited=all(is_inherited(part.id) for part in parts),
        threats=len(threats),
        level=max((t.level for t in threats), key=list(Level).index, default=None),
    )


def _lines(name: str) -> tuple[str, ...]:
    """The name in one line or two, cut where it is longer."""
    if width_of(name) <= LINE:
        return (name,)
    words, first = name.split(" "), ""
    while words and width_of(f"{first} {words[0]}".strip()) <= LINE:
        first = f"{first} {words.pop(0)}".strip()
    return (first, fitted(" ".join(words), LINE)) if first else (fitted(name, LINE),)


def _arrow(
    flows: Sequence[Flow], label: str, system: SystemModel, threats: Mapping[str, Sequence[Threat]]
) -> Arrow:
    first = flows[0]
    ends = [system.elements[first.source], system.elements[first.target]]
    told = f"{label}. {system.name_of(first.id)}: {first.carries}"
    return Arrow(
        label=label,
        title=one_line(told if len(flows) == 1 else count(len(flows), "flow")),
        is_both=any(flow.movement is Movement.CALL for flow in flows),
        crosses=len({end.boundary for end in ends if isinstance(end, Component)}) > 1,
        is_assumed=not any(flow.provenance.is_stated for flow in flows),
        threats=sum(len(threats.get(flow.id, ())) for flow in flows),
    )


def _ends(flow: Flow) -> tuple[str, str]:
    """From where to where content goes; a call begins at the one who calls."""
    ends = flow.source, flow.target
    return (ends[1], ends[0]) if flow.movement is Movement.READ else ends
