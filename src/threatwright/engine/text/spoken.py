"""Text that a person gave, made fit for the journal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypedDict

from threatwright.errors import InputError

MAX_TEXT = 100_000
"""Characters of one answer."""


class Head(TypedDict):
    """What every journal entry begins with."""

    n: int
    by: str
    role: str
    at: str


def spoken(text: str) -> str:
    """The text without characters that no person types. Raises InputError if nothing is left."""
    kept = unsteered(text)
    if not kept:
        raise InputError(
            "The answer is empty.", "Choose an answer, write one, or skip the question."
        )
    if len(kept) > MAX_TEXT:
        raise InputError(
            f"The answer has {len(kept):,} characters; {MAX_TEXT:,} is the most.",
            "Say it shorter, or begin a model from the document itself.",
        )
    return kept


def unsteered(text: str) -> str:
    """The text without control characters and halves of characters, trimmed."""
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
    ).strip()


def some(words: Sequence[str], most: int = 8) -> str:
    """The first of the words, and how many more there are."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
