"""How the work of the rules grows with the system. Counted, not timed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from evals.bench.rules import large_system
from threatwright.engine.rules.draft import draft
from threatwright.knowledge.load import load_knowledge
from threatwright.model.knowledge import Knowledge
from threatwright.uncollected import uncollected


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def calls(work: Callable[[], object]) -> int:
    """How many functions and steps of generators run, in Python and in C."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@contextmanager
def collections() -> Iterator[list[int]]:
    """The generations that are collected meanwhile."""
    seen: list[int] = []

    def note(phase: str, details: dict[str, int]) -> None:
        if phase == "start":
            seen.append(details["generation"])

    gc.callbacks.append(note)
    try:
        yield seen
    finally:
        gc.callbacks.remove(note)


def test_ten_times_the_components_are_ten_times_the_work(knowledge: Knowledge) -> None:
    small, large = large_system(30, 90), large_system(300, 900)
    draft(large_system(10, 30), knowledge)  # what is worked out once, and then known
    few = calls(lambda: draft(small, knowledge))
    many = calls(lambda: draft(large, knowledge))
    assert 5 * few < many < 11 * few


def test_a_draft_is_not_interrupted_to_look_for_garbage(knowledge: Knowledge) -> None:
    system = large_system(100, 300)
    gc.collect()
    with collections() as seen:
        found = draft(system, knowledge)
    assert found.threats
    assert len(seen) <= 2  # those that were put off
    assert gc.isenabled()


@uncollected()
def fail() -> None:
    raise KeyError(gc.isenabled())


def test_what_fails_leaves_the_search_for_garbage_on() -> None:
    with pytest.raises(KeyError, match="False"):
        fail()
    assert gc.isenabled()


def test_who_turned_the_search_for_garbage_off_finds_it_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
