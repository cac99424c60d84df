"""Recorded replies in place of a language model, for demonstrations and measurements without one.

A folder holds YAML files, each with one recording or a list of them:

    - prompt: draft_threats
      digest: 9f86d081…          # SHA-256 of what is sent: `Prompt.digest`
      by: gpt-4o at https://api.openai.com/v1, 2026-11-27
      reply: {threats: []}       # what the reply says; a text where it is told

`by` says what wrote the reply: a model and where it was asked, or “written for the purpose”.
JSON files are YAML too.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from threatwright import yamltext
from threatwright.adapters.atomic import replace_whole
from threatwright.errors import InputError, LanguageModelError
from threatwright.model.base import Value
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.usage import Usage
from threatwright.ports import Llm

T = TypeVar("T", bound=BaseModel)

SUFFIXES = frozenset({".yaml", ".yml", ".json"})


class Recording(Value):
    """A reply, and what it replied to."""

    prompt: str
    """The name of the prompt, for those who read the file."""
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    by: str = Field(min_length=1)
    """What wrote it."""
    reply: dict[str, Any] | str


def recordings(folder: Path) -> dict[str, Recording]:
    """Digest of a prompt → the reply to it. Of those to the same, the last file's counts.

    Raises InputError naming the file and field of what is wrong.
    """
    found: dict[str, Recording] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            found |= {recording.digest: recording for recording in _of_file(path)}
    return found


def _of_file(path: Path) -> Iterator[Recording]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}", "Correct that file or remove it.") from error
    data = yamltext.parse(text, path.name)
    for number, each in enumerate(data if isinstance(data, list) else [data], start=1):
        try:
            yield Recording.model_validate(each)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise InputError(
                f"{path}: recording {number}: {where}: {first['msg']}.", "Correct that file."
            ) from error


class Replay:
    """A language model that says what was recorded."""

    def __init__(self, folder: Path, beyond: Llm | None = None) -> None:
        """`beyond` is asked where nothing was recorded. Raises InputError as `recordings` does."""
        self._folder = folder
        self._recorded = recordings(folder)
        self._beyond = beyond
        self.replayed = 0
        """Replies that were recorded."""

    @property
    def usage(self) -> Usage:
        """What other calls came to. What was recorded costs nothing."""
        return self._beyond.usage if self._beyond else Usage()

    def model(self, tier: Tier) -> str:
        """What is asked where nothing was recorded, or that all of it was."""
        return self._beyond.model(tier) if self._beyond else "recorded"

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        """The recorded reply, as a value of the type.

        Raises LanguageModelError if there is none, or it is not of the type.
        """
        found = self._recorded.get(prompt.digest)
        if found is None and self._beyond:
            return await self._beyond.ask(prompt, output)
        reply = self._replayed(prompt, found).reply
        try:
            return output.model_validate_json(json.dumps(reply))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise LanguageModelError(
                f"The recorded reply to {_named(prompt)} does not fit: {where}: {first['msg']}.",
                f"Record it again in {self._folder}.",
            ) from error

    async def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        """The recorded reply, a line at a time. Raises LanguageModelError if there is none."""
        found = self._recorded.get(prompt.digest)
        if found is None and self._beyond:
            async for piece in self._beyond.tell(prompt):
                yield piece
            return
        for line in str(self._replayed(prompt, found).reply).splitlines(keepends=True):
            yield line

    def _replayed(self, prompt: Prompt, found: Recording | None) -> Recording:
        if found is None:
            raise LanguageModelError(
                f"No reply was recorded to {_named(prompt)}.",
                f"Record one in {self._folder}, or name a language model to ask.",
            )
        self.replayed += 1
        return found


class Recorder:
    """A language model of which every reply is recorded, a file each."""

    def __init__(self, llm: Llm, folder: Path, where: str) -> None:
        """`where` tells where and when the model was asked, as a recording says it."""
        self._llm = llm
        self._folder = folder
        self._where = where

    @property
    def usage(self) -> Usage:
        """What the calls came to so far."""
        return self._llm.usage

    def model(self, tier: Tier) -> str:
        """The name of the model that answers prompts of a tier."""
        return self._llm.model(tier)

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        """The reply, as a value of the type. Raises as the language model does."""
        value = await self._llm.ask(prompt, output)
        self._record(prompt, value.model_dump(mode="json", by_alias=True))
        return value

    async def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        """The reply as text. Raises as the language model does."""
        told: list[str] = []
        async for piece in self._llm.tell(prompt):
            told.append(piece)
            yield piece
        self._record(prompt, "".join(told))

    def _record(self, prompt: Prompt, reply: Any) -> None:
        """Write a recording. Raises InputError if it cannot be written."""
        made = Recording(
            prompt=prompt.name,
            digest=prompt.digest,
            by=f"{self._llm.model(prompt.tier)} {self._where}".strip(),
            reply=reply,
        )
        path = self._folder / f"{prompt.name}-{prompt.digest[:12]}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(path, yamltext.dump(made.model_dump(mode="json")).encode())


def _named(prompt: Prompt) -> str:
    return f"the prompt {prompt.name} ({prompt.digest[:12]}…)"
