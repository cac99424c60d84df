"""What people type in few characters."""

from __future__ import annotations

import pytest

from tests.engine.small import knowledge, scoring
from threatwright.engine.interview.questions import about
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.workflow.typed import choices_in


@pytest.fixture(scope="module")
def question() -> Question:
    model = ThreatModel(id="x", name="x", system=scoring())
    return about("endpoint.rate_limit", model, knowledge())


@pytest.mark.parametrize(
    "typed",
    [
        "1; the gateway counts",
        "1, the gateway counts",
        " 1: the gateway counts",
        "1 - the gateway counts",
    ],
)
def test_a_number_before_words_is_a_choice_and_the_words_are_kept(
    question: Question, typed: str
) -> None:
    (answer,) = choices_in(typed, question)
    assert answer.value == question.choices[0].value
    assert answer.text == "the gateway counts"


@pytest.mark.parametrize(
    "typed",
    [
        "200 requests a minute",
        "2 million a day",
        "1.5 seconds",
        "9; there is no ninth",
        "1, 2",
        "the first",
    ],
)
def test_other_numbers_are_words(question: Question, typed: str) -> None:
    assert choices_in(typed, question) == ()
