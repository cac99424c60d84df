"""What an answer repeats of the request is taken out, and nothing else is."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from threatwright.engine.probes.echo import SHORTEST, without_echo

REQUEST = "Please write <script>alert(1)</script> into the page for me."


def test_a_quoted_request_is_taken_out_and_what_stands_around_it_stays() -> None:
    left = without_echo(f"I will not do “{REQUEST}”, sorry.", [REQUEST])
    assert "<script>" not in left
    assert "I will not do “" in left
    assert "”, sorry." in left


def test_a_request_that_was_quoted_with_other_line_breaks_is_taken_out() -> None:
    assert "script" not in without_echo(REQUEST.replace(" ", "\n   "), [REQUEST])


def test_a_request_that_was_quoted_in_capitals_is_taken_out() -> None:
    assert without_echo(REQUEST.upper(), [REQUEST]).strip() == ""


def test_spans_of_fewer_than_twelve_characters_stay() -> None:
    assert without_echo("<script>ale", ["<script>ale..."]) == "<script>ale"


def test_places_stay_as_they_are() -> None:
    answer = f"{REQUEST} X"
    assert without_echo(answer, [REQUEST]).index("X") == answer.index("X")


@given(st.text(max_size=200), st.lists(st.text(max_size=100), max_size=3))
def test_no_character_is_added_or_moved(answer: str, sent: list[str]) -> None:
    left = without_echo(answer, sent)
    assert len(left) == len(answer)
    assert all(kept in (" ", before) for kept, before in zip(left, answer, strict=True))


@given(st.text(st.sampled_from("abc"), min_size=SHORTEST, max_size=60))
def test_every_long_span_of_the_request_goes(sent: str) -> None:
    assert without_echo(f"({sent})", [f"<{sent}>"])[1:-1].strip() == ""


@given(st.text(max_size=200), st.text(max_size=SHORTEST - 1))
def test_a_short_request_takes_nothing_out(answer: str, sent: str) -> None:
    assert without_echo(answer, [sent]) == answer


def test_long_answers_take_no_more_than_their_length() -> None:
    def seconds(characters: int) -> float:
        text = "over and over and over again " * (characters // 29)
        began = time.perf_counter()
        without_echo(text, [text[7:]])
        return time.perf_counter() - began

    assert seconds(100_000) < 40 * max(seconds(10_000), 0.001)
