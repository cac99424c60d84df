"""The TF-IDF vectoriser."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import numpy as np
import pytest

from threatwright.engine.search.tfidf import LONGEST_WORD, Vector, Vectoriser, terms

DOCUMENTS = (
    "poisoned training data changes what the model learns",
    "the model answers questions about the training data",
    "a stolen token opens the registry of the model",
)


@pytest.fixture
def vectoriser() -> Vectoriser:
    return Vectoriser.fitted(DOCUMENTS)


def similarity(vectoriser: Vectoriser, one: str, other: str) -> float:
    return float(vectoriser.vector(one) @ vectoriser.vector(other))


def test_words_of_one_stem_are_one_term() -> None:
    assert len(set(terms("poison poisons poisoned poisoning"))) == 1


def test_stop_words_and_single_letters_are_left_out() -> None:
    assert list(terms("What is it that the X does to us?")) == []


def test_case_makes_no_difference() -> None:
    assert list(terms("Prompt INJECTION")) == list(terms("prompt injection"))


@pytest.mark.parametrize("name", ["VectorStore", "vectorStore", "vector_store", "vector-store"])
def test_a_compound_name_is_found_by_its_parts(name: str) -> None:
    assert {*terms("vector store")} <= {*terms(name)}


def test_a_camel_case_name_is_found_as_a_whole_too() -> None:
    assert {*terms("vectorstore")} <= {*terms("VectorStore")}


def test_a_plural_of_an_abbreviation_stays_whole() -> None:
    assert list(terms("LLMs")) == list(terms("LLM"))


def test_an_id_of_a_catalogue_is_a_term() -> None:
    assert "t0051" in terms("AML.T0051")


def test_full_width_letters_are_read_as_plain_ones() -> None:
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in "prompt")
    assert list(terms(full_width)) == list(terms("prompt"))


def test_control_characters_separate_words_and_do_no_harm() -> None:
    assert list(terms("model\x00\x1b[31m\udcffstealing")) == list(terms("model 31m stealing"))


def test_endless_words_are_not_terms() -> None:
    assert list(terms("x" * (LONGEST_WORD + 1))) == []


def test_a_vector_has_length_one(vectoriser: Vectoriser) -> None:
    assert np.linalg.norm(vectoriser.vector("training data")) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", " \n", "the of and", "zebra crossing", "\x00"])
def test_a_text_without_a_known_word_is_all_zeros(vectoriser: Vectoriser, text: str) -> None:
    assert not vectoriser.vector(text).any()


def test_a_vectoriser_of_no_documents_has_empty_vectors() -> None:
    assert Vectoriser.fitted([]).vector("model").shape == (0,)


def test_a_text_is_most_similar_to_itself(vectoriser: Vectoriser) -> None:
    matrix = np.stack([vectoriser.vector(text) for text in DOCUMENTS])
    assert (matrix @ matrix.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_a_rare_word_weighs_more_than_a_common_one(vectoriser: Vectoriser) -> None:
    rare = similarity(vectoriser, "token model", "token")
    common = similarity(vectoriser, "token model", "model")
    assert rare > common


def test_a_query_counts_how_rare_a_word_is_more_than_a_document_does(
    vectoriser: Vectoriser,
) -> None:
    def ratio(vector: Vector) -> float:
        return float(vector.max() / vector[vector > 0].min())

    text = "token model"
    assert ratio(vectoriser.query(text)) == pytest.approx(ratio(vectoriser.vector(text)) ** 2)


@pytest.mark.parametrize("text", ["", "the of and", "zebra crossing"])
def test_a_query_without_a_known_word_is_all_zeros(vectoriser: Vectoriser, text: str) -> None:
    assert not vectoriser.query(text).any()


def test_saying_a_word_ten_times_counts_less_than_ten_times(vectoriser: Vectoriser) -> None:
    weight = vectoriser.vector("token " * 10 + "registry")
    token, registry = sorted(weight[weight > 0], reverse=True)
    assert 2 < token / registry < 5


def test_the_order_of_the_words_makes_no_difference(vectoriser: Vectoriser) -> None:
    assert similarity(vectoriser, "data training", "training data") == pytest.approx(1)


def test_the_same_documents_give_the_same_vectoriser(vectoriser: Vectoriser) -> None:
    again = Vectoriser.fitted(iter(DOCUMENTS))
    assert asdict(again) == asdict(vectoriser)
    assert list(again.frequency) == list(vectoriser.frequency)


def test_a_vectoriser_survives_being_stored_as_json(vectoriser: Vectoriser) -> None:
    stored = Vectoriser(**json.loads(json.dumps(asdict(vectoriser))))
    text = DOCUMENTS[0]
    assert np.array_equal(stored.vector(text), vectoriser.vector(text))


def test_threads_may_use_one_vectoriser_at_once() -> None:
    words = [f"poison{i}ing label{i}ed" for i in range(2000)]
    alone = [list(terms(word.replace("poison", "venom"))) for word in words]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda w: list(terms(w.replace("poison", "venom"))), words))
    assert together == alone


def test_a_hundred_kilobytes_are_a_text_like_any_other(vectoriser: Vectoriser) -> None:
    assert np.linalg.norm(vectoriser.vector("stolen token " * 8000)) == pytest.approx(1)
