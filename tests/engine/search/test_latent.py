"""Latent semantic analysis, and words that say the same."""

from __future__ import annotations

import numpy as np
import pytest

from threatwright.engine.search.latent import (
    DOCUMENTS_PER_DIMENSION,
    LEAST_DIMENSIONS,
    Matrix,
    smoothed,
    widened,
)
from threatwright.engine.search.tfidf import Vectoriser

TOPICS = (
    ("bird", "feather", "wing", "nest", "egg", "beak"),
    ("ship", "anchor", "sail", "harbour", "crew", "mast"),
    *(tuple(f"t{topic}w{word}" for word in "abcdef") for topic in range(6)),
)
ENOUGH = DOCUMENTS_PER_DIMENSION * LEAST_DIMENSIONS


def texts(number: int) -> list[str]:
    """Texts of eight topics in turn; each lacks two of the six words of its own."""
    words = [(TOPICS[i % 8], i // 8 % 6) for i in range(number)]
    return [" ".join(w for at, w in enumerate(t) if at not in {s, (s + 1) % 6}) for t, s in words]


def matrix(number: int) -> tuple[Vectoriser, Matrix]:
    vectoriser = Vectoriser.fitted(texts(number))
    return vectoriser, np.stack([vectoriser.vector(text) for text in texts(number)])


def test_a_document_is_found_by_a_word_of_its_topic_that_it_lacks() -> None:
    vectoriser, vectors = matrix(ENOUGH)
    bird = vectoriser.query("bird")
    assert vectors[0] @ bird == 0
    similar = smoothed(vectors) @ bird
    assert similar[0] > 0.1
    assert similar[0] > 10 * abs(similar[1])  # that one is about ships


def test_the_latent_part_is_as_long_as_that_of_the_words() -> None:
    _, vectors = matrix(ENOUGH)
    assert np.linalg.norm(smoothed(vectors) - vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_the_sign_of_the_eigenvectors_makes_no_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, vectors = matrix(ENOUGH)
    before, eigh = smoothed(vectors), np.linalg.eigh

    def turned(gram: Matrix) -> tuple[Matrix, Matrix]:
        values, directions = eigh(gram)
        return values, directions * np.where(np.arange(len(values)) % 2, 1, -1)

    monkeypatch.setattr(np.linalg, "eigh", turned)
    assert smoothed(vectors) == pytest.approx(before, abs=1e-6)


def test_the_same_documents_are_smoothed_alike() -> None:
    assert np.array_equal(smoothed(matrix(ENOUGH)[1]), smoothed(matrix(ENOUGH)[1]))


def test_few_documents_are_left_as_they_are() -> None:
    _, vectors = matrix(ENOUGH - 1)
    assert smoothed(vectors) is vectors


def test_a_document_without_a_word_gets_no_latent_part() -> None:
    _, vectors = matrix(ENOUGH)
    with_blank = np.vstack([vectors, np.zeros_like(vectors[:1])])
    assert not smoothed(with_blank)[-1].any()


def test_a_document_is_found_by_a_word_that_says_the_same() -> None:
    vectoriser = Vectoriser.fitted(["they block mail", "they deny calls"])
    vectors = np.stack([vectoriser.vector(text) for text in ("they block mail", "they deny calls")])
    wide = widened(vectors, vectoriser, [("block", "deny", "refuse")])
    similar = wide @ vectoriser.query("denied")
    assert 0 < similar[0] < similar[1]


def test_phrases_and_unknown_words_say_the_same_as_nothing() -> None:
    vectoriser, vectors = matrix(8)
    groups = [("bird ship", "ship"), ("refuse", "bird"), ("refuse",), ()]
    assert np.array_equal(widened(vectors, vectoriser, groups), vectors)


def test_two_forms_of_one_word_count_once() -> None:
    vectoriser, vectors = matrix(8)
    once = widened(vectors, vectoriser, [("bird", "ship")])
    assert np.array_equal(widened(vectors, vectoriser, [("bird", "birds", "ship")]), once)
