"""Texts in disguise: what a model reads in base64, backwards, in leet, behind invisible letters."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BITS = re.compile(r"(?:[01]{8}\s*){4,}")
_HEX = re.compile(r"(?:[0-9a-f]{2}[\s:]?){8,}", re.IGNORECASE)
_MORSE = re.compile(r"(?:[.\-]{1,6}[ /]+){6,}[.\-]{1,6}")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]")
_TAGS = range(0xE0020, 0xE007F)
_LEET = str.maketrans("43105$7@!", "aeiosstai")
_LOOKALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u0261\u04bb"
    "\u0578\u051b\u051d\u03bf\u03b1\u03bd\u03c1\u03b9",
    "aeopcyxijsdghnqwoavpi",
)
"""Cyrillic, Armenian and Greek letters → the Latin ones that they look like."""
_MORSE_SIGNS = """
.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..-
-.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.
"""
_MORSE_LETTERS = dict(
    zip(_MORSE_SIGNS.split(), "abcdefghijklmnopqrstuvwxyz0123456789", strict=True)
)


def from_base64(text: str) -> Iterator[str]:
    """What base64 in a text says."""
    for found in _BASE64.findall(text):
        body = found.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            plain = base64.b64decode(body + "=" * (-len(body) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        if plain.isprintable() or "\n" in plain:
            yield plain


def from_obfuscation(text: str) -> Iterator[str]:
    """What a text says in the other forms, wherever reading it so changes it."""
    for read in _READINGS:
        plain = read(text)
        if plain and plain != text:
            yield plain


def _rot13(text: str) -> str:
    return codecs.decode(text, "rot13")


def _backwards(text: str) -> str:
    return text[::-1]


def _atbash(text: str) -> str:
    lower = "abcdefghijklmnopqrstuvwxyz"
    table = str.maketrans(lower + lower.upper(), lower[::-1] + lower[::-1].upper())
    return text.translate(table)


def _leet(text: str) -> str:
    """Digits for letters in words; words that are half digits are codes, and stay."""
    return re.sub(r"\S*[A-Za-z]\S*", lambda word: word[0].translate(_LEET), text)


def _visible(text: str) -> str:
    folded = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)).translate(_LOOKALIKE)
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def _tagged(text: str) -> str:
    return "".join(chr(ord(letter) - 0xE0000) for letter in text if ord(letter) in _TAGS)


def _bits(text: str) -> str:
    found = _BITS.search(text)
    if not found:
        return ""
    digits = re.sub(r"\s", "", found[0])
    whole = len(digits) - len(digits) % 8
    return bytes(int(digits[at : at + 8], 2) for at in range(0, whole, 8)).decode(errors="replace")


def _hex(text: str) -> str:
    found = _HEX.search(text)
    if not found:
        return ""
    digits = re.sub(r"[\s:]", "", found[0])
    return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode(errors="replace")


def _morse(text: str) -> str:
    found = _MORSE.search(text)
    if not found:
        return ""
    words = re.split(r"\s*/\s*|\s{3,}", found[0])
    return " ".join("".join(_MORSE_LETTERS.get(c, "") for c in word.split()) for word in words)


_READINGS: tuple[Callable[[str], str], ...] = (
    _rot13, _backwards, _atbash, _leet, _visible, _tagged, _bits, _hex, _morse, unquote,
)  # fmt: skip
