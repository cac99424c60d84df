"""How near a query comes to single lines: one that tells just this says more than a whole document.

A document's lines are its name, its description, its examples, and how reports of incidents tell
it. A line is the set of its terms; its similarity to a query is the cosine of both vectors. How
near a document comes is the mean of its three most similar lines, and that has a small part in its
score beside the similarity of the whole document (`search.lexical`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from threatwright.engine.search.corpus import Document
from threatwright.engine.search.tfidf import Vector, Vectoriser, terms

LINES = 3
"""How many lines count. Measured: one alone is left to chance, and eight say what all say."""
PART = 0.13
"""The part of a score that the nearest lines have; the rest is that of the whole document."""

Lines = Mapping[str, Sequence[Sequence[int]]]
"""Key of a document → for each of its lines, which elements of a vector stand for its terms."""
Elements = NDArray[np.int64]


def lines_of(documents: Sequence[Document], vectoriser: Vectoriser) -> Lines:
    """The lines of each document; those without a known term are left out."""
    position = vectoriser.position

    def elements(line: str) -> list[int]:
        return sorted({position[term] for term in terms(line) if term in position})

    return {
        document.key: [
            found
            for line in (*document.prose.splitlines(), *document.lines)
            if (found := elements(line))
        ]
        for document in documents
    }


@dataclass(frozen=True)
class Nearness:
    """An inverted index: for each element of a vector, the lines that hold its term."""

    keys: tuple[str, ...]
    starts: Elements
    """Where the lines of each element begin in the two that follow; one more tells the end."""
    lines: Elements
    weights: Vector
    """What the element weighs in each of these lines, whose length is one."""
    rows: Elements
    """Which key each line belongs to."""
    columns: Elements
    """Which of the lines of that key it is."""
    count: Elements
    """How many lines of each key count, at least one."""

    @classmethod
    def laid_out(cls, lines: Lines, vectoriser: Vectoriser) -> Nearness:
        """The lines that `lines_of` gave for this vectoriser."""
        told = [line for of_one in lines.values() for line in of_one]
        numbers = np.array([len(of_one) for of_one in lines.values()], dtype=np.int64)
        elements = np.array([at for line in told for at in line], dtype=np.int64)
        lines_ = np.repeat(np.arange(len(told)), [len(line) for line in told])
        idf = vectoriser.idf[elements]
        lengths = np.sqrt(np.bincount(lines_, idf, minlength=len(told)))
        order = np.argsort(elements, kind="stable")
        return cls(
            keys=tuple(lines),
            starts=np.searchsorted(elements[order], np.arange(len(vectoriser.idf) + 1)),
            lines=lines_[order],
            weights=(np.sqrt(idf) / lengths[lines_])[order].astype(np.float32),
            rows=np.repeat(np.arange(len(numbers)), numbers),
            columns=np.arange(len(told)) - np.repeat(numbers.cumsum() - numbers, numbers),
            count=numbers.clip(1, LINES),
        )

    def near(self, query: Vector) -> dict[str, float]:
        """Key → how near a query's vector (of length one) comes to its nearest lines, 0 to 1."""
        widest = int(self.columns.max(initial=0)) + 1
        table = np.zeros((len(self.keys), max(LINES, widest)), dtype=np.float32)
        table[self.rows, self.columns] = self._similar(query)
        nearest = np.partition(table, -LINES, axis=1)[:, -LINES:].sum(axis=1) / self.count
        return dict(zip(self.keys, nearest.tolist(), strict=True))

    def _similar(self, query: Vector) -> Vector:
        """The cosine similarity of each line to the query."""
        similar = np.zeros(len(self.rows), dtype=np.float32)
        for at in np.flatnonzero(query[: len(self.starts) - 1]).tolist():
            held = slice(self.starts[at], self.starts[at + 1])
            similar[self.lines[held]] += query[at] * self.weights[held]
        return similar


def score(whole: float, near: float) -> float:
    """The score of a document: of its similarity as a whole, and how near its lines come."""
    return (1 - PART) * whole + PART * near
