"""How near a query comes to single lines: one that tells just this says more than a whole document.

A document's lines are its name, its description, its examples, and how reports of incidents tell
it. A line is the set of its terms; its similarity to a query is the cosine of both vectors. How
near a document comes is the mean of its three most similar lines, and that has a small part in its
score beside the similarity of the whole document (`engine.lexical`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from threatwright.engine.corpus import Document
from threatwright.engine.tfidf import Vector, Vectoriser, terms

LINES = 3
"""How many lines count. Measured: one alone is left to chance, and eight say what all say."""
PART = 0.13
"""The part of a score that the nearest lines have; the rest is that of the whole document."""

Lines = Mapping[str, Sequence[Sequence[int]]]
"""Key of a document → for each of its lines, which elements of a vector stand for its terms."""
Elements = NDArray[np.int64]


def lines_of(documents: Sequence[Document], vectoriser: Vectoriser) -> Lines:
    """The lines of each document; those without a known term are left out."""

    def elements(line: str) -> list[int]:
        known = {vectoriser.position.get(term) for term in terms(line)}
        return sorted(known - {None})  # type: ignore[type-var]

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
    """Lines laid out one after the other, so that a query meets them all in one step."""

    keys: tuple[str, ...]
    elements: Elements
    """Which element of a vector each term of each line is."""
    weights: Vector
    """What each of them weighs; those of a line have the length one."""
    starts: Elements
    """Where each line begins in both."""
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
        sizes = np.array([len(line) for line in told], dtype=np.int64)
        numbers = np.array([len(of_one) for of_one in lines.values()], dtype=np.int64)
        elements = np.array([at for line in told for at in line], dtype=np.int64)
        starts = sizes.cumsum() - sizes
        weights = np.sqrt(vectoriser.idf[elements])
        if told:
            weights /= np.repeat(np.sqrt(np.add.reduceat(weights**2, starts)), sizes)
        return cls(
            keys=tuple(lines),
            elements=elements,
            weights=weights,
            starts=starts,
            rows=np.repeat(np.arange(len(numbers)), numbers),
            columns=np.arange(len(told)) - np.repeat(numbers.cumsum() - numbers, numbers),
            count=numbers.clip(1, LINES),
        )

    def near(self, query: Vector) -> dict[str, float]:
        """Key → how near a query's vector (of length one) comes to its nearest lines, 0 to 1."""
        if not len(self.starts):
            return dict.fromkeys(self.keys, 0.0)
        similar = np.add.reduceat(query[self.elements] * self.weights, self.starts)
        table = np.zeros((len(self.keys), max(LINES, int(self.columns.max()) + 1)), np.float32)
        table[self.rows, self.columns] = similar
        nearest = np.partition(table, -LINES, axis=1)[:, -LINES:].sum(axis=1) / self.count
        return dict(zip(self.keys, nearest.tolist(), strict=True))


def score(whole: float, near: float) -> float:
    """The score of a document: of its similarity as a whole, and how near its lines come."""
    return (1 - PART) * whole + PART * near
