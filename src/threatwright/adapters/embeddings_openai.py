"""Vectors of meaning from the embedding model of an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import openai
from pydantic import BaseModel, FiniteFloat, ValidationError

from threatwright.adapters.openai_client import connect, failure
from threatwright.engine.search.tfidf import Vector, unit
from threatwright.errors import LanguageModelError

BATCH = 64
"""Texts in a request."""
TIMEOUT = 30.0
"""Seconds that the endpoint may be silent."""


class _Embedding(BaseModel):
    index: int
    embedding: tuple[FiniteFloat, ...]


class _Embeddings(BaseModel):
    """As much of a reply as is needed."""

    data: tuple[_Embedding, ...]


@dataclass(frozen=True)
class Endpoint:
    """An embedding model, and where it is asked."""

    model: str
    base_url: str | None = None
    """That of OpenAI if None."""
    key: str | None = field(default=None, repr=False)
    timeout: float = TIMEOUT

    @property
    def origin(self) -> str:
        """What tells this model from one of the same name elsewhere."""
        return self.base_url or "openai"

    def vectors(self, texts: Sequence[str]) -> Iterator[Vector]:
        """The vector of each text, of length one, as the batches arrive.

        Raises LanguageModelError if the endpoint fails or its reply is not what was asked for, and
        InputError if its address is none.
        """
        sizes: set[int] = set()
        with connect(self.base_url, self.key, self.timeout) as client:
            for start in range(0, len(texts), BATCH):
                vectors = self._asked(client, texts[start : start + BATCH])
                sizes.update(vector.size for vector in vectors)
                if len(sizes) > 1:
                    raise self._unusable("its embeddings are not of one length")
                yield from vectors

    def _asked(self, client: openai.OpenAI, texts: Sequence[str]) -> list[Vector]:
        try:
            reply = client.embeddings.with_raw_response.create(
                input=[text.encode("utf-8", "replace").decode() for text in texts],
                model=self.model,
                encoding_format="float",  # not all endpoints know any other
            )
            read = _Embeddings.model_validate_json(reply.content)
        except openai.OpenAIError as error:
            raise failure(error, self.base_url) from error
        except ValidationError as error:
            raise self._unusable("it is not a list of embeddings") from error
        return self._in_order(read, len(texts))

    def _in_order(self, reply: _Embeddings, wanted: int) -> list[Vector]:
        found = {e.index: unit(np.array(e.embedding, dtype=np.float64)) for e in reply.data}
        if sorted(found) != list(range(wanted)) or len(reply.data) != wanted:
            raise self._unusable(f"it has {len(reply.data)} embeddings for {wanted} texts")
        if not all(vector.any() for vector in found.values()):
            raise self._unusable("an embedding is empty or all zeros")
        return [found[at] for at in range(wanted)]

    def _unusable(self, why: str) -> LanguageModelError:
        return LanguageModelError(
            f"The reply of the embedding model {self.model} cannot be used: {why}.",
            "Check that THREATWRIGHT_EMBEDDING_MODEL names a model that makes embeddings.",
        )
