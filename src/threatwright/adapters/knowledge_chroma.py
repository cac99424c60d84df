"""Search over the catalogues and the patterns, held in Chroma.

Importing this module costs about a second: import it where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threatwright.adapters.chroma_collection import conditions
from threatwright.adapters.chroma_words import Words, open_words, place
from threatwright.engine.search.corpus import (
    NO_DESCRIPTIONS,
    NO_PROCEDURES,
    Descriptions,
    Procedures,
    of_catalogues,
    of_patterns,
    searched,
    title,
)
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.terms import Stage
from threatwright.ports import Hit, PatternHit, PatternIndex


def open_index(
    knowledge: Knowledge,
    cache: Path,
    url: str | None = None,
    *,
    procedures: Procedures = NO_PROCEDURES,
    official: Descriptions = NO_DESCRIPTIONS,
) -> ChromaIndex:
    """The index of the catalogues of this knowledge, built first if there is none.

    It is kept under `cache`, or on the Chroma server at `url`. Where `cache` cannot be written to,
    it is kept in memory. Raises InputError or KnowledgeError if the server cannot be used.
    """
    words = open_words(of_catalogues(knowledge, procedures, official), place(cache, url))
    return ChromaIndex(words, searched(knowledge), Tactics.of(knowledge))


def open_patterns(knowledge: Knowledge, cache: Path, url: str | None = None) -> PatternIndex:
    """The index of the threat patterns of this knowledge; kept and raising as that of entries."""
    words = open_words(of_patterns(knowledge), place(cache, url))
    patterns = {pattern.id: pattern for pattern in knowledge.patterns}
    return ChromaPatterns(words, patterns, Tactics.of(knowledge))


class Tactics(dict[str, str]):
    """Ids of tactics by their id and by their name, in lower case."""

    @classmethod
    def of(cls, knowledge: Knowledge) -> Tactics:
        """The tactics of ATLAS."""
        tactics = [entry for entry in knowledge.entries.values() if entry.type == "tactic"]
        return cls({text.lower(): t.id for t in tactics for text in (t.id, t.name)})

    def where(
        self, tactic: str | None, stage: Stage | None, lists: Iterable[ListName] = ()
    ) -> dict[str, Any] | None:
        """What narrows a search, in Chroma's words."""
        return conditions(
            list=("$in", [str(name) for name in lists]),
            tactics=("$contains", tactic and self.get(tactic.lower(), tactic)),
            stages=("$contains", stage and str(stage)),
        )


@dataclass(frozen=True)
class ChromaIndex:
    """Catalogue entries by their words."""

    words: Words
    entries: Mapping[str, Entry]
    """Catalogue entries by their id in the collection."""
    tactics: Tactics

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        lists: Iterable[ListName] = (),
        tactic: str | None = None,
        stage: Stage | None = None,
    ) -> Sequence[Hit]:
        """The k entries that have most to do with the query, best first; none where none has.

        `tactic` is the id or the name of an ATLAS tactic. Where a tactic or stage is asked for,
        entries of which none is known are left out. Raises KnowledgeError if the index fails.
        """
        found = self.words.similarities(query, k, self.tactics.where(tactic, stage, lists))
        return self.hits(found)

    def hits(self, found: Mapping[str, float]) -> list[Hit]:
        """Entries with their similarities, as search gives them: best first."""
        entries = ((self.entries[key], round(score, 6)) for key, score in found.items())
        return sorted(
            (Hit(reference=e.reference, score=s, text=e.description) for e, s in entries),
            key=lambda hit: (-hit.score, hit.reference.list, hit.reference.id),
        )


@dataclass(frozen=True)
class ChromaPatterns:
    """Threat patterns by their words."""

    words: Words
    patterns: Mapping[str, Pattern]
    tactics: Tactics

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        tactic: str | None = None,
        stage: Stage | None = None,
    ) -> Sequence[PatternHit]:
        """The k patterns that have most to do with the query, best first; none where none has.

        A pattern has the tactics of the techniques that it cites. Raises KnowledgeError if the
        index fails.
        """
        found = self.words.similarities(query, k, self.tactics.where(tactic, stage))
        return [
            PatternHit(id=id_, title=title(self.patterns[id_]), score=round(score, 6))
            for id_, score in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
