"""How a query is worded, beside how the lines of a document are: small words and pairs of words.

"Sent to" and "sent from" are one word to `search.tfidf`; here the words around a word tell what it
means. Each line is a vector of its words and pairs, logarithmic counts times idf, of length one; a
document is the direction of the sum of its lines, so that each line counts alike. The similarity of
a query to a document is the cosine of both.

Measured on steps of attacks that others wrote than the lines: about as good as the words alone, and
each finds what the other misses.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from threatwright.engine.search.corpus import Document
from threatwright.engine.search.tfidf import Vector, stems

LEAST_LINES = 2
"""A pair that stands in fewer lines tells nothing of others."""
_UNKNOWN = 0
"""The number of a word that no line has; others are counted from 1."""
_HELD_AS = {"codes": "<i8", "idf": "<f4", "starts": "<u4", "documents": "<u4", "weights": "<f2"}
"""What the arrays are as bytes."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class WordPairs:
    """An inverted index: for each word and pair, the documents in whose lines it stands."""

    keys: tuple[str, ...]
    """Of the documents."""
    words: tuple[str, ...]
    """Stems; the number of one is its place, from 1."""
    codes: Integers
    """Of the words and pairs that count, ascending: the number of the word; of a pair, the number
    of the first times the number of all words and one, and the second."""
    idf: Vector
    """How rare each of them is among lines."""
    starts: NDArray[np.uint32]
    """Where the documents of each begin in the two that follow; one more tells the end."""
    documents: NDArray[np.uint32]
    """Places of keys."""
    weights: NDArray[np.float16]
    """What the word or pair weighs in the vector of that document, which is of length one."""

    @classmethod
    def of(cls, documents: Sequence[Document]) -> WordPairs:
        """Those of the lines of documents: name, description, examples, reports of incidents."""
        told = [(*document.prose.splitlines(), *document.lines) for document in documents]
        number: dict[str, int] = {}
        lines = [
            [number.setdefault(stem, len(number) + 1) for stem in stems(line)]
            for of_one in told
            for line in of_one
        ]
        document_of = np.repeat(np.arange(len(told)), [len(of_one) for of_one in told])
        line, code, times = _counted(lines, len(number))
        codes, held = np.unique(code, return_counts=True)
        tells = (held >= LEAST_LINES) | (codes <= len(number))
        codes, held = codes[tells], held[tells]
        idf = 1 + np.log((1 + len(lines)) / (1 + held))
        place, counts = _places(code, codes)
        line, place, times = line[counts], place[counts], times[counts]
        weights = (1 + np.log(times)) * idf[place]
        weights /= np.sqrt(np.bincount(line, weights**2, minlength=len(lines)))[line]
        cells, cell = np.unique(place * len(told) + document_of[line], return_inverse=True)
        summed = np.bincount(cell, weights, minlength=len(cells))
        place, document = np.divmod(cells, max(1, len(told)))
        lengths = np.sqrt(np.bincount(document, summed**2, minlength=len(told)))
        by_weight = np.array([document.weight for document in documents])
        return cls(
            keys=tuple(document.key for document in documents),
            words=tuple(number),
            codes=codes,
            idf=idf.astype(np.float32),
            starts=np.searchsorted(place, np.arange(len(codes) + 1)).astype(np.uint32),
            documents=document.astype(np.uint32),
            weights=(by_weight[document] * summed / lengths[document]).astype(np.float16),
        )

    def similar(self, query: str) -> dict[str, float]:
        """Key → how similarly the document is worded, 0 to 1, times the document's weight.

        What no document says makes a query longer: each such word or pair as the rarest would.
        """
        found = np.zeros(len(self.keys), dtype=np.float32)
        said = [self._number.get(stem, _UNKNOWN) for stem in stems(query)]
        _, code, times = _counted([said], len(self.words))
        place, counts = _places(code, self.codes)
        place, times = place[counts], times[counts]
        weights = (1 + np.log(times)) * self.idf[place]
        others = max(0, 2 * len(said) - 1) - int(times.sum())
        length = np.sqrt((weights**2).sum() + others * self.idf.max(initial=0) ** 2)
        weights /= length or 1.0
        for at, weight in zip(place.tolist(), weights.tolist(), strict=True):
            held = slice(int(self.starts[at]), int(self.starts[at + 1]))
            found[self.documents[held]] += weight * self.weights[held].astype(np.float32)
        return dict(zip(self.keys, found.tolist(), strict=True))

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return {word: at for at, word in enumerate(self.words, start=1)}

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON can hold it; arrays as base64 of their bytes."""
        arrays = {
            name: base64.b64encode(getattr(self, name).astype(kind).tobytes()).decode()
            for name, kind in _HELD_AS.items()
        }
        return {"keys": self.keys, "words": self.words, **arrays}

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> WordPairs:
        """What `as_json` gave."""
        arrays = {
            name: np.frombuffer(base64.b64decode(held[name]), dtype=kind)
            for name, kind in _HELD_AS.items()
        }
        return cls(tuple(held["keys"]), tuple(held["words"]), **arrays)


def both(told: float, worded: float) -> float:
    """The score of a document: what its words tell, and how they are put, count alike."""
    return (told + worded) / 2


def _counted(lines: Sequence[Sequence[int]], words: int) -> tuple[Integers, Integers, Integers]:
    """(line, code, how often) of each word and pair of each line."""
    line = np.repeat(np.arange(len(lines)), [len(one) for one in lines])
    word = np.array([number for one in lines for number in one], dtype=np.int64)
    is_known = word != _UNKNOWN
    follows = (line[1:] == line[:-1]) & is_known[1:] & is_known[:-1]
    pairs = word[:-1][follows] * (words + 1) + word[1:][follows]
    every = (words + 1) ** 2
    cells, times = np.unique(
        np.concatenate((line, line[:-1][follows])) * every + np.concatenate((word, pairs)),
        return_counts=True,
    )
    line, code = np.divmod(cells, every)
    return line, code, times


def _places(codes: Integers, among: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """Where each code stands among others, which ascend, and whether it does."""
    place = np.searchsorted(among, codes)
    is_there = place < len(among)
    is_there[is_there] = among[place[is_there]] == codes[is_there]
    return place, is_there
