"""Latent semantic analysis: what documents are about, beyond the words that they use.

Words that stand in the same documents lie in the same directions of the space of all terms. The
leading eigenvectors of the documents' Gram matrix give those directions, and our documents alone
are needed for them, no model. Source: Deerwester et al., “Indexing by latent semantic analysis”,
1990.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from threatwright.engine.search.tfidf import Vectoriser, terms

Matrix = NDArray[np.float32]
"""A row for each document, a column for each term."""

DOCUMENTS_PER_DIMENSION = 8
LEAST_DIMENSIONS = 8
"""With fewer, a dimension says little more than that a text is one of these documents."""
ALIKE = 0.4
"""The part of a word's weight that goes to the words that say the same, shared among them."""


def smoothed(vectors: Matrix) -> Matrix:
    """The documents' vectors plus their latent parts, which are as long; few documents stay so.

    A query need not be projected: its product with the sum counts both parts. Each eigenvector
    enters twice, so that its sign, which no one can foretell, makes no difference.
    """
    dimensions = len(vectors) // DOCUMENTS_PER_DIMENSION
    if dimensions < LEAST_DIMENSIONS:
        return vectors
    values, directions = np.linalg.eigh((vectors @ vectors.T).astype(np.float64))
    leading = directions[:, -dimensions:]
    lengths = np.sqrt(values[-dimensions:].clip(1e-9))
    places = leading * lengths  # of the documents in the latent space
    places /= np.linalg.norm(places, axis=1, keepdims=True).clip(1e-9)
    axes = leading.astype(np.float32).T @ vectors  # of the latent space, in that of the terms
    with_latent: Matrix = vectors + (places / lengths).astype(np.float32) @ axes
    return with_latent


def widened(vectors: Matrix, vectoriser: Vectoriser, alike: Iterable[Sequence[str]]) -> Matrix:
    """The vectors plus, for each word, those that say the same; `alike` has them by groups.

    Phrases in a group are left out, for their single words say something else.
    """
    wide = vectors.copy()
    for group in alike:
        stems = {stem for phrase in group if len(stem := tuple(terms(phrase))) == 1}
        at = sorted(vectoriser.position[stem] for (stem,) in stems if stem in vectoriser.position)
        if at:
            others = vectors[:, at].sum(axis=1, keepdims=True) - vectors[:, at]
            wide[:, at] += ALIKE / len(at) * others
    return wide
