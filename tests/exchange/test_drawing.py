from __future__ import annotations

import itertools

import pytest

from tests.engine import small
from tests.exchange import example
from threatwright.exchange.cells import fitted, width_of
from threatwright.exchange.drawing import LEGEND, NOTHING, drawing, kinds_of, write
from threatwright.model.system import SystemModel

KINDS = kinds_of(example.KNOWLEDGE)
PEOPLE_AND_PARTS = ("person", "inference-endpoint", "dataset", "training", "database")


def drawn(system: SystemModel, width: int = 80, most: int | None = None) -> list[str]:
    lines = drawing(system, KINDS, width=width, most=most)
    assert all(width_of(line) <= width for line in lines)
    assert most is None or len(lines) <= most
    return lines


def three() -> SystemModel:
    """A caller, a service and its training, which is only assumed."""
    return small.system(
        (
            small.component("caller", "person", "internet"),
            small.component("api", "inference-endpoint"),
            small.component("training", "training", by=small.ASSUMED),
        ),
        (small.flow("caller", "api"), small.flow("training", "api", "send", by=small.ASSUMED)),
    )


def of_size(components: int, flows: int) -> SystemModel:
    ids = [f"part-{n}" for n in range(components)]
    parts = [
        small.component(id_, PEOPLE_AND_PARTS[n % 5], "internet" if n % 5 == 0 else "production")
        for n, id_ in enumerate(ids)
    ]
    pairs = list(itertools.permutations(ids[:40], 2))[::3][:flows]
    return small.system(tuple(parts), tuple(small.flow(a, b) for a, b in pairs))


def test_zones_are_frames_and_flows_are_lines_to_where_they_go() -> None:
    assert drawn(three()) == [
        "╭─ The internet · untrusted ? ──────╮",
        "│    Caller · person                │",
        "│      requests ◀───────────────────┼─╮",
        "╰───────────────────────────────────╯ │",
        "╭─ Production · trusted ? ──────────╮ │",
        "│    Api · inference endpoint       │◀┤",
        "│ ? Training                        │ │",
        "│      requests ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┼╌╯",
        "╰───────────────────────────────────╯",
        LEGEND,
    ]


def test_a_read_brings_content_to_the_one_who_reads() -> None:
    lines = drawn(example.system())
    assert any("features ◀" in line for line in lines)
    assert any(
        line.rstrip("╯").endswith("Training set · dataset                 │╌") for line in lines
    )


def test_zones_stand_by_trust_and_say_what_they_are_in() -> None:
    zones = [line for line in drawn(example.system()) if line.startswith("╭")]
    assert [zone.split(" · ")[1].split(" ")[0] for zone in zones] == [
        "untrusted",
        "semi-trusted",
        "trusted",
        "restricted",
    ]
    assert "restricted in Our cloud ?" in zones[-1]


def test_flows_that_nobody_could_follow_are_listed_below_their_component() -> None:
    lines = drawn(of_size(9, 40))
    assert "⇄ Part 1: requests" in "\n".join(lines)
    assert not any("┼" in line for line in lines)


def test_where_there_is_little_room_flows_go_before_components() -> None:
    system = of_size(9, 40)
    whole, joined, alone = (drawn(system, most=most) for most in (None, 25, 14))
    assert len(whole) > 25
    assert " · ⇄ Part 4" in "\n".join(joined)
    assert "⇄" not in "\n".join(alone)
    assert all(f"Part {n}" in "\n".join(alone) for n in range(9))


def test_components_that_do_not_fit_are_counted() -> None:
    lines = drawn(of_size(200, 0), most=8)
    assert len(lines) == 8
    named = sum(line.count("Part ") for line in lines)
    more = sum(int(line.split("· and ")[1].split(" ")[0]) for line in lines if "· and " in line)
    assert named + more == 200


def test_every_flow_that_is_drawn_passes_its_frame_and_arrives() -> None:
    lines = drawn(of_size(6, 7))
    assert sum(line.count("requests ◀") for line in lines) == 7
    arrived = [line for line in lines if "│◀" in line]
    assert {line.split("Part ")[1][0] for line in arrived} == {"0", "1", "2", "3", "4", "5"}


def test_a_mark_can_be_a_number_to_speak_of() -> None:
    lines = drawing(three(), KINDS, marks={"training": "?1"})
    assert "│ ?1 Training                       │ │" in lines


def test_text_of_others_cannot_break_the_frames() -> None:
    system = example.system(example.HOSTILE)
    lines = drawn(system, 60)
    assert not any(mark in "".join(lines) for mark in "\x1b\n\u202e")
    wide = drawn(example.system("評価サーバー " * 12), 60)
    assert any("…" in line for line in wide)


def test_nothing_is_drawn_where_nothing_is() -> None:
    assert drawing(SystemModel(name="x"), KINDS) == [NOTHING]


def test_the_export_is_as_wide_as_a_page() -> None:
    text = write(example.model(), example.KNOWLEDGE)
    assert text.startswith("╭─ Internet")
    assert all(width_of(line) <= 100 for line in text.splitlines())


def test_text_is_cut_by_the_columns_it_takes() -> None:
    assert width_of("評価 e\u0301") == 6
    assert fitted("評価評価", 5) == "評価…"
    assert fitted("  評価", 10) == "  評価"
    assert fitted("abc", 0) == ""


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize(("components", "flows"), [(1, 0), (2, 2), (9, 14), (40, 200), (200, 600)])
@pytest.mark.parametrize("most", [None, 60, 20, 7, 3])
def test_it_fits_whatever_the_size(
    components: int, flows: int, width: int, most: int | None
) -> None:
    assert drawn(of_size(components, flows), width, most)


def test_a_terminal_that_is_narrower_or_wider_is_drawn_for_as_if_it_were_not() -> None:
    assert drawing(three(), KINDS, width=10) == drawing(three(), KINDS, width=40)
    assert drawing(three(), KINDS, width=500) == drawing(three(), KINDS, width=120)
