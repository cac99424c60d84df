"""What a language model may say when it sums a draft up."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from threatwright.engine.contributions.summary_reply import MOST_WORDS, summary_type

IDS = ("T-poison-feedback@training", "T-p-1a2b3c4d")


def said(text: str) -> str:
    return summary_type(IDS).model_validate({"text": text}).text


def objection(text: str) -> str:
    with pytest.raises(ValidationError) as raised:
        said(text)
    return str(raised.value)


def test_a_summary_may_name_threats_that_exist() -> None:
    text = "Begin with (T-poison-feedback@training). Then look at T-p-1a2b3c4d."
    assert said(text) == text


def test_a_threat_that_does_not_exist_is_told_back() -> None:
    wrong = objection("Begin with (T-poison-feedback@training), then T-invented@api.")
    assert "there is no threat T-invented@api" in wrong


def test_a_summary_that_names_no_threat_says_nothing_to_look_at() -> None:
    assert "names no threat by its id" in objection("All is well.")


def test_where_there_are_no_ids_none_needs_to_be_named() -> None:
    assert summary_type(()).model_validate({"text": "Nothing yet."}).text == "Nothing yet."


def test_a_summary_is_no_longer_than_half_a_page() -> None:
    assert f"at most {MOST_WORDS}" in objection("T-p-1a2b3c4d " + "word " * MOST_WORDS)


def test_an_empty_summary_is_none() -> None:
    assert "it is empty" in objection(" \n\u200b ")


@pytest.mark.parametrize(
    "count",
    [
        "There are 12 threats.",
        "The three highest risks come from feedback.",
        "Twenty-one of the threats rest on it.",
        "Of these, 7 are high.",
        "It has 4 critical and many lesser ones.",
        "Dozens of threats follow.",
        "89 open questions are left.",
    ],
)
def test_the_figures_are_not_the_models_to_say(count: str) -> None:
    assert "it counts" in objection(f"{count} See T-p-1a2b3c4d.")


@pytest.mark.parametrize(
    "text",
    [
        "Most threats pass through training.",
        "One part stands out; several threats meet there, and none of them is decided.",
        "Whoever holds 2 of the 3 keys can sign, so that threat is small.",
        "It runs on Python 3 high-availability nodes.",
    ],
)
def test_other_numbers_and_words_for_many_stand(text: str) -> None:
    assert said(f"{text} See T-p-1a2b3c4d.").startswith(text)


def test_paragraphs_are_a_line_each_and_steer_no_terminal() -> None:
    text = "First\nT-p-1a2b3c4d.\n \n\n\x1b[31mSecond\x07."
    assert said(text) == "First T-p-1a2b3c4d.\n\nSecond."
