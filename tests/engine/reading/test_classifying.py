"""What words alone say of the facts that a sentence states."""

from __future__ import annotations

import pytest

from threatwright.engine.reading.classifying import Classifier, Scores
from threatwright.engine.reading.prose import read
from threatwright.engine.text.sentences import Token, parse
from threatwright.knowledge.load import load_knowledge
from threatwright.model.reading import SaidFact
from threatwright.model.vocabulary import ClassifierWeights

KNOWN = load_knowledge()
WEIGHTS = ClassifierWeights(
    facts={"colour": {"blue": -10, "red": -20}, "size": {"large": -30}},
    words={"sky": "30 0:90 1:-60", "~": "10 0:-150", "bear": "40 2:400"},
)


def tokens(text: str) -> tuple[Token, ...]:
    return tuple(token for sentence in parse(text).sentences for token in sentence.tokens)


def scores(text: str) -> Scores:
    return Classifier(WEIGHTS).scores(tokens(text))


def test_of_each_fact_the_likeliest_choice_is_told_with_its_log_odds() -> None:
    colour = scores("A sky.").of("colour")
    assert colour is not None
    assert (colour.fact, colour.choice) == ("colour", "blue")
    assert colour.log_odds == pytest.approx(9.0 / 3.0 - 1.0)


def test_a_word_counts_less_in_longer_company() -> None:
    alone, beside = (scores(text).of("size") for text in ("A bear.", "A bear, sky."))
    assert alone is not None
    assert beside is not None
    assert alone.log_odds == pytest.approx(40 / 4 - 3)
    assert beside.log_odds == pytest.approx(40 / 5 - 3)


def test_a_negation_is_heard_as_one() -> None:
    sky, no_sky = (scores(text).of("colour") for text in ("The sky.", "No sky."))
    assert sky is not None
    assert no_sky is not None
    assert no_sky.log_odds < sky.log_odds


def test_the_facts_that_a_sentence_sounds_most_like_come_first() -> None:
    assert scores("A bear under the sky.").most_like(1) == ("size",)
    assert scores("A bear under the sky.").most_like(9) == ("size", "colour")


def test_of_words_that_nobody_knows_nothing_is_said() -> None:
    found = scores("Wobblers frobnicate.")
    assert (found.ranked, found.words, found.of("colour")) == ((), 0, None)
    assert Classifier(ClassifierWeights()).scores(tokens("The sky.")).ranked == ()


def surmised(text: str, origin: str = "document:d.md") -> dict[str, SaidFact]:
    return {f.key: f for f in read(text, origin, KNOWN).facts if f.surmised}


AI = "We train a gradient boosting model on our own loans. "
TOLD = "Messages above a threshold are quarantined and the others are delivered."


def test_what_no_phrase_states_is_surmised_with_doubt_and_its_sentence() -> None:
    fact = surmised(AI + TOLD)["automation"]
    assert (fact.value, fact.hedged, fact.provenance.quote) == ("automatic", True, TOLD)


def test_in_a_text_that_names_no_model_nothing_is_surmised() -> None:
    assert surmised(TOLD) == {}
    assert "automation" in surmised(TOLD, "answer:1")


def test_nothing_is_surmised_from_a_question_or_a_heading() -> None:
    assert "automation" not in surmised(AI + TOLD.replace(".", "?"))
    assert "automation" not in surmised(AI + "\n\n# " + TOLD)


def test_where_a_phrase_is_about_a_fact_grammar_decides_what_is_stated() -> None:
    assert "rate_limit" not in surmised(AI + "If a rate limit per key is set, calls fail at once.")


def test_that_a_gate_is_closed_is_never_surmised() -> None:
    facts = {f.key for f in KNOWN.facts if f.is_gate}
    text = AI + "It only sees tables of numbers that our own clerks type in at their desks."
    assert not {k for k, f in surmised(text).items() if k in facts and f.value == "no"}
