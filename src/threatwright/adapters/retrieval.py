"""Search as the settings want it: where it is held, and whether meaning counts beside words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from threatwright.adapters.chroma_words import place
from threatwright.adapters.knowledge_chroma import open_index, open_patterns
from threatwright.adapters.semantic import Complain, Embedder, build, open_fused
from threatwright.config import Settings
from threatwright.engine.search.corpus import (
    NO_DESCRIPTIONS,
    NO_PROCEDURES,
    Descriptions,
    Procedures,
    of_catalogues,
)
from threatwright.errors import InputError, ThreatwrightError
from threatwright.model.knowledge import Knowledge
from threatwright.ports import KnowledgeIndex, PatternIndex

Progress = Callable[[str, int, int], None]
"""Is told what is done, how much of it, and out of how much."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retrieval:
    """Opens and builds the indexes of one knowledge base. Raises ThreatwrightError."""

    knowledge: Knowledge
    cache: Path
    settings: Settings
    procedures: Procedures = NO_PROCEDURES
    official: Descriptions = NO_DESCRIPTIONS
    """For search by words alone: built anew at once, it may change with every sync."""

    def entries(
        self, semantic: bool | None = None, complain: Complain | None = None
    ) -> KnowledgeIndex:
        """Search over the catalogues: by meaning too if `semantic` or, for None, the settings say.

        `complain` is told why meaning cannot be had where it was asked for; words do then.
        """
        words = open_index(
            self.knowledge,
            self.cache,
            self._url,
            procedures=self.procedures,
            official=self.official,
        )
        wanted = self.settings.semantic != "off" if semantic is None else semantic
        if not wanted:
            return words
        told = complain or _log_problem
        corpus = of_catalogues(self.knowledge, self.procedures)
        try:
            where = place(self.cache, self._url)
            return open_fused(words, corpus, self.embedder(), where, told)
        except ThreatwrightError as error:
            told(error)
            return words

    def patterns(self) -> PatternIndex:
        """Search over the threat patterns, by words."""
        return open_patterns(self.knowledge, self.cache, self._url)

    def build_semantic(self, progress: Progress) -> str:
        """Build what search by meaning needs, unless it is there. Returns the name of its model."""
        from threatwright.adapters.minilm import MiniLm

        embedder = self.embedder()
        if isinstance(embedder, MiniLm):
            embedder.fetch(partial(progress, f"Downloading {embedder.model}"))
        corpus = of_catalogues(self.knowledge, self.procedures)
        where = place(self.cache, self._url)
        build(corpus, embedder, where, partial(progress, f"Asking {embedder.model}"))
        return embedder.model

    @property
    def source(self) -> Literal["minilm", "endpoint"]:
        """Where vectors of meaning come from.

        Where the settings do not say, MiniLM, unless they name a model of an endpoint for this.
        """
        if self.settings.semantic != "off":
            return self.settings.semantic
        return "endpoint" if self.settings.embedding_model else "minilm"

    def embedder(self) -> Embedder:
        """What gives vectors of meaning. Raises InputError if the settings do not allow it."""
        if self.source == "minilm":
            from threatwright.adapters.minilm import MiniLm

            return MiniLm(self.cache, offline=self.settings.offline)
        if self.settings.offline:
            raise InputError(
                "Offline is on, so the endpoint is not asked for vectors.",
                "Turn it off, or set THREATWRIGHT_SEMANTIC to minilm, which runs on this machine.",
            )
        if not self.settings.embedding_model:
            raise InputError(
                "No model is named that makes embeddings.",
                "Set THREATWRIGHT_EMBEDDING_MODEL, or set THREATWRIGHT_SEMANTIC to minilm.",
            )
        from threatwright.adapters.embeddings_openai import Endpoint

        key = self.settings.llm_api_key
        secret = key.get_secret_value() if key else None
        return Endpoint(self.settings.embedding_model, self.settings.llm_base_url, secret)

    @property
    def _url(self) -> str | None:
        return None if self.settings.offline else self.settings.chroma_url


def _log_problem(error: ThreatwrightError) -> None:
    _log.info("search goes on by words alone: %s", error.problem)
