"""Takes out of an answer what it merely repeats of the request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

SHORTEST = 12
"""Characters from which on a span counts as repeated, runs of white space as one."""


def without_echo(answer: str, sent: Iterable[str]) -> str:
    """The answer with a space for each character that stands in a span of the request.

    Places stay as they are, so that what is found has its place in the answer.
    """
    known = {gram for text in sent for gram in _grams(_collapsed(text).text)}
    collapsed = _collapsed(answer)
    repeated = bytearray(len(answer))
    for n, gram in enumerate(_grams(collapsed.text)):
        if gram in known:
            first, last = collapsed.at[n], collapsed.at[n + SHORTEST - 1]
            repeated[first : last + 1] = b"\1" * (last + 1 - first)
    return "".join([" " if gone else c for c, gone in zip(answer, repeated, strict=True)])


class _Collapsed(NamedTuple):
    text: str
    at: list[int]


def _collapsed(text: str) -> _Collapsed:
    """In small letters, runs of white space as one space."""
    characters: list[str] = []
    at: list[int] = []
    for n, character in enumerate(text):
        low = " " if character.isspace() else character.lower()[0]
        if low != " " or characters[-1:] != [" "]:
            characters.append(low)
            at.append(n)
    return _Collapsed("".join(characters), at)


def _grams(text: str) -> Iterable[str]:
    return (text[n : n + SHORTEST] for n in range(len(text) - SHORTEST + 1))
