"""Where the boxes, arrows and zones of the drawn data-flow diagram stand."""

from __future__ import annotations

from itertools import combinations

import pytest

from evals.bench.rules import large_system
from tests.engine import small
from tests.exchange import example
from threatwright.exchange.dataflow import HEIGHT, MOST_DRAWN, WIDTH, Diagram, diagram
from threatwright.exchange.dataflow_places import rounded
from threatwright.model.system import SystemModel
from threatwright.model.terms import Level
from threatwright.model.threats import Threat


def drawn(system: SystemModel, *threats: Threat) -> Diagram:
    found = diagram(system, example.KNOWLEDGE, threats)
    assert found is not None
    return found


SYSTEMS = {
    "example": example.system(),
    "hostile": example.system(example.HOSTILE),
    "one zone": small.system((small.component("api", "inference-endpoint"),)),
    "itself": small.system(
        (small.component("api", "inference-endpoint"),), (small.flow("api", "api"),)
    ),
    "medium": large_system(MOST_DRAWN, 3 * MOST_DRAWN),
    "large": large_system(200, 600),
}
every_system = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


@every_system
def test_no_box_covers_another_and_each_stands_in_its_zone(system: SystemModel) -> None:
    found = drawn(system)
    for one, other in combinations(found.boxes, 2):
        assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
    lanes = found.lanes
    for box in found.boxes:
        assert any(
            lane.x <= box.x
            and box.x + WIDTH <= lane.x + lane.width
            and lane.y <= box.y
            and box.y + HEIGHT <= lane.y + lane.height
            for lane in lanes
        )


@every_system
def test_everything_is_within_the_drawing_and_the_same_each_time(system: SystemModel) -> None:
    found = drawn(system)
    for arrow in found.arrows:
        assert len(arrow.points) >= 2
        for x, y in (*arrow.points, arrow.at):
            assert 0 <= x <= found.width
            assert 0 <= y <= found.height
    assert drawn(system) == found


def test_zones_do_not_overlap() -> None:
    for one, other in combinations(drawn(example.system()).lanes, 2):
        assert one.y + one.height <= other.y + 0.5 or other.y + other.height <= one.y + 0.5


def test_a_box_shows_its_threats_and_the_highest_level_of_them() -> None:
    found = drawn(
        example.system(), example.threat(), example.threat("T-x@scoring-api", level=Level.LOW)
    )
    box = next(box for box in found.boxes if box.id == "scoring-api")
    assert (box.threats, box.level) == (2, Level.CRITICAL)
    assert all(box.threats == 0 for box in found.boxes if box.id != "scoring-api")


def test_content_that_is_read_goes_from_the_store() -> None:
    found = drawn(example.system())
    boxes = {box.id: box for box in found.boxes}
    reads = next(arrow for arrow in found.arrows if arrow.label == "2")
    store = boxes["training-set"]
    x, y = reads.points[0]
    assert store.x <= x <= store.x + WIDTH
    assert store.y <= y <= store.y + HEIGHT
    assert not reads.is_both
    assert reads.crosses


def test_a_large_system_is_told_by_its_kinds() -> None:
    found = drawn(large_system(200, 600))
    assert found.is_condensed
    assert {box.kind for box in found.boxes} == {"20 components"}
    assert sum(int(arrow.label.removeprefix("×")) for arrow in found.arrows) == 600
    assert not drawn(example.system()).is_condensed


def test_nothing_is_drawn_of_nothing() -> None:
    assert diagram(SystemModel(name=""), example.KNOWLEDGE, ()) is None


def test_a_long_name_is_cut_and_told_whole_on_the_side() -> None:
    name = "A service with a name that nobody would ever want to read aloud"
    box = next(b for b in drawn(example.system(name)).boxes if b.id == "scoring-api")
    assert len(box.lines) == 2
    assert box.lines[1].endswith("…")
    assert box.name == name


def test_corners_are_rounded_and_lines_begin_and_end_where_they_should() -> None:
    assert rounded([(0, 0), (10, 0), (10, 10)], 2) == "M0 0L8 0Q10 0 10 2L10 10"
    assert rounded([]) == ""
