"""What a document comes to: its text, in as much Markdown as it has structure, and its places."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from threatwright.errors import InputError
from threatwright.model.places import Places

MAX_TEXT = 1_000_000
"""Characters of one document's text: some 300 pages. More is a mistake, or an attack."""


READABLE = (
    "These can be read: Markdown and plain text (.md, .txt), HTML (.html), PDF (.pdf), and Word "
    "(.docx)."
)
"""What to do about a document of another kind."""


class Document(NamedTuple):
    """The text of a document."""

    text: str
    places: Places = Places()
    left_out: str = ""
    """What could not be read of it, or only by guessing, as a clause; empty if nothing."""
    remedy: str = ""
    """What can be done about that, as a sentence."""


def too_long(name: str) -> InputError:
    """The refusal of a document with more text than anybody reads."""
    return InputError(
        f"{name} holds more than {MAX_TEXT // 1_000_000} million characters of text.",
        "That is more than anybody reads; hand in the part that matters.",
    )


@contextmanager
def quiet(library: str) -> Iterator[None]:
    """Keep a library's remarks about small faults of a file from the terminal."""
    logger = logging.getLogger(library)
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
