"""How long search takes, and whether it finds what an exact search finds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from evals.retrieval import STEPS, read_steps
from threatwright.adapters.chroma_words import LEAST_SCORE
from threatwright.engine.search.corpus import Corpus, of_catalogues, shipped_procedures
from threatwright.engine.search.lexical import document_vectors, query_vector
from threatwright.engine.search.nearest import Nearness, lines_of, score
from threatwright.engine.search.word_pairs import WordPairs, both
from threatwright.knowledge.load import load_knowledge
from threatwright.model.knowledge import Knowledge
from threatwright.ports import KnowledgeIndex

QUERIES = 200


def milliseconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def exact(queries: Sequence[str], corpus: Corpus) -> list[list[float]]:
    """The scores of the ten best documents for each query, by comparing it with every document."""
    documents = corpus.documents()
    vectoriser, vectors = document_vectors(documents, corpus.alike)
    matrix = np.stack(vectors)
    lines = Nearness.laid_out(lines_of(documents, vectoriser), vectoriser)
    pairs = WordPairs.of(documents)

    def best(query: str) -> list[float]:
        vector = query_vector(vectoriser, query)
        worded = pairs.similar(query).values()
        near = lines.near(vector).values()
        told = [score(*of) for of in zip((matrix @ vector).tolist(), near, strict=True)]
        scores = [both(*of) for of in zip(told, worded, strict=True) if of[0] > LEAST_SCORE]
        return sorted(scores, reverse=True)[:10]

    return [best(query) for query in queries]


def agreement(queries: Sequence[str], index: KnowledgeIndex, knowledge: Knowledge) -> float:
    """The share of the ten best scores that both searches give."""
    corpus = of_catalogues(knowledge, shipped_procedures(knowledge))
    shares = [
        float(np.mean(np.isclose([hit.score for hit in index.search(query, 10)], best, atol=1e-4)))
        for query, best in zip(queries, exact(queries, corpus), strict=True)
    ]
    return float(np.mean(shares))


def bench(knowledge: Knowledge) -> dict[str, float]:
    """The figures: milliseconds, and a share for the agreement."""
    from threatwright.adapters.knowledge_chroma import open_index, open_patterns

    queries = [step.text for step in read_steps(STEPS)][:QUERIES]
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)

        def opened() -> KnowledgeIndex:
            return open_index(knowledge, cache, procedures=shipped_procedures(knowledge))

        build = milliseconds(opened)
        patterns = milliseconds(lambda: open_patterns(knowledge, cache))
        index = opened()
        search = [milliseconds(lambda q=q: index.search(q)) for q in queries]  # type: ignore[misc]
        both = [milliseconds(lambda q=q: opened().search(q)) for q in queries]  # type: ignore[misc]
        return {
            "build from nothing": build,
            "build patterns from nothing": patterns,
            "search, p50": float(np.percentile(search, 50)),
            "search, p95": float(np.percentile(search, 95)),
            "open and search, p50": float(np.percentile(both, 50)),
            "open and search, p95": float(np.percentile(both, 95)),
            "agreement with exact search": agreement(queries, index, knowledge),
        }


def figures() -> Iterator[tuple[str, float, float, str]]:
    """The figures with their bounds, as `Figure` takes them."""
    found = bench(load_knowledge())
    yield "search index built from nothing", found["build from nothing"] / 1000, 2, "s"
    seconds = found["build patterns from nothing"] / 1000
    yield "index of patterns built from nothing", seconds, 2, "s"
    yield "search, index open, 95th percentile", found["search, p95"], 8, "ms"
    yield "open and search, 95th percentile", found["open and search, p95"], 8, "ms"
    missed = 1 - found["agreement with exact search"]
    yield "top ten that an exact search finds and ours not", missed, 0.01, "of 1"
