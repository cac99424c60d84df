"""What a language model may say when it sums a draft up. What is wrong with it is told to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import partial
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, create_model

from threatwright.engine.text.sentences import clean
from threatwright.model.base import Value
from threatwright.model.contributions import Summarised
from threatwright.model.journal import JournalEntry, standing

MOST_WORDS = 250
_ID = re.compile(r"\bT-[^\s()\[\]{}<>“”\"'`*,;]+")
"""What looks like the id of a threat."""
_AFTER = ".:!?"
"""What ends a sentence and may stand right behind an id."""
_NUMBER = (
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[- ]\w+)?|dozens?|hundreds?)"
)
_COUNT = re.compile(
    rf"(?<![\w.@-]){_NUMBER}\s+(?:[\w-]+\s+){{0,2}}(?:threats?|risks?|questions?)\b"
    rf"|(?<![\w.@-]){_NUMBER}\s+(?:(?:are|is|of\s+them\s+are)\s+)?(?:critical|high|medium|low)\b"
    r"(?=\s*(?:[.,;:)!?]|$)|\s+(?:ones?|and|or|but|in|on|at|to)\b)",
    re.IGNORECASE,
)


class Named(NamedTuple):
    """The id of a threat in a text, and where it stands."""

    id: str
    start: int
    end: int


def ids_in(text: str) -> Iterator[Named]:
    """What looks like ids of threats, whether or not they exist."""
    for found in _ID.finditer(text):
        id_ = found.group().rstrip(_AFTER)
        yield Named(id_, found.start(), found.start() + len(id_))


def last_summary(journal: tuple[JournalEntry, ...]) -> Summarised | None:
    """The summary that counts."""
    return next((e for e in reversed(standing(journal)) if isinstance(e, Summarised)), None)


class SummaryReply(Value):
    """The summary, in paragraphs."""

    text: str


def summary_type(ids: Collection[str]) -> type[SummaryReply]:
    """The type of a summary that may name threats of these ids alone."""
    text = Annotated[str, AfterValidator(partial(checked, ids=frozenset(ids)))]
    return create_model("SummaryReply", __base__=SummaryReply, text=(text, ...))


def checked(text: str, ids: frozenset[str]) -> str:
    """The text, its paragraphs a line each. Raises ValueError saying what it must not say."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", clean(text))]
    kept = "\n\n".join(filter(None, paragraphs))
    if wrong := _objection(kept, ids):
        raise ValueError(wrong)
    return kept


def _objection(text: str, ids: frozenset[str]) -> str:
    """Why the text cannot stand; empty if it can."""
    if not text:
        return "it is empty"
    if (words := len(text.split())) > MOST_WORDS:
        return f"it has {words} words; write at most {MOST_WORDS}"
    named = {found.id for found in ids_in(text)}
    if unknown := sorted(named - ids):
        return f"there is no threat {unknown[0]}; write only ids that are given"
    if ids and not named:
        return "it names no threat by its id"
    if counted := _COUNT.search(_ID.sub("", text)):
        return f"it counts (“{counted.group()}”); the figures stand above it, so leave them out"
    return ""
