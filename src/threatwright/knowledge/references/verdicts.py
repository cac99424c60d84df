"""What is said of a mention: its verdict, what was expected, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The verdicts, as every output writes them."""

    CURRENT = "current"
    RENAMED = "renamed"
    RETIRED = "retired"
    WRONG_NAME = "wrong-name"
    UNKNOWN_ID = "unknown-id"
    EDITION_UNCLEAR = "edition-unclear"


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of a span of the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A mention of an id, and whether it is right."""

    start: int
    end: int
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    id: str
    name: str | None
    """The name beside it, as it is written."""
    name_at: tuple[int, int] | None
    verdict: Verdict
    expected: str | None = None
    """The id or name that should stand there."""
    note: str = ""
    edits: tuple[Edit, ...] = ()
    """What puts it right, where there is only one way."""

    @property
    def is_wrong(self) -> bool:
        """Whether something is wrong with it."""
        return self.verdict is not Verdict.CURRENT


def corrected(text: str, checks: Sequence[Checked]) -> str:
    """The text with everything put right that can be put right in only one way."""
    parts, last = [], 0
    edits = sorted({e for c in checks for e in c.edits}, key=lambda e: (e.start, e.end))
    for edit in edits:
        if edit.start >= last:
            parts += [text[last : edit.start], edit.text]
            last = edit.end
    return "".join([*parts, text[last:]])
