"""A language model that is seen at work: how many of its calls are under way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

    from threatwright.model.prompt import Prompt, Tier
    from threatwright.model.usage import Usage
    from threatwright.ports import Llm

T = TypeVar("T", bound="BaseModel")


class WatchedLlm:
    """The same language model; it counts the calls that somebody waits for."""

    def __init__(self, llm: Llm) -> None:
        self._llm = llm
        self.under_way = 0

    @property
    def usage(self) -> Usage:
        """What the calls came to so far."""
        return self._llm.usage

    def model(self, tier: Tier) -> str:
        """The name of the model that answers prompts of a tier."""
        return self._llm.model(tier)

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        """The reply, as a value of the type. Raises as the language model does."""
        with self._counted():
            return await self._llm.ask(prompt, output)

    async def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        """The reply as text, a piece at a time. Raises as the language model does."""
        with self._counted():
            async for piece in self._llm.tell(prompt):
                yield piece

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1
