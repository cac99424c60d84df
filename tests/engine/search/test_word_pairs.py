"""How a query is worded beside how documents are."""

from __future__ import annotations

import json

import pytest

from threatwright.engine.search.corpus import Document
from threatwright.engine.search.word_pairs import WordPairs, both


def document(key: str, *lines: str, weight: float = 1.0) -> Document:
    return Document(key, key, lines[0], lines[1:], metadata={}, weight=weight)


TO = document("to", "Records are sent to the outside.", "A copy was sent to the outside.")
FROM = document("from", "Records are sent from the outside.", "A copy was sent from the outside.")


def similar(query: str, *documents: Document) -> dict[str, float]:
    return WordPairs.of(documents).similar(query)


def test_small_words_tell_where_something_goes() -> None:
    found = similar("They had it sent to the outside", TO, FROM)
    assert found["to"] > found["from"] > 0


def test_words_count_in_their_order() -> None:
    dog = document("dog", "the dog bites the man", "a dog bites a man at night")
    man = document("man", "the man bites the dog", "a man bites a dog at night")
    found = similar("dog bites man: the dog bites", dog, man)
    assert found["dog"] > found["man"]


def test_a_line_said_again_makes_a_document_no_longer() -> None:
    once = document("once", "labels are flipped", "labels are flipped")
    often = document("often", *("labels are flipped",) * 9)
    found = similar("labels are flipped", once, often)
    assert found["once"] == pytest.approx(found["often"], abs=1e-3)
    assert found["once"] == pytest.approx(1, abs=1e-3)


def test_a_pair_that_stands_in_one_line_alone_tells_nothing_and_a_word_does() -> None:
    one, two = document("one", "wild zebra"), document("two", "zebra of the wild")
    found = similar("wild zebra", one, two)
    assert found["one"] > found["two"] > 0
    assert len(WordPairs.of((one, two)).codes) == len(WordPairs.of((one, two)).words)


def test_what_no_line_has_makes_a_query_longer_and_joins_nothing() -> None:
    plain, longer = similar("sent to", TO, FROM), similar("sent zebra to", TO, FROM)
    assert 0 < longer["to"] < plain["to"]
    assert longer["to"] < similar("zebra sent to", TO, FROM)["to"]


def test_a_document_of_less_weight_is_less_similar() -> None:
    light = document("light", "labels are flipped", "labels are flipped", weight=0.5)
    assert similar("labels are flipped", light)["light"] == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("query", ["", "?!", "\N{SNOWMAN}", "q" * 10_000])
def test_a_query_without_words_is_similar_to_nothing(query: str) -> None:
    assert set(similar(query, TO, FROM).values()) == {0.0}


def test_without_documents_nothing_is_found() -> None:
    assert similar("sent to") == {}


def test_it_is_the_same_after_it_was_kept_as_json() -> None:
    pairs = WordPairs.of((TO, FROM))
    again = WordPairs.from_json(json.loads(json.dumps(pairs.as_json())))
    assert again.similar("sent to the outside") == pairs.similar("sent to the outside")


def test_both_halves_count_alike() -> None:
    assert both(1, 1) == 1
    assert both(0.2, 0.6) == both(0.6, 0.2) == pytest.approx(0.4)
