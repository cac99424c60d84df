"""Search over the catalogues, held in Chroma.

The vectors are ours (`engine.tfidf`), so nothing is downloaded, and nothing leaves the machine
unless the URL of a Chroma server is given. Importing this module costs about a second: import it
where it is used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.request import urlopen

import httpx
from filelock import FileLock

from threatwright.engine.corpus import documents, searched, stages
from threatwright.engine.tfidf import Vectoriser
from threatwright.errors import InputError, KnowledgeError
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Stage
from threatwright.ports import Hit, KnowledgeIndex

# Both are read once, when the libraries are imported.
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import chromadb
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client

FORMAT = 1
"""Part of the name of an index: raise it when its documents, vectors or metadata change."""
KEPT = 3
"""Indexes left on disk, so that several knowledge bases in turn do not rebuild each other's."""
LOCK_TIMEOUT = 30
"""Seconds. Building takes about one."""
SERVER_TIMEOUT = 5
"""Seconds for a Chroma server to answer at all; Chroma's own client would wait forever."""
LEAST_SCORE = 1e-6
"""Below it, nothing but the rounding of 32-bit numbers is left of a similarity."""

_SEAL = "sealed.json"
_log = logging.getLogger(__name__)


class _DamagedError(Exception):
    """An index on disk is not what it was when it was sealed."""


def open_index(knowledge: Knowledge, cache: Path, url: str | None = None) -> KnowledgeIndex:
    """The index of this knowledge, built first if there is none.

    It is kept under `cache`, or on the Chroma server at `url`. Where `cache` cannot be written to,
    it is kept in memory. Raises InputError or KnowledgeError if the server cannot be used.
    """
    if url:
        return _on_server(knowledge, url)
    try:
        return _on_disk(knowledge, cache)
    except (OSError, ChromaError) as error:
        _log.info("the search index is kept in memory: %s", error)
        client = chromadb.EphemeralClient(_settings())
        return _index(_filled(client, knowledge), knowledge, "memory")


# --- searching --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChromaIndex:
    """A collection, and what it takes to ask it and to read its answers."""

    collection: chromadb.Collection
    vectoriser: Vectoriser
    entries: Mapping[str, Entry]
    """Catalogue entries by their id in the collection."""
    tactics: Mapping[str, str]
    """Ids of tactics by their id and by their name, in lower case."""
    place: str
    """Where it is, for error messages."""

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        lists: Iterable[ListName] = (),
        tactic: str | None = None,
        stage: Stage | None = None,
    ) -> Sequence[Hit]:
        """The k entries that share most with the query, best first; none that shares nothing.

        `tactic` is the id or the name of an ATLAS tactic. Where a tactic or stage is asked for,
        entries of which none is known are left out. Raises KnowledgeError if the index fails.
        """
        vector = self.vectoriser.vector(query)
        if k <= 0 or not vector.any():
            return ()
        try:
            found = self.collection.query(
                query_embeddings=[cast("Any", vector)],
                n_results=min(k, len(self.entries)),
                where=_where(lists, tactic and self.tactics.get(tactic.lower(), tactic), stage),
                include=["distances"],
            )
        except (ChromaError, httpx.HTTPError) as error:
            raise KnowledgeError(
                f"The search index in {self.place} failed: {error}",
                "Try again; if it fails again, delete it, and it is built anew.",
            ) from error
        distances = (found["distances"] or [[]])[0]
        hits = map(self._hit, found["ids"][0], distances)
        return sorted(
            (hit for hit in hits if hit.score > LEAST_SCORE),
            key=lambda hit: (-hit.score, hit.reference.list, hit.reference.id),
        )

    def _hit(self, id_: str, distance: float) -> Hit:
        entry = self.entries[id_]
        score = round(min(1.0, max(0.0, 1 - distance)), 6)
        return Hit(reference=entry.reference, score=score, text=entry.description)


def _where(
    lists: Iterable[ListName], tactic: str | None, stage: Stage | None
) -> dict[str, Any] | None:
    """The filter in Chroma's words, which has an `$and` around two conditions, not around one."""
    conditions: list[dict[str, Any]] = []
    if names := [str(name) for name in lists]:
        conditions.append({"list": {"$in": names}})
    if tactic:
        conditions.append({"tactics": {"$contains": tactic}})
    if stage:
        conditions.append({"stages": {"$contains": str(stage)}})
    return {"$and": conditions} if len(conditions) > 1 else next(iter(conditions), None)


def _index(collection: chromadb.Collection, knowledge: Knowledge, place: str) -> ChromaIndex:
    tactics = [entry for entry in knowledge.entries.values() if entry.type == "tactic"]
    return ChromaIndex(
        collection=collection,
        vectoriser=_vectoriser(collection),
        entries=searched(knowledge),
        tactics={text.lower(): entry.id for entry in tactics for text in (entry.id, entry.name)},
        place=place,
    )


# --- building ---------------------------------------------------------------------------------


def _filled(client: ClientAPI, knowledge: Knowledge) -> chromadb.Collection:
    """The collection of this knowledge, with every entry in it.

    Ids and content follow from the knowledge alone, so that writing it again, after an interruption
    or beside another process, does no harm.
    """
    name, entries = _name(knowledge), searched(knowledge)
    with suppress(NotFoundError):
        collection: chromadb.Collection = client.get_collection(name, embedding_function=None)
        if collection.count() == len(entries):
            return collection
    texts, found = documents(knowledge), stages(knowledge)
    vectoriser = Vectoriser.fitted(texts)
    collection = client.get_or_create_collection(
        name,
        embedding_function=None,
        metadata={"vectoriser": json.dumps(asdict(vectoriser))},
        # It looks at as many neighbours as there are entries, so the search is exact; that takes
        # two milliseconds. Up to `sync_threshold` entries the graph would not be kept on the disk.
        configuration={
            "hnsw": {
                "space": "cosine",
                "max_neighbors": 32,
                "ef_construction": 200,
                "ef_search": 2 * len(entries),
                "batch_size": 100,
                "sync_threshold": 100,
            }
        },
    )
    collection.upsert(
        ids=list(entries),
        embeddings=[cast("Any", vectoriser.vector(text)) for text in texts],
        documents=texts,
        metadatas=[_metadata(entry, found.get(id_, set())) for id_, entry in entries.items()],
    )
    return collection


