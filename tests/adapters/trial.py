"""A language model to be tried out: its settings, a prompt, and a type to reply with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import Field

from tests.openai_server import OpenAiServer
from threatwright.adapters.llm_openai import OpenAiLlm, open_llm
from threatwright.config import Settings
from threatwright.errors import LanguageModelError
from threatwright.model.base import Value
from threatwright.model.endpoint import Patience
from threatwright.model.prompt import Prompt, Tier

SHORT = Patience(wait=0.005, longest_wait=0.02, pause=0.2)


class Found(Value):
    """One thing that a model says."""

    target: Literal["api", "store"]
    likelihood: int = Field(ge=1, le=5)
    because: str = Field(min_length=3)


class Findings(Value):
    """What a model is asked for."""

    found: tuple[Found, ...]
    note: str | None = None


GOOD = {"found": [{"target": "api", "likelihood": 3, "because": "It is public."}], "note": None}


def findings(_: object = None) -> Any:
    """What a good model says."""
    return GOOD


def prompt(material: str = "A system.", tier: Tier = Tier.STRONG) -> Prompt:
    return Prompt(name="find_things", tier=tier, instruction="Find things.", material=material)


def settings(server: OpenAiServer, home: Path, **fields: Any) -> Settings:
    """Settings that wait for nothing long."""
    own: dict[str, Any] = {
        "home": home,
        "llm_base_url": server.base_url,
        "llm_model": "strong",
        "llm_timeout": 5,
        "llm_patience": SHORT,
    }
    return Settings.model_validate(own | fields)


@asynccontextmanager
async def opened(
    server: OpenAiServer, home: Path, key: str | None = None, **fields: Any
) -> AsyncIterator[OpenAiLlm]:
    """The model of the server."""
    async with open_llm(settings(server, home, **fields), key) as llm:
        yield llm


async def failing(llm: OpenAiLlm) -> LanguageModelError:
    """Why a model does not say what it is asked for."""
    with pytest.raises(LanguageModelError) as raised:
        await llm.ask(prompt(), Findings)
    assert "\n" not in raised.value.problem
    return raised.value


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that the server does in its own threads."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - an event of asyncio cannot be set from a thread
            await asyncio.sleep(0.005)
