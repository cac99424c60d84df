"""How near a query comes to single lines."""

from __future__ import annotations

import pytest

from threatwright.engine.search.corpus import Document
from threatwright.engine.search.lexical import query_vector
from threatwright.engine.search.nearest import LINES, Nearness, lines_of, score
from threatwright.engine.search.tfidf import Vectoriser


def document(key: str, prose: str, *lines: str) -> Document:
    return Document(key, prose, prose, lines, metadata={})


def near(query: str, *documents: Document) -> dict[str, float]:
    vectoriser = Vectoriser.fitted("\n".join((d.text, *d.lines)) for d in documents)
    nearness = Nearness.laid_out(lines_of(documents, vectoriser), vectoriser)
    return nearness.near(query_vector(vectoriser, query))


def test_a_line_that_tells_just_this_is_nearer_than_its_words_told_apart() -> None:
    together = document("together", "zebra", "a token is stolen", "labels flip")
    apart = document("apart", "zebra", "a token expires", "labels are stolen")
    found = near("stolen token", together, apart)
    assert found["together"] > found["apart"] > 0


def test_lines_are_the_name_the_description_the_examples_and_what_incidents_tell() -> None:
    vectoriser = Vectoriser.fitted(["token label weights"])
    told = document("key", "token\nlabel", "weights and weights of a token")
    token, label, weights = (vectoriser.position[stem] for stem in ("token", "label", "weight"))
    assert lines_of([told], vectoriser) == {"key": [[token], [label], sorted((token, weights))]}


def test_the_mean_of_the_nearest_lines_counts_and_farther_ones_do_not() -> None:
    few = document("few", "token", *("stolen token",) * (LINES - 1))
    many = document("many", "token", *("stolen token",) * (LINES - 1), *("labels flip",) * 9)
    found = near("stolen token", few, many)
    assert found["few"] == pytest.approx(found["many"])
    assert found["few"] < 1


def test_a_document_of_fewer_lines_is_judged_by_those_that_it_has() -> None:
    found = near("token", document("one", "token"), document("other", "label", "weights"))
    assert found == pytest.approx({"one": 1, "other": 0})


def test_documents_without_a_known_word_have_no_lines_and_are_near_to_nothing() -> None:
    empty, other = document("empty", "what is the"), document("other", "token")
    assert near("token", empty, other) == pytest.approx({"empty": 0, "other": 1})
    assert near("token", empty) == {"empty": 0}
    assert near("token") == {}


def test_a_score_stays_a_similarity_and_grows_with_both_parts() -> None:
    assert score(1, 1) == pytest.approx(1)
    assert score(0, 0) == 0
    assert score(0.5, 0.2) < score(0.5, 0.4) < score(0.6, 0.4)
