"""Search by meaning beside words: built on request, and never needed.

Where meaning cannot be had, search goes on by words alone, and says why once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import numpy as np

from threatwright.adapters.chroma import ChromaError
from threatwright.adapters.chroma_collection import Contents, Held, Records, similarities
from threatwright.adapters.chroma_words import Place, asking, name_of
from threatwright.adapters.knowledge_chroma import ChromaIndex
from threatwright.engine.search.corpus import Corpus, Document
from threatwright.engine.search.fusion import fused
from threatwright.engine.search.tfidf import Vector, midway, unit
from threatwright.errors import KnowledgeError, ThreatwrightError
from threatwright.model.catalogue import ListName
from threatwright.model.terms import Stage
from threatwright.ports import Hit

FAMILY = "threatwright-semantic"
BUILD = "`threatwright search --build-semantic`"
LONGEST_QUERY = 2000
"""Characters: about 500 tokens, which the smallest models take."""

Progress = Callable[[int, int], None]
"""Is told how much is done, and of how much."""
Complain = Callable[[ThreatwrightError], None]


class Embedder(Protocol):
    """What turns texts into vectors of meaning."""

    @property
    def model(self) -> str:
        """Its name."""
        ...

    @property
    def origin(self) -> str:
        """What tells it from another model of the same name."""
        ...

    def vectors(self, texts: Sequence[str]) -> Iterator[Vector]:
        """The vector of each text, of length one. Raises ThreatwrightError if it cannot."""
        ...


def open_fused(
    words: ChromaIndex, corpus: Corpus, embedder: Embedder, where: Place, complain: Complain
) -> FusedIndex:
    """Search by meaning beside words, in a collection that is there. Asks no endpoint yet.

    `complain` is told, once, why search goes on by words alone. Raises KnowledgeError if the
    collection was not built.
    """
    start = _start(corpus, embedder)
    if where.find(start) is None:
        raise KnowledgeError(
            f"There is no semantic index of {embedder.model} for this knowledge yet.",
            f"{BUILD} builds it.",
        )
    return FusedIndex(words, Meaning(embedder, where, start), complain)


def build(corpus: Corpus, embedder: Embedder, where: Place, progress: Progress) -> Held:
    """The collection of the corpus in this model's vectors, built unless it is there.

    Raises ThreatwrightError if the model gives no vectors or they cannot be kept.
    """
    start = _start(corpus, embedder)
    dimension = next(embedder.vectors(["model"])).size
    found = where.find(_dimensioned(start, dimension))
    if found is not None:
        return found
    documents = corpus.documents()
    vectors = _vectors(documents, embedder, progress)
    records = Records(
        keys=[document.key for document in documents],
        vectors=vectors,
        texts=[document.prose for document in documents],
        metadata=[document.metadata for document in documents],
        about={"model": embedder.model, "dimension": dimension},
    )
    name = f"{_dimensioned(start, dimension)}{_slug(embedder.model)}"
    try:
        return where.hold(Contents(FAMILY, name, corpus.size, lambda: records))
    except (OSError, ChromaError) as error:
        raise KnowledgeError(
            f"The semantic index cannot be kept: {error}",
            "Free some space, or let THREATWRIGHT_HOME name a folder that can be written to.",
        ) from error


# --- searching --------------------------------------------------------------------------------


@dataclass
class Meaning:
    """A collection of vectors of meaning, and the model that makes them."""

    embedder: Embedder
    where: Place
    start: str
    """How the names of its collections begin, whatever the dimension."""
    _held: Held | None = None

    def similarities(
        self, query: str, size: int, where: Mapping[str, Any] | None
    ) -> dict[str, float]:
        """Key → similarity to the query, of all that `where` leaves.

        Raises ThreatwrightError if the model or the collection fails.
        """
        vector = next(self.embedder.vectors([query[:LONGEST_QUERY]]))
        held = self._held or self.where.find(_dimensioned(self.start, vector.size))
        if held is None:
            raise KnowledgeError(
                f"The vectors of {self.embedder.model} have {vector.size} numbers now; "
                "the semantic index holds others.",
                f"{BUILD} builds it anew.",
            )
        self._held = held
        with asking(held):
            return similarities(held.collection, vector, size, where)


@dataclass
class FusedIndex:
    """Catalogue entries by words and by meaning."""

    words: ChromaIndex
    meaning: Meaning
    complain: Complain
    _by_words_alone: bool = False

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        lists: Iterable[ListName] = (),
        tactic: str | None = None,
        stage: Stage | None = None,
    ) -> Sequence[Hit]:
        """The k entries that fit best, best first; filters as for search by words.

        Once meaning has failed, no later search waits for it. Raises KnowledgeError if the index of
        words fails.
        """
        meant = self._meant(query, self.words.tactics.where(tactic, stage, lists)) if k > 0 else {}
        if not meant:
            return self.words.search(query, k, lists=lists, tactic=tactic, stage=stage)
        where = self.words.tactics.where(tactic, stage, lists)
        said = self.words.words.similarities(query, len(meant), where)
        return self.words.hits(fused(said, meant))[:k]

    def _meant(self, query: str, where: Mapping[str, Any] | None) -> Mapping[str, float]:
        if self._by_words_alone or not query.strip():
            return {}
        try:
            return self.meaning.similarities(query, len(self.words.entries), where)
        except ThreatwrightError as error:
            self._by_words_alone = True
            self.complain(error)
            return {}


# --- building ---------------------------------------------------------------------------------


def _start(corpus: Corpus, embedder: Embedder) -> str:
    return name_of(FAMILY, corpus.digest, embedder.model, embedder.origin) + "-"


def _dimensioned(start: str, dimension: int) -> str:
    return f"{start}{dimension}d-"


def _slug(model: str) -> str:
    """The model's name as far as Chroma allows it in the name of a collection."""
    return re.sub(r"[^A-Za-z0-9]+", "-", model).strip("-")[:60] or "model"


def _vectors(documents: Sequence[Document], embedder: Embedder, progress: Progress) -> list[Vector]:
    """A vector for each document: midway between its prose and the mean of its lines.

    Measured: better than the prose alone, and than the lines as one text.
    """
    texts = [text for document in documents for text in (document.prose, *document.lines)]
    made = []
    for vector in embedder.vectors(texts):
        made.append(vector)
        progress(len(made), len(texts))
    rest = iter(made)
    vectors = []
    for document in documents:
        prose = next(rest)
        lines = sum(islice(rest, len(document.lines)), start=np.zeros_like(prose))
        vectors.append(midway(prose, unit(lines)))
    return vectors
