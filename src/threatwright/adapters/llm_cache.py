"""Replies of a language model that were given before, kept in the user's own folder.

What a reply is kept under is made of everything that it depended on: the endpoint, the model, the
prompt, the schema, and how freely the model words. Only replies that could be used are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from threatwright.adapters.atomic import replace_private
from threatwright.adapters.llm_schema import schema_of
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.usage import Usage
from threatwright.ports import Llm

T = TypeVar("T", bound=BaseModel)

LARGEST = 64 * 2**20
"""Bytes of all replies that are kept; those that were not used for longest go first."""
SUFFIX = ".reply"


class KeptReplies:
    """A language model whose replies are kept."""

    def __init__(
        self,
        llm: Llm,
        folder: Path,
        ground: tuple[object, ...],
        *,
        largest: int = LARGEST,
        is_fresh: bool = False,
    ) -> None:
        """`ground` is what replies depend on besides the prompt: endpoint, temperature, seed.

        With `is_fresh`, what is kept is not used, but replaced.
        """
        self.kept = 0
        """Replies that were at hand and not asked for."""
        self._llm = llm
        self._folder = folder
        self._ground = ground
        self._is_fresh = is_fresh
        self._largest = largest
        self._bytes: int | None = None

    @property
    def usage(self) -> Usage:
        """What the calls came to so far. A reply that was kept is no call."""
        return self._llm.usage

    def model(self, tier: Tier) -> str:
        """The name of the model that answers prompts of a tier."""
        return self._llm.model(tier)

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        """The reply, as a value of the type. Raises as the language model does."""
        path = self._path(prompt, schema_of(output).whole)
        with suppress(ValidationError):
            if text := self._read(path):
                value = output.model_validate_json(text)
                self.kept += 1
                return value
        value = await self._llm.ask(prompt, output)
        self._keep(path, value.model_dump_json(by_alias=True))
        return value

    async def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        """The reply as text, at once if it was kept. Raises as the language model does."""
        path = self._path(prompt, None)
        if text := self._read(path):
            self.kept += 1
            yield text
            return
        told: list[str] = []
        async for piece in self._llm.tell(prompt):
            told.append(piece)
            yield piece
        self._keep(path, "".join(told))

    def _path(self, prompt: Prompt, schema: dict[str, Any] | None) -> Path:
        model = self._llm.model(prompt.tier)
        ground = json.dumps([*self._ground, model, prompt.digest, schema], default=str)
        return self._folder / f"{hashlib.sha256(ground.encode()).hexdigest()}{SUFFIX}"

    def _read(self, path: Path) -> str:
        """What is kept there; empty if nothing is, or it did not stay whole."""
        if self._is_fresh:
            return ""
        try:
            digest, _, text = path.read_text(encoding="utf-8").partition("\n")
            path.touch()  # it goes later than what nobody used
        except (OSError, ValueError):
            return ""
        return text if digest == _digest(text) else ""

    def _keep(self, path: Path, text: str) -> None:
        """A folder that cannot be written costs calls, and nothing else."""
        content = f"{_digest(text)}\n{text}".encode()
        with suppress(OSError):
            replace_private(path, content)
            if self._bytes is None:
                self._bytes = sum(size for _, size, _ in self._by_age())
            else:
                self._bytes += len(content)
            if self._bytes > self._largest:
                self._make_room()

    def _make_room(self) -> None:
        """Leave half of what there may be, so that this is not done often."""
        left = sum(size for _, size, _ in self._by_age())
        for _, size, path in self._by_age():
            if left <= self._largest // 2:
                break
            path.unlink(missing_ok=True)
            left -= size
        self._bytes = left

    def _by_age(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.glob(f"*{SUFFIX}"):
            with suppress(FileNotFoundError):  # another run makes room too
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        return sorted(found)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
