"""The vectors by which search compares words."""

from __future__ import annotations

import numpy as np
import pytest

from threatwright.engine.search.corpus import Document
from threatwright.engine.search.lexical import document_vectors, query_vector


def document(text: str, weight: float = 1.0, *lines: str) -> Document:
    return Document(key=text, text=text, prose=text, lines=lines, metadata={}, weight=weight)


def test_every_vector_has_length_one_whatever_its_weight() -> None:
    _, vectors = document_vectors([document("a stolen token"), document("a wrong label", 0.3)])
    assert [np.linalg.norm(vector) for vector in vectors] == pytest.approx([1, 1])


def test_a_similarity_is_multiplied_with_the_weight_of_the_document() -> None:
    vectoriser, (full, half) = document_vectors([document("token"), document("token", 0.5)])
    query = query_vector(vectoriser, "token")
    assert [full @ query, half @ query] == pytest.approx([1, 0.5])


def test_a_query_without_a_known_word_is_similar_to_nothing_however_prominent() -> None:
    vectoriser, _ = document_vectors([document("token"), document("label", 0.5)])
    assert not query_vector(vectoriser, "zebra").any()


def test_a_document_is_found_by_its_lines_and_by_words_that_say_the_same() -> None:
    documents = [document("token", 1, "they block calls"), document("label")]
    vectoriser, vectors = document_vectors(documents, [("block", "label")])
    similar = np.stack(vectors) @ query_vector(vectoriser, "blocked")
    assert similar[0] > similar[1] > 0


def test_no_documents_have_no_vectors() -> None:
    assert document_vectors([])[1] == []
