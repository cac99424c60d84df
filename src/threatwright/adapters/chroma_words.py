"""A corpus in Chroma by the words of its documents.

The vectors are ours (`search.lexical`), so nothing is downloaded, and nothing leaves the machine
unless the URL of a Chroma server is given.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import httpx

from threatwright.adapters import chroma
from threatwright.adapters.chroma import ChromaError
from threatwright.adapters.chroma_collection import Contents, Held, Records, filled, similarities
from threatwright.adapters.chroma_folder import KEPT, Folder
from threatwright.adapters.chroma_server import Server
from threatwright.engine.search.corpus import Corpus
from threatwright.engine.search.lexical import document_vectors, query_vector
from threatwright.engine.search.nearest import Nearness, lines_of, score
from threatwright.engine.search.tfidf import Vectoriser
from threatwright.engine.search.word_pairs import WordPairs, both
from threatwright.errors import KnowledgeError

FORMAT = 6
"""Part of the name of a collection: raise it when documents, vectors or metadata change."""
LEAST_SCORE = 0.02
"""Of words alone, small ones and pairs apart. Below it stands what shares no word with a query and
has little to do with it: latent parts are never quite zero."""
AHEAD = 100
"""How many documents more than wanted are looked at first: nearest lines move few so far up."""

_log = logging.getLogger(__name__)


class Place(Protocol):
    """Where collections are held."""

    def hold(self, contents: Contents) -> Held:
        """The collection, built first if there is none."""
        ...

    def find(self, start: str) -> Held | None:
        """The collection whose name begins so, if it is there."""
        ...


def place(cache: Path, url: str | None = None) -> Place:
    """The folder `cache`, or the Chroma server at `url`. Raises InputError for what is no URL."""
    return Server(url) if url else Folder(cache)


@dataclass(frozen=True)
class Words:
    """A collection, and what makes vectors of queries to it."""

    held: Held
    vectoriser: Vectoriser
    lines: Nearness
    pairs: WordPairs
    size: int

    def similarities(
        self, query: str, k: int, where: Mapping[str, Any] | None = None
    ) -> dict[str, float]:
        """Key → similarity, above 0 to 1, of the k documents that have most to do with the query.

        Raises KnowledgeError if Chroma fails.
        """
        vector = query_vector(self.vectoriser, query)
        if k <= 0 or not vector.any():
            return {}
        near, worded = self.lines.near(vector), self.pairs.similar(query)
        depth = min(k + AHEAD, self.size)
        while True:
            with asking(self.held):
                whole = similarities(self.held.collection, vector, depth, where)
            told = {key: score(whole[key], near[key]) for key in whole}
            scores = {key: both(told[key], worded[key]) for key in whole}
            best = sorted(scores, key=scores.__getitem__, reverse=True)[:k]
            if len(whole) < depth or scores[best[-1]] >= _bound(whole, near, worded):
                return {key: scores[key] for key in best if told[key] > LEAST_SCORE}
            depth = min(4 * depth, self.size)


def _bound(
    whole: Mapping[str, float], near: Mapping[str, float], worded: Mapping[str, float]
) -> float:
    """What no document that is not in `whole` can score more than."""
    least = min(whole.values())
    others = near.keys() - whole.keys()
    return max((both(score(least, near[key]), worded[key]) for key in others), default=-math.inf)


def open_words(corpus: Corpus, where: Place) -> Words:
    """The words of a corpus, in a collection that is built first if there is none.

    It is kept in memory where the folder cannot be written to. Raises KnowledgeError if a server
    cannot be used.
    """
    contents = _contents(corpus)
    try:
        held = where.hold(contents)
    except (OSError, ChromaError) as error:
        _log.info("the search index is kept in memory: %s", error)
        held = Held(filled(chroma.in_memory(), contents), "memory")
    stored = held.collection.metadata or {}
    read = _read(stored["vectoriser"], stored["lines"], stored["pairs"])
    return Words(held, *read, corpus.size)


@contextmanager
def asking(held: Held) -> Iterator[None]:
    """Turns what Chroma raises while a collection is asked into a KnowledgeError."""
    try:
        yield
    except (ChromaError, httpx.HTTPError) as error:
        raise KnowledgeError(
            f"The search index in {held.place} failed: {error}",
            "Try again; if it fails again, delete it, and it is built anew.",
        ) from error


def name_of(family: str, *states: str) -> str:
    """A name for a collection of the family that changes whenever one of the states does."""
    content = "\0".join((str(FORMAT), *states))
    return f"{family}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _contents(corpus: Corpus) -> Contents:
    def records() -> Records:
        documents = corpus.documents()
        vectoriser, vectors = document_vectors(documents, corpus.alike)
        return Records(
            keys=[document.key for document in documents],
            vectors=vectors,
            texts=[document.text for document in documents],
            metadata=[document.metadata for document in documents],
            about={
                "vectoriser": json.dumps(asdict(vectoriser)),
                "lines": json.dumps(lines_of(documents, vectoriser), separators=(",", ":")),
                "pairs": json.dumps(WordPairs.of(documents).as_json()),
            },
        )

    family = f"threatwright-{corpus.name}"
    return Contents(family, name_of(family, corpus.digest), corpus.size, records)


@lru_cache(maxsize=2 * KEPT)
def _read(
    stored_vectoriser: Any, stored_lines: Any, stored_pairs: Any
) -> tuple[Vectoriser, Nearness, WordPairs]:
    vectoriser = Vectoriser(**json.loads(stored_vectoriser))
    nearness = Nearness.laid_out(json.loads(stored_lines), vectoriser)
    return vectoriser, nearness, WordPairs.from_json(json.loads(stored_pairs))
