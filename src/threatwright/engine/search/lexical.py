"""The vectors by which search compares words: those of documents, and those of queries.

The vector of a document is that of its words (`search.tfidf`), smoothed by what documents have in
common and widened by words that say the same (`search.latent`). All are of length one. One element
more, which is zero in every query, takes up what a document's weight leaves of its length, so that
a dot product is the cosine similarity of both texts times that weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from threatwright.engine.search.corpus import Document
from threatwright.engine.search.latent import smoothed, widened
from threatwright.engine.search.tfidf import Vector, Vectoriser, fitted, unit


def document_vectors(
    documents: Sequence[Document], alike: Iterable[Sequence[str]] = ()
) -> tuple[Vectoriser, list[Vector]]:
    """What makes vectors of texts, and the vectors of these documents.

    `alike` has groups of words that say the same. The same documents give the same vectors.
    """
    vectoriser, vectors = fitted((d.text, "\n".join(d.lines)) for d in documents)
    if not vectors:
        return vectoriser, []
    wide = widened(smoothed(np.stack(vectors)), vectoriser, alike)
    pairs = zip(wide, documents, strict=True)
    return vectoriser, [_shortened(unit(vector), document.weight) for vector, document in pairs]


def query_vector(vectoriser: Vectoriser, text: str) -> Vector:
    """The vector of a query: of length one, or all zeros if no word of it is known."""
    return np.append(vectoriser.query(text), np.float32(0))


def _shortened(vector: Vector, weight: float) -> Vector:
    rest = np.sqrt(max(0.0, 1 - weight**2))
    return np.append(weight * vector, rest).astype(np.float32)
