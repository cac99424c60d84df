"""What the chatbot keeps between requests: documents, notes, and no more than fits."""

from __future__ import annotations

import re
from collections import deque
from threading import Lock
from typing import NamedTuple

DOCUMENTS = 200
NOTES = 40
LONGEST = 20_000
"""Characters of one document or note; what is beyond is cut off."""
_FEW = 8
"""Documents that are read for one question."""


class Document(NamedTuple):
    """A text that somebody uploaded."""

    title: str
    text: str


class Memory:
    """Documents and notes of all users; the oldest go first."""

    def __init__(self) -> None:
        self._documents: deque[Document] = deque(maxlen=DOCUMENTS)
        self._notes: deque[tuple[str, str]] = deque(maxlen=NOTES)
        self._lock = Lock()

    def upload(self, title: str, text: str) -> int:
        """Keep a document. Returns how many there are."""
        with self._lock:
            self._documents.append(Document(title[:200], text[:LONGEST]))
            return len(self._documents)

    def found(self, question: str) -> list[Document]:
        """The documents that fit a question best, the newest first among equals."""
        asked = _words(question)
        with self._lock:
            newest = list(reversed(self._documents))
        scored = [(len(asked & _words(f"{d.title} {d.text}")), d) for d in newest]
        best = sorted((s for s in scored if s[0]), key=lambda s: -s[0])
        return [document for _, document in best[:_FEW]]

    def remember(self, user: str, note: str) -> None:
        """Keep a note on a user."""
        with self._lock:
            self._notes.append((user, note[:LONGEST]))

    def notes(self, user: str) -> list[str]:
        """What was noted on a user, the oldest first."""
        with self._lock:
            return [note for of, note in self._notes if of == user]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]{3,}", text.lower()))
