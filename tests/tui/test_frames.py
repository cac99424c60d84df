"""Every screen looks as it did when somebody looked at it last."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from tests.tui.frames import FRAMES, KEYS, SIZES, drawn, path_of

pytestmark = pytest.mark.ui


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
async def test_every_screen_looks_as_it_was_found_right(size: tuple[int, int]) -> None:
    told: list[str] = []
    frames = await drawn(size)
    for screen, frame in frames.items():
        path = path_of(screen, size)
        before = path.read_text(encoding="utf-8").splitlines()
        told += unified_diff(before, frame.splitlines(), path.name, "as drawn now", lineterm="")
    assert [*frames] == [*KEYS]
    assert not told, "\n".join([*told, "", "If that is right: python -m tests.tui.frames"])


def test_there_is_a_frame_for_every_screen_and_size_and_no_other() -> None:
    wanted = {path_of(screen, size) for screen in KEYS for size in SIZES}
    assert {*FRAMES.iterdir()} == wanted
