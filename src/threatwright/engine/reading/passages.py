"""The texts of a record that a language model may read, and which of them one has read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.text.sentences import BY_LINE
from threatwright.model.contributions import Heard
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Answered,
    JournalEntry,
    Source,
    SourceKind,
    Told,
    standing,
)
from threatwright.model.places import Places
from threatwright.model.reading import Reading
from threatwright.model.vocabulary import FactKey

Key = tuple[str, str]
"""(origin, ground): where a text stands, and what it says."""


class Passage(NamedTuple):
    """A text that somebody wrote or said."""

    origin: str
    """`document:NAME` or `answer:N`."""
    text: str
    places: Places = BY_LINE
    entry: Answered | Told | None = None
    """The answer that it is; None for a document."""

    @property
    def ground(self) -> str:
        """SHA-256 of the text and of what it answers.

        What else is known helps to understand it, and is no reason to have it read again.
        """
        asked = (self.entry.question, *self.entry.also) if isinstance(self.entry, Answered) else ()
        return hashlib.sha256("\0".join((*asked, self.text)).encode()).hexdigest()

    @property
    def asked(self) -> tuple[FactKey, ...]:
        """The facts that it is an answer about; none where a choice says it."""
        if not isinstance(self.entry, Answered) or self.entry.value is not None:
            return ()
        ids = (self.entry.question, *self.entry.also)
        return tuple(key for id_ in ids for _, _, key in (id_.rpartition("."),))

    @property
    def key(self) -> Key:
        """What an entry about it goes by."""
        return self.origin, self.ground


def of_source(source: Source) -> Passage:
    """A document."""
    return Passage(f"document:{source.name}", source.text, source.places)


def of_entry(entry: Answered | Told) -> Passage:
    """What was said in free text."""
    return Passage(f"answer:{entry.n}", entry.text, entry=entry)


def read_anew(sources: Sequence[Source]) -> tuple[Source | None, tuple[Source, ...]]:
    """The last system that was taken as it is, and the prose that came after it."""
    base: Source | None = None
    prose: list[Source] = []
    for source in sources:
        if source.kind is SourceKind.SYSTEM:
            base, prose = source, []
        else:
            prose.append(source)
    return base, tuple(prose)


def unheard(model: ThreatModel) -> tuple[Passage, ...]:
    """The texts that count and that no model has read, in the order in which they were given."""
    known = {(e.origin, e.ground) for e in model.journal if isinstance(e, Heard)}
    return tuple(p for p in passages(model) if p.text.strip() and p.key not in known)


def heard_in(entries: Sequence[JournalEntry]) -> dict[Key, Reading]:
    """What a model read in each text; of two readings of one text, the last."""
    return {(e.origin, e.ground): e.reading for e in entries if isinstance(e, Heard)}


def passages(model: ThreatModel) -> Iterator[Passage]:
    """The texts that count, in the order in which they were given."""
    base, prose = read_anew(model.sources)
    yield from map(of_source, prose)
    for entry in standing(model.journal):
        if base is not None and entry.n <= base.after:
            continue
        if isinstance(entry, Told) or (isinstance(entry, Answered) and not entry.hedged):
            yield of_entry(entry)  # a choice made with doubt says no more than that
