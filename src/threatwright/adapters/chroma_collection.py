"""A collection in Chroma: how it is filled, and what in it is similar to a vector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from threatwright.adapters.chroma import Collection, NotFoundError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

    from threatwright.engine.search.tfidf import Vector


class Records(NamedTuple):
    """What a collection holds, one element of each sequence for each record."""

    keys: Sequence[str]
    vectors: Sequence[Vector]
    texts: Sequence[str]
    metadata: Sequence[Mapping[str, Any]]
    about: Mapping[str, str | int]
    """Of the collection as a whole."""


@dataclass(frozen=True)
class Contents:
    """A collection as it is to be, known before its records are made."""

    family: str
    """Collections of a family replace each other in time: one for each state of the knowledge."""
    name: str
    """Follows from all that its records are made of, so that equal names mean equal records."""
    size: int
    records: Callable[[], Records]


class Held(NamedTuple):
    """A collection, and where it is, for error messages."""

    collection: Collection
    place: str


def filled(client: ClientAPI, contents: Contents) -> Collection:
    """The collection with every record in it.

    Keys and records follow from the name, so that writing them again, after an interruption or
    beside another process, does no harm.
    """
    with suppress(NotFoundError):
        collection: Collection = client.get_collection(contents.name, embedding_function=None)
        if collection.count() == contents.size:
            return collection
    records = contents.records()
    collection = client.get_or_create_collection(
        contents.name,
        embedding_function=None,
        metadata={**records.about, "size": contents.size},
        # It looks at as many neighbours as there are records, so the search is exact; that takes
        # two milliseconds. Up to `sync_threshold` records the graph would not be kept on the disk.
        configuration={
            "hnsw": {
                "space": "cosine",
                "max_neighbors": 32,
                "ef_construction": 200,
                "ef_search": 2 * contents.size,
                "batch_size": 100,
                "sync_threshold": 100,
            }
        },
    )
    collection.upsert(
        ids=list(records.keys),
        embeddings=[cast("Any", vector) for vector in records.vectors],
        documents=list(records.texts),
        metadatas=[_without_empty(metadata) for metadata in records.metadata],
    )
    return collection


def is_whole(collection: Collection) -> bool:
    """Whether every record is in it."""
    return collection.count() == (collection.metadata or {}).get("size")


def _without_empty(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if value not in ([], "")}


def similarities(
    collection: Collection, vector: Vector, k: int, where: Mapping[str, Any] | None = None
) -> dict[str, float]:
    """Key → cosine similarity, −1 to 1, of the k records most similar to a vector, best first.

    Raises ChromaError or httpx.HTTPError if the collection cannot be asked.
    """
    found = collection.query(
        query_embeddings=[cast("Any", vector)],
        n_results=k,
        where=cast("Any", where),
        include=["distances"],
    )
    distances = (found["distances"] or [[]])[0]
    return {
        key: min(1.0, 1 - distance)
        for key, distance in zip(found["ids"][0], distances, strict=True)
    }


def conditions(**wanted: tuple[str, str | Sequence[str] | None]) -> dict[str, Any] | None:
    """A filter in Chroma's words: field → (operator, operand), all of which must hold.

    An operand that is empty asks for nothing.
    """
    asked = [{field: {sign: operand}} for field, (sign, operand) in wanted.items() if operand]
    # Chroma has an `$and` around two conditions, not around one.
    return {"$and": asked} if len(asked) > 1 else next(iter(asked), None)
