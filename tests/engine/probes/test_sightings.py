"""A secret is found in every form, wherever it stands, and never where it does not."""

from __future__ import annotations

import base64
import codecs
import time
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from threatwright.engine.probes.nonces import HALF, make_nonce
from threatwright.engine.probes.sightings import find

CANARY = "tw3pn3qk7mq7rg8bw4"
NONCE = make_nonce("test", 7)
LEET = str.maketrans("aeiostbgz", "431057892")

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "spaced": " ".join,
    "dashed": "-".join,
    "one to a line": "\n".join,
    "reversed": lambda text: text[::-1],
    "reversed and spaced": lambda text: " ".join(text[::-1]),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "atbash": lambda text: text.translate(
        str.maketrans("abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")
    ),
    "leet": lambda text: text.translate(LEET),
    "hex": lambda text: text.encode().hex(),
    "hex with spaces": lambda text: text.encode().hex(" "),
    "escaped hex": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "hex of C": lambda text: ", ".join(f"0x{byte:02X}" for byte in text.encode()),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "binary": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes((f"{text} " * 9).encode()).decode(),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(f"?>{text}~~".encode()).decode(),
    "zero-width": lambda text: "\u200b".join(text),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) for c in text),
    "accents": lambda text: "".join(c + "\u0301" for c in text),
    "invisible tags": lambda text: "".join(chr(ord(c) + 0xE0000) for c in text),
    "bold": lambda text: f"**{text[:5]}**{text[5:]}",
    "code": lambda text: f"`{text}`",
    "in brackets": lambda text: f"<{text}>",
    "tags of HTML between": lambda text: f"{text[:6]}</b><i class='x'>{text[6:]}",
    "character references between": lambda text: f"{text[:6]}&#8203;{text[6:9]}&nbsp;{text[9:]}",
    "broken over a line": lambda text: f"{text[:7]}-\n> {text[7:]}",
    "shifted by three": lambda text: text.translate(
        str.maketrans("abcdefghijklmnopqrstuvwxyz", "defghijklmnopqrstuvwxyzabc")
    ),
    "in decimal codes": lambda text: " ".join(str(ord(c)) for c in text),
    "as a numbered list": lambda text: "\n" + "\n".join(f"{n}. {c}" for n, c in enumerate(text, 1)),
    "as a JSON list": lambda text: ", ".join(f'"{c}"' for c in text),
}
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
letters = st.text(
    st.sampled_from("щжbcxyz ,.;:!?-_*`'\"<>/\\()[]{}\n\t\u200b\u00ad\u0301é日本😀019"),
    max_size=120,
)


@each_form
@settings(max_examples=20)
@given(before=letters, after=letters)
def test_a_canary_is_found_in_every_form_anywhere(
    form: Callable[[str], str], before: str, after: str
) -> None:
    text = f"{before} | {form(CANARY)} | {after}"
    assert find(text, CANARY) is not None


@given(before=st.binary(max_size=50), after=st.binary(max_size=50))
def test_a_canary_inside_a_longer_base64_text_is_found_at_every_offset(
    before: bytes, after: bytes
) -> None:
    encoded = base64.b64encode(before + CANARY.encode() + after).decode()
    found = find(f"Decode this: {encoded}", CANARY)
    assert found is not None
    assert found.form == "base64"


@given(st.text(max_size=400))
def test_nothing_is_found_where_there_is_nothing(text: str) -> None:
    assert find(text, CANARY) is None
    assert find(text, NONCE.joined, HALF) is None


@each_form
@settings(max_examples=10)
@given(missing=st.integers(0, len(CANARY) - 1))
def test_a_canary_that_lacks_a_character_is_not_one(
    form: Callable[[str], str], missing: int
) -> None:
    part = CANARY[:missing] + CANARY[missing + 1 :]
    assume(CANARY not in part)
    assert find(form(part), CANARY) is None


@given(before=letters, after=letters)
def test_the_place_of_a_sighting_is_that_in_the_text(before: str, after: str) -> None:
    text = f"{before}|{CANARY}|{after}"
    found = find(text, CANARY)
    assert found is not None
    assert text[slice(*found.span)] == CANARY


# --- nonces -----------------------------------------------------------------------------------

JOINED = {
    name: form
    for name, form in FORMS.items()
    if not name.endswith("between")
    and name not in ("bold", "broken over a line", "in decimal codes", "as a numbered list")
}


@pytest.mark.parametrize("form", JOINED.values(), ids=JOINED.keys())
def test_a_nonce_that_was_joined_is_found_in_every_form(form: Callable[[str], str]) -> None:
    assert find(f"Here: {form(NONCE.joined)}.", NONCE.joined, HALF) is not None


@each_form
@pytest.mark.parametrize(
    "between",
    ["  ", " / ", " and ", " + ", "\n\n", '" and "', "\u200b & \u200b", "</b> <b>", "`, `"],
    ids=repr,
)
def test_halves_that_are_merely_repeated_are_no_nonce(
    form: Callable[[str], str], between: str
) -> None:
    text = f"I will not join {form(NONCE.left)}{between}{form(NONCE.right)}!"
    assert find(text, NONCE.joined, HALF) is None


def test_halves_behind_each_other_the_wrong_way_round_are_no_nonce() -> None:
    assert find(NONCE.right + NONCE.left, NONCE.joined, HALF) is None


# --- cost -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["lorem ipsum dolor ", "<b", "&#8203;", CANARY[:-1], "0x", "\u0301é", "AAAA", NONCE.left + " "],
)
def test_long_answers_take_no_more_than_their_length(text: str) -> None:
    def seconds(characters: int) -> float:
        long = (text * (characters // len(text) + 1))[:characters]
        began = time.perf_counter()
        find(long, CANARY)
        find(long, NONCE.joined, HALF)
        return time.perf_counter() - began

    assert seconds(100_000) < 40 * max(seconds(10_000), 0.005)
