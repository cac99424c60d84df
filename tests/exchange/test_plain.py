from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threatwright.exchange.plain import escaped_json, one_line, plain, shorten


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07red",
        "\x1b]8;;http://x\x1b\\red\x1b]8;;\x1b\\",
        "\x9b31mred",
        "r\x00e\x08d\x7f",
        "\u202er\u2066e\u200bd\ufeff",
        "re\U000e0041\U000e0042d",
        "r\ud800ed",
        "\x1bcred",
    ],
)
def test_what_steers_a_terminal_or_cannot_be_seen_is_taken_out(text: str) -> None:
    assert plain(text) == "red"


def test_words_in_any_script_and_joined_emoji_stay() -> None:
    text = "Über 日本語 عربى \U0001f468‍\U0001f469‍\U0001f467"
    assert plain(text) == text


def test_lines_stay_lines_whatever_ends_them() -> None:
    assert plain("a\r\nb\rc\x85d\u2028e\tf") == "a\nb\nc\nd\ne\tf"


def test_one_line_holds_no_line_break_and_no_runs_of_spaces() -> None:
    assert one_line(" a\n\n b\t c \u2029") == "a b c"


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"


@given(st.text())
def test_plain_text_encodes_and_is_plain_already(text: str) -> None:
    once = plain(text)
    once.encode("utf-8")
    assert plain(once) == once
    assert "\x1b" not in once


@given(st.text(st.characters(codec="utf-8")))
def test_escaped_json_means_the_same_and_shows_what_was_hidden(text: str) -> None:
    written = escaped_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert plain(written) == written
