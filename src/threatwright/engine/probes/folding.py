"""Folds a text so that no dress hides what it spells, and remembers where each character stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_MARKUP = re.compile(
    r"</?[A-Za-z][^<>]{0,80}>|&(?:#[0-9a-fA-Fx]{1,7}|[A-Za-z]{2,8});|^[ \t]{0,8}\d{1,3}[.):]\s",
    re.MULTILINE,
)
"""Tags and character references of HTML, and the numbers of lists."""
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cc"})
_ALIKE = dict(
    zip(
        "аеорсухікмтвнѕјԁһԛԝαοριτυνκγωηϲ",
        "aeopcyxikmtbhsjdhqwaopitvvkywnc",
        strict=True,
    )
)
"""Letters of Cyrillic and Greek that look Latin."""
_TAG_BLOCK = range(0xE0020, 0xE007F)
"""Invisible twins of ASCII, by which text is smuggled."""


class View(NamedTuple):
    """Some characters of a text, and the place in the text of each."""

    text: str
    at: list[int]

    def only(self, keeps: Callable[[str], bool]) -> View:
        """Of the characters those that are to be kept; places are those in this view."""
        kept = [n for n, character in enumerate(self.text) if keeps(character)]
        return View("".join([self.text[n] for n in kept]), kept)


def folded(text: str) -> View:
    """Lower case, plain Latin letters, nothing invisible."""
    if text.isascii():
        return View(text.lower(), list(range(len(text))))
    characters: list[str] = []
    at: list[int] = []
    for n, character in enumerate(text):
        for one in character.lower() if character.isascii() else _plain(character):
            characters.append(one)
            at.append(n)
    return View("".join(characters), at)


def without_markup(text: str) -> str:
    """The text with spaces for tags, character references and numbers of lists, in their places."""
    return _MARKUP.sub(lambda markup: " " * len(markup[0]), text)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """What a character beyond ASCII looks like in ASCII, as far as it does."""
    if ord(character) in _TAG_BLOCK:
        return chr(ord(character) - 0xE0000).lower()
    decomposed = unicodedata.normalize("NFKD", character)
    seen = (c for c in decomposed if unicodedata.category(c) not in _INVISIBLE)
    return "".join(_ALIKE.get(low, low) for c in seen for low in c.lower())
