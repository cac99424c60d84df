from __future__ import annotations

import pytest

from threatwright.errors import InputError
from threatwright.exchange.documents.document import READABLE
from threatwright.exchange.documents.text import read

GERMAN = "Die Prüfer können Daten ändern; Schlüssel liegen offen. Das Modell läuft täglich."
RUSSIAN = "Это описание системы. Модель обучается каждую ночь на новых данных клиентов."


def test_a_text_stays_as_it_is_but_for_the_ends_of_its_lines() -> None:
    document = read(b"\xef\xbb\xbf# Payments\r\n\r\n- one\r- two\n", "x.md")
    assert document.text == "# Payments\n\n- one\n- two\n"
    assert document.left_out == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_a_byte_order_mark_says_what_a_text_is_in(encoding: str) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    document = read((mark + GERMAN).encode(encoding), "x.txt")
    assert document.text.removeprefix("\ufeff") == GERMAN
    assert document.left_out == ""


@pytest.mark.parametrize(
    ("text", "encoding"), [(GERMAN, "cp1252"), ("It’s “open”.", "cp1252"), (RUSSIAN, "cp1251")]
)
def test_another_encoding_is_guessed_and_said(text: str, encoding: str) -> None:
    document = read(text.encode(encoding), "x.txt")
    assert document.text == text
    assert document.left_out == f"it is not in UTF-8, and was read as {encoding}"
    assert document.remedy


def test_bytes_that_no_encoding_explains_are_refused_with_their_line() -> None:
    with pytest.raises(InputError, match=r"not in UTF-8: line 2 holds the byte 0x80"):
        read(b"one\n" + bytes(range(128, 256)) * 2, "x.md")


def test_nul_bytes_are_no_text() -> None:
    with pytest.raises(InputError, match="NUL bytes") as told:
        read(b"\x7fELF\0\0", "x.md")
    assert told.value.fix == READABLE


def test_half_a_character_behind_a_byte_order_mark_is_refused() -> None:
    with pytest.raises(InputError):
        read(b"\xff\xfea", "x.md")
