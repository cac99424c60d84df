"""Chroma with its telemetry off. Whatever needs the library imports it from here.

Importing it costs about a second: import this module where it is used.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.request import urlopen

# Both are read once, when the libraries are imported.
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import chromadb
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client

__all__ = [
    "ChromaError",
    "Collection",
    "NotFoundError",
    "ONNXMiniLM_L6_V2",
    "in_folder",
    "in_memory",
    "on_server",
]

Collection = chromadb.Collection

SERVER_TIMEOUT = 5
"""Seconds for a Chroma server to answer at all; Chroma's own client would wait forever."""


def in_memory() -> ClientAPI:
    """A client whose collections end with the process."""
    return chromadb.EphemeralClient(_settings())


def in_folder(folder: Path) -> Client:
    """A client for the collections in a folder. To be closed."""
    return cast("Client", chromadb.PersistentClient(folder, _settings()))


def on_server(url: str) -> ClientAPI:
    """A client for a server. Raises OSError or ValueError if it does not answer."""
    with urlopen(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=SERVER_TIMEOUT):
        return chromadb.HttpClient(url, ssl=url.startswith("https:"), settings=_settings())


def _settings() -> Settings:
    # The constructor would read environment variables, and a .env in whatever folder this is.
    return Settings.model_construct(anonymized_telemetry=False)
