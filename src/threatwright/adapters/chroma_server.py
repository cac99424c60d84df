"""Chroma on a server, for a team. Collections of other knowledge stay: colleagues may use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

from threatwright.adapters import chroma
from threatwright.adapters.chroma import ChromaError, Collection
from threatwright.adapters.chroma_collection import Contents, Held, filled, is_whole
from threatwright.errors import InputError, KnowledgeError

PAGE = 100
"""Collections asked for at a time."""


@dataclass(frozen=True)
class Server:
    """The collections on the Chroma server at a URL.

    Raises InputError if that is no address, and KnowledgeError if the server cannot be used.
    """

    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise InputError(
                f"“{self.url}” is not the address of a Chroma server.",
                "Give it as http://HOST:PORT or https://HOST:PORT.",
            )

    def hold(self, contents: Contents) -> Held:
        """The collection, built first if there is none."""
        with self._used():
            return Held(filled(chroma.on_server(self.url), contents), self.url)

    def find(self, start: str) -> Held | None:
        """The collection whose name begins so, if it is there and whole. Builds nothing."""
        with self._used():
            for collection in _collections(chroma.on_server(self.url)):
                if collection.name.startswith(start) and is_whole(collection):
                    return Held(collection, self.url)
        return None

    @contextmanager
    def _used(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, ChromaError, httpx.HTTPError) as error:
            raise KnowledgeError(
                f"The Chroma server at {self.url} cannot be used: {error}",
                "Start it, correct its address, or leave the address out to search locally.",
            ) from error


def _collections(client: ClientAPI) -> Iterator[Collection]:
    offset = 0
    while page := client.list_collections(limit=PAGE, offset=offset):
        yield from page
        offset += PAGE
