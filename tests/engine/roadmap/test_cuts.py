"""A small set of mitigations that cuts all paths."""

from __future__ import annotations

from hypothesis import given

from tests.engine.paths import cut, path, paths
from threatwright.engine.roadmap.cuts import cut_set
from threatwright.model.attack import AttackPath, CutSet
from threatwright.model.terms import Effort


def chosen(found: CutSet) -> list[tuple[str, str]]:
    return [(c.cut.mitigation, c.cut.element) for c in found.chosen]


def cut_with(found: list[AttackPath], places: list[tuple[str, str]]) -> set[str]:
    return {p.id for p in found if any((c.mitigation, c.element) in places for c in p.could_cut)}


@given(paths())
def test_every_path_is_cut_already_or_by_the_set_or_told_as_uncut(found: list[AttackPath]) -> None:
    told = cut_set(found, {}, "", "")
    by_set = [id_ for choice in told.chosen for id_ in choice.cuts]
    assert sorted([*told.cut, *by_set, *told.uncut]) == sorted(p.id for p in found)
    assert set(by_set) <= cut_with(found, chosen(told))
    assert not any(p.could_cut for p in found if p.id in told.uncut)


@given(paths())
def test_without_any_one_choice_a_path_is_left(found: list[AttackPath]) -> None:
    told = cut_set(found, {}, "", "")
    open_ = [p for p in found if not p.cut_by]
    places = chosen(told)
    for place in places:
        others = [other for other in places if other != place]
        assert cut_with(open_, others) < cut_with(open_, places)


@given(paths())
def test_the_order_of_the_paths_chooses_nothing(found: list[AttackPath]) -> None:
    assert chosen(cut_set(found, {}, "", "")) == chosen(cut_set(found[::-1], {}, "", ""))


def test_what_cuts_most_is_chosen_first_and_says_so() -> None:
    wide, narrow = cut("wide"), cut("narrow")
    found = [path("T1/1", [wide]), path("T2/1", [wide, narrow]), path("T3/1", [narrow])]
    told = cut_set([*found, path("T4/1", [wide], residual=20)], {}, "", "")
    assert chosen(told) == [("wide", "api"), ("narrow", "api")]
    assert told.chosen[0].because == "cuts 3 of 4 left: 3 threats, residual risk up to 20"
    assert told.chosen[1].because == "cuts 1 of 1 left: one threat, residual risk 8"


def test_of_two_that_cut_as_much_the_one_of_less_effort_is_chosen() -> None:
    told = cut_set(
        [path("T1/1", [cut("a"), cut("b")])], {"a": Effort.HIGH, "b": Effort.LOW}, "", ""
    )
    assert chosen(told) == [("b", "api")]
    assert told.chosen[0].effort is Effort.LOW


def test_a_choice_that_later_ones_made_redundant_is_left_out() -> None:
    middle, left, right = cut("middle"), cut("left"), cut("right")
    found = [
        path("T1/1", [middle, left]),
        path("T2/1", [middle, left]),
        path("T3/1", [middle, right]),
        path("T4/1", [middle, right]),
        path("T5/1", [left]),
        path("T6/1", [right]),
    ]
    assert chosen(cut_set(found, {}, "", "")) == [("left", "api"), ("right", "api")]


def test_a_control_at_another_place_is_another_choice() -> None:
    found = [path("T1/1", [cut("a", "api")]), path("T2/1", [cut("a", "store")])]
    assert chosen(cut_set(found, {}, "", "")) == [("a", "api"), ("a", "store")]


def test_nothing_is_chosen_for_no_paths() -> None:
    told = cut_set([], {}, "x", "X")
    assert (told.paths, told.cut, told.chosen, told.uncut) == (0, (), (), ())
