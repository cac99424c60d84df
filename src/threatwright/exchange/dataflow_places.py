"""Where the boxes and arrows of a data-flow diagram stand: the layout is a library's (graphlay)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from threatwright.exchange.dataflow import HEIGHT, WIDTH, Diagram, Drawn, Lane, Point
from threatwright.exchange.drawing_rows import zone_title
from threatwright.model.system import Boundary, SystemModel

if TYPE_CHECKING:
    import graphlay

TITLE = 26.0
"""Room for the title of a lane."""
MARGIN = 12.0
PADDING = 23.0
"""Around the boxes of a lane, where the library does not tell how large it is."""
SHARES = (0.5, 0.36, 0.64, 0.43, 0.57)
"""How far along its stretch a label stands: those of arrows side by side are not to touch."""
OPTIONS: dict[str, Any] = {
    "order": {"group_lanes": "strict"},
    "spacing": {
        "node_gap": 26,
        "layer_gap": 46,
        "dummy_gap": 16,
        "port_gap": 13,
        "isolated_gap": 26,
    },
}


class _Rect(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def placed(drawn: Drawn, system: SystemModel, *, is_condensed: bool) -> Diagram:
    """The diagram with everything where the library puts it, the corner at 0, 0."""
    holding = set(drawn.zones.values())
    zones = [zone for zone in system.boundaries if zone.id in holding]
    found = _laid_out(drawn, {zone.id: number for number, zone in enumerate(zones)})
    order = sorted(zip(zones, _lanes(found, len(zones)), strict=True), key=lambda one: one[1].top)
    place = _placing([rect for _, rect in order])
    lanes = tuple(_lane(zone, rect, system, place) for zone, rect in order)
    return Diagram(
        width=max(lane.x + lane.width for lane in lanes) + MARGIN,
        height=max(lane.y + lane.height for lane in lanes) + MARGIN,
        lanes=lanes,
        boxes=tuple(
            box._replace(x=x - WIDTH / 2, y=y - HEIGHT / 2)
            for box, node in zip(drawn.boxes.values(), found.nodes, strict=True)
            for x, y in (place(node["center"]),)
        ),
        arrows=tuple(
            arrow._replace(points=points, at=_on_line(points, number))
            for number, ((_, _, arrow), edge) in enumerate(
                zip(drawn.arrows, found.edges, strict=True)
            )
            for points in (tuple(map(place, edge["points"])),)
        ),
        is_condensed=is_condensed,
    )


def _laid_out(drawn: Drawn, lane_of: Mapping[str, int]) -> graphlay.Layout:
    import graphlay

    graph = graphlay.Graph()
    for key in drawn.boxes:
        graph.node(key, width=WIDTH, height=HEIGHT, group=lane_of[drawn.zones[key]])
    for start, end, arrow in drawn.arrows:
        size = {"width": 8.0 + 7 * len(arrow.label), "height": 16.0}
        graph.edge(start, end, label_size=size)
    return graphlay.layout(graph, options=OPTIONS)


def _lanes(found: graphlay.Layout, number: int) -> list[_Rect]:
    """The lanes in order of their numbers. Where there is but one, the library tells none."""
    told = {lane["group"]: _rect(lane["rect"]) for lane in found.raw.get("lanes") or ()}
    around = _rect(found.bounds)
    whole = _Rect(
        around.left - PADDING,
        around.top - PADDING,
        around.right + PADDING,
        around.bottom + PADDING,
    )
    return [told.get(lane, whole) for lane in range(number)]


def _rect(told: Mapping[str, Any]) -> _Rect:
    least, most = told["min"], told["max"]
    return _Rect(least["x"], least["y"], most["x"], most["y"])


def _placing(rects: Sequence[_Rect]) -> Callable[[Mapping[str, float]], Point]:
    """Moves a point so that each lane has room for its title, and the corner is at 0, 0."""
    tops = [rect.top for rect in rects]
    left = min(rect.left for rect in rects)

    def place(point: Mapping[str, float]) -> Point:
        titles = max(1, sum(point["y"] >= top for top in tops))
        return (
            round(point["x"] - left + MARGIN, 1),
            round(point["y"] - tops[0] + MARGIN + titles * TITLE, 1),
        )

    return place


def _lane(
    zone: Boundary,
    rect: _Rect,
    system: SystemModel,
    place: Callable[[Mapping[str, float]], Point],
) -> Lane:
    x, y = place({"x": rect.left, "y": rect.top})
    width, height = rect.right - rect.left, rect.bottom - rect.top + TITLE
    title = zone_title(zone, system)
    return Lane(title, zone.trust.value, x, y - TITLE, round(width, 1), round(height, 1))


def _on_line(points: Sequence[Point], number: int) -> Point:
    """Where the label of an arrow stands: on its longest stretch."""
    stretches = list(pairwise(points))
    if not stretches:
        return points[0] if points else (0, 0)
    (x, y), (to_x, to_y) = max(stretches, key=lambda ends: math.dist(*ends))
    share = SHARES[number % len(SHARES)]
    return round(x + (to_x - x) * share, 1), round(y + (to_y - y) * share, 1)


def rounded(points: Sequence[Point], radius: float = 7) -> str:
    """The path of a line through the points in SVG, its corners rounded."""
    if not points:
        return ""
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(here, before, radius), _towards(here, after, radius)
        path.append(f"L{start[0]:g} {start[1]:g}Q{here[0]:g} {here[1]:g} {end[0]:g} {end[1]:g}")
    path.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return "".join(path)


def _towards(here: Point, there: Point, by: float) -> Point:
    dx, dy = there[0] - here[0], there[1] - here[1]
    length = (dx * dx + dy * dy) ** 0.5
    share = min(by, length / 2) / length if length else 0
    return round(here[0] + dx * share, 1), round(here[1] + dy * share, 1)
