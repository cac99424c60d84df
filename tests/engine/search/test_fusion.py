"""Two similarities made one."""

from __future__ import annotations

import numpy as np
import pytest

from threatwright.engine.search.fusion import WORDS, fused


def order(found: dict[str, float]) -> list[str]:
    return sorted(found, key=lambda key: -found[key])


def test_what_both_find_comes_first() -> None:
    words = {"both": 0.5, "words": 0.5}
    meaning = {"both": 0.8, "words": 0.1, "meaning": 0.8, "neither": 0.1}
    assert order(fused(words, meaning)) == ["both", "words", "meaning", "neither"]


def test_the_order_is_that_of_weighted_z_scores() -> None:
    random = np.random.default_rng(1)
    words, meaning = random.random(50) ** 4, 0.3 + random.random(50) / 10
    keys = [str(at) for at in range(50)]
    z = [(column - column.mean()) / column.std() for column in (words, meaning)]
    expected = np.argsort(-(WORDS * z[0] + (1 - WORDS) * z[1]))
    found = fused(
        dict(zip(keys, words.tolist(), strict=True)), dict(zip(keys, meaning.tolist(), strict=True))
    )
    assert order(found) == [keys[at] for at in expected]


def test_a_score_lies_between_both_similarities() -> None:
    words, meaning = {"a": 0.2, "b": 0.6}, {"a": 0.5, "b": 0.9, "c": 0.4}
    for key, score in fused(words, meaning).items():
        low, high = sorted((words.get(key, 0.0), meaning[key]))
        assert low <= score <= high


def test_without_a_known_word_meaning_decides() -> None:
    assert fused({}, {"a": 0.5, "b": 0.25}) == {"a": 0.5, "b": 0.25}


def test_where_all_mean_the_same_words_decide() -> None:
    assert fused({"a": 0.5}, {"a": 0.75, "b": 0.75}) == {"a": 0.5, "b": 0.0}


def test_one_alone_has_the_weighted_mean() -> None:
    assert fused({"a": 1.0}, {"a": 0.0}) == pytest.approx({"a": WORDS})


def test_a_score_is_never_below_zero() -> None:
    assert min(fused({"a": 0.1}, {"a": 0.2, "b": -0.9, "c": -0.2}).values()) == 0


def test_nothing_is_fused_of_nothing() -> None:
    assert fused({}, {}) == {}
