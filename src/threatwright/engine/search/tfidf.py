"""Texts as TF-IDF vectors: English stems, logarithmic counts, length one.

A term weighs `(1 + ln tf) · √idf` in a document and `(1 + ln tf) · idf` in a query, where idf is
`1 + ln((1 + n) / (1 + df))`. The vector is divided by its Euclidean length, so that the dot product
of two vectors is their cosine similarity. That product counts how rare a term is one and a half
times: of the powers that were measured, this one finds most.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import Stemmer
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Counts = Mapping[str, int]
"""Term → how often it occurs in a text."""

LONGEST_WORD = 40
"""Letters. Longer ones are keys, hashes and encoded data: nobody's vocabulary, and slow to stem."""

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each few for from further had
    has have having he her here hers him his how i if in into is it its itself just me more most my
    no nor not now of off on once only or other our out over own same she should so some such than
    that the their them then there these they this those through to too under until up us very was
    we were what when where which while who whom whose why will with would you your
    """.split()  # noqa: SIM905 - as a list it fills a page
)

_WORD = re.compile(r"[^\W_]{2,}")
_PLURAL = re.compile(r"\b([A-Z]{2,})s\b")
"""`LLMs`, `GPUs`: without a vowel the stemmer leaves them as they are."""
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    # A new one each time: it holds the word it works on, and threads may search at once.
    stemmed: str = Stemmer.Stemmer("english").stemWord(word)
    return stemmed


def terms(text: str) -> Iterator[str]:
    """The stems of a text, in order: stop words left out, `camelCase` given whole and in parts."""
    return (stem for word, stem in _words(text) if word not in STOP_WORDS)


def stems(text: str) -> Iterator[str]:
    """The same with stop words, which say where something goes and who does it."""
    return (stem for _, stem in _words(text))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each word in lower case, and its stem."""
    plain = _PLURAL.sub(r"\1", unicodedata.normalize("NFKC", text))
    for word in _WORD.findall(plain):
        if len(word) > LONGEST_WORD:
            continue
        if word.islower():  # most are, and then there is nothing to look for
            yield word, _stem(word)
            continue
        parts = _HUMP.split(word)
        for part in (word, *parts) if len(parts) > 1 else parts:
            lower = part.lower()
            if len(lower) > 1:
                yield lower, _stem(lower)


def unit(vector: Vector) -> Vector:
    """The vector at length one, in 32 bits; all zeros stay all zeros."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)


def midway(one: Vector, other: Vector) -> Vector:
    """The vector of length one between two such vectors; where one is all zeros, it is the other.

    Its similarity to a third orders things as the sum of both similarities does.
    """
    return unit(one + other)


@dataclass(frozen=True)
class Vectoriser:
    """Turns texts into vectors, by what it counted in the documents it was fitted on."""

    documents: int
    """How many documents there were."""
    frequency: Mapping[str, int]
    """term → the number of documents that hold it, in the order of the vectors' elements."""

    @classmethod
    def fitted(cls, texts: Iterable[str]) -> Vectoriser:
        """A vectoriser for these documents; the same ones always give the same one."""
        return cls.counted([Counter(terms(text)) for text in texts])

    @classmethod
    def counted(cls, documents: Sequence[Counts]) -> Vectoriser:
        """The same, of documents whose terms are counted already."""
        frequency = Counter(term for document in documents for term in document)
        return cls(len(documents), dict(sorted(frequency.items())))

    def vector(self, text: str) -> Vector:
        """The vector of a document: of length one, or all zeros if no word of it is known."""
        return self.vector_of(Counter(terms(text)))

    def vector_of(self, document: Counts) -> Vector:
        """The same, of a document whose terms are counted already."""
        return self._weighted(document, power=0.5)

    def query(self, text: str) -> Vector:
        """The vector of a query, likewise."""
        return self._weighted(Counter(terms(text)), power=1)

    def _weighted(self, counts: Counts, power: float) -> Vector:
        vector = np.zeros(len(self.frequency), dtype=np.float32)
        for term, count in counts.items():
            if term in self.position:
                at = self.position[term]
                vector[at] = (1 + math.log(count)) * self.idf[at] ** power
        return unit(vector)

    @cached_property
    def idf(self) -> Vector:
        """How rare each term is, by element: 1 where every document holds it."""
        held = np.fromiter(self.frequency.values(), dtype=np.float64, count=len(self.frequency))
        return (1 + np.log((1 + self.documents) / (1 + held))).astype(np.float32)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Term → which element of a vector is its weight."""
        return {term: at for at, term in enumerate(self.frequency)}


def fitted(halves: Iterable[tuple[str, str]]) -> tuple[Vectoriser, list[Vector]]:
    """A vectoriser for documents of two halves, and the vectors of the documents.

    Measured on steps of attacks, invented and real: where the halves differ much in length, the
    vector of both in one favours the longer, the one midway between them the shorter; midway
    between those two finds most.
    """
    counts = [(Counter(terms(one)), Counter(terms(other))) for one, other in halves]
    documents = [(one, other, one + other) for one, other in counts]
    vectoriser = Vectoriser.counted([whole for _, _, whole in documents])

    def vector(one: Counts, other: Counts, whole: Counts) -> Vector:
        between = midway(vectoriser.vector_of(one), vectoriser.vector_of(other))
        return midway(vectoriser.vector_of(whole), between)

    return vectoriser, [vector(*document) for document in documents]