def _vectoriser(collection: chromadb.Collection) -> Vectoriser:
    return Vectoriser(**json.loads((collection.metadata or {})["vectoriser"]))


def _metadata(entry: Entry, stages_: set[Stage]) -> dict[str, Any]:
    words = ("list", "edition", "id", "name", "type")
    metadata = {word: str(getattr(entry, word)) for word in words}
    arrays = {"tactics": list(entry.tactics), "stages": sorted(map(str, stages_))}
    return metadata | {name: array for name, array in arrays.items() if array}  # none may be empty


def _name(knowledge: Knowledge) -> str:
    content = f"{FORMAT}\0{knowledge.digest}"
    return f"threatwright-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _settings() -> Settings:
    # The constructor would read environment variables, and a .env in whatever folder this is.
    return Settings.model_construct(anonymized_telemetry=False)


# --- on a server ------------------------------------------------------------------------------


def _on_server(knowledge: Knowledge, url: str) -> ChromaIndex:
    """The index on a Chroma server. Those of other knowledge stay: colleagues may be using them."""
    if not url.startswith(("http://", "https://")):
        raise InputError(
            f"“{url}” is not the address of a Chroma server.",
            "Give it as http://HOST:PORT or https://HOST:PORT.",
        )
    try:
        with urlopen(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=SERVER_TIMEOUT):
            client = chromadb.HttpClient(url, ssl=url.startswith("https:"), settings=_settings())
        return _index(_filled(client, knowledge), knowledge, url)
    except (OSError, ValueError, ChromaError, httpx.HTTPError) as error:
        raise KnowledgeError(
            f"The Chroma server at {url} cannot be used: {error}",
            "Start it, correct its address, or leave the address out to search locally.",
        ) from error


# --- on disk ----------------------------------------------------------------------------------


def _on_disk(knowledge: Knowledge, cache: Path) -> ChromaIndex:
    """The index in a folder of its own, sealed when it is complete.

    A folder without a seal was left half-built; one that does not match its seal is damaged.
    """
    cache.mkdir(parents=True, exist_ok=True)
    # Opening takes the lock too: Chroma writes to its database then, and would wait for minutes.
    with FileLock(cache / "index.lock", timeout=LOCK_TIMEOUT):
        for seal in sorted(cache.glob(f"index-{_name(knowledge)}-*/{_SEAL}")):
            try:
                return _used(seal.parent, knowledge)
            except _DamagedError as error:
                _log.info("%s is set aside: %s", seal.parent, error)
                _set_aside(seal.parent)
        _sweep(cache)
        return _used(_built(cache, knowledge), knowledge)


def _used(folder: Path, knowledge: Knowledge) -> ChromaIndex:
    index = _index(_opened(folder, _name(knowledge)), knowledge, str(folder))
    os.utime(folder / _SEAL)  # `_sweep` goes by it
    return index


@lru_cache(maxsize=2 * KEPT)
def _opened(folder: Path, name: str) -> chromadb.Collection:
    """The collection in a sealed folder, checked once in a process."""
    try:
        if json.loads((folder / _SEAL).read_bytes()) != _checksums(folder):
            raise _DamagedError("its files are not those that were sealed")
        client = _client(folder)
        try:
            collection = client.get_collection(name, embedding_function=None)
            _vectoriser(collection)
        except BaseException:
            client.close()
            raise
        return collection
    except (OSError, ValueError, TypeError, KeyError, ChromaError) as error:
        raise _DamagedError(str(error)) from error


def _built(cache: Path, knowledge: Knowledge) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"index-{_name(knowledge)}-", dir=cache))
    with _client(folder) as client:
        collection = _filled(client, knowledge)
        one = collection.get(limit=1, include=["embeddings"])
        # The first query makes Chroma write its graph to the disk.
        collection.query(query_embeddings=cast("Any", one["embeddings"]), n_results=1)
    (folder / _SEAL).write_text(json.dumps(_checksums(folder)), encoding="utf-8")
    return folder


def _client(folder: Path) -> Client:
    return cast("Client", chromadb.PersistentClient(folder, _settings()))


def _checksums(folder: Path) -> dict[str, int]:
    """CRC-32 of the files of the graph: Chroma reads them unchecked, and damage ends the process.

    The database is left out: it changes when it is opened, and SQLite notices damage itself.
    """
    return {
        path.relative_to(folder).as_posix(): zlib.crc32(path.read_bytes())
        for path in sorted(folder.glob("*/*"))
    }


def _set_aside(folder: Path) -> None:
    """Out of the way, but still there to look into. Only the last one is."""
    for earlier in folder.parent.glob("damaged-*"):
        shutil.rmtree(earlier, ignore_errors=True)
    folder.replace(folder.with_name(f"damaged-{folder.name}"))


def _sweep(cache: Path) -> None:
    """Makes room for one more: removes what was left half-built, and the indexes unused longest."""
    seals = sorted(cache.glob(f"index-*/{_SEAL}"), key=lambda seal: -seal.stat().st_mtime)
    kept = {seal.parent for seal in seals[: KEPT - 1]}
    for folder in set(cache.glob("index-*")) - kept:
        shutil.rmtree(folder, ignore_errors=True)
