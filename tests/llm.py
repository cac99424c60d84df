"""A language model whose replies a test writes, by the name of the prompt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from threatwright.errors import LanguageModelError
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.usage import Usage

T = TypeVar("T", bound=BaseModel)

Reply: TypeAlias = "Callable[[Prompt], Any]"
"""Gives the fields of a reply, or the text of one that is told. May raise LanguageModelError."""

DOWN = LanguageModelError("The language model does not answer.", "Look whether it runs.")


def down(_: Prompt) -> Any:
    """A reply of a model that cannot be reached."""
    raise DOWN


class ScriptedLlm:
    """Answers each prompt with what was written for its name, after some seconds."""

    def __init__(self, seconds: float = 0, **replies: Reply) -> None:
        self.replies = dict(replies)
        self.seconds = seconds
        self.asked: list[Prompt] = []
        self.called = asyncio.Event()
        """Set when a call begins."""
        self.at_once = 0
        """The most calls that were under way together."""
        self._running = 0

    @property
    def usage(self) -> Usage:
        return Usage(calls=len(self.asked))

    def model(self, tier: Tier) -> str:
        return f"scripted-{tier}"

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        given = await self._reply(prompt)
        try:
            return output.model_validate(given)
        except ValidationError as error:
            raise LanguageModelError(
                f"The reply to {prompt.name} is not of the form asked for: {error.errors()[0]}",
                "Try it again.",
            ) from error

    async def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        for word in str(await self._reply(prompt)).split(" "):
            yield f"{word} "

    async def _reply(self, prompt: Prompt) -> Any:
        self.asked.append(prompt)
        self.called.set()
        self._running += 1
        self.at_once = max(self.at_once, self._running)
        try:
            await asyncio.sleep(self.seconds)
            if prompt.name not in self.replies:
                raise LanguageModelError(
                    f"Nothing was written for {prompt.name}.", "Write a reply."
                )
            return self.replies[prompt.name](prompt)
        finally:
            self._running -= 1

    def prompts(self, name: str) -> list[Prompt]:
        """What was asked under a name."""
        return [prompt for prompt in self.asked if prompt.name == name]


def saying(**fields: Any) -> Reply:
    """The same reply to every prompt."""
    return lambda _: fields


def by_material(replies: Mapping[str, Any], otherwise: Any = None) -> Reply:
    """The reply whose key stands in the material; `otherwise` where none does."""

    def reply(prompt: Prompt) -> Any:
        found = (given for words, given in replies.items() if words in prompt.material)
        return next(found, otherwise if otherwise is not None else {})

    return reply
