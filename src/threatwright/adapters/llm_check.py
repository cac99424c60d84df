"""Tries out the language model that is set, and says what its endpoint can do."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx2
import openai
from pydantic import BaseModel, ValidationError

from threatwright.adapters.llm_abilities import Rung
from threatwright.adapters.llm_openai import OpenAiLlm, open_llm
from threatwright.adapters.openai_client import DEFAULT_URL, connect_async, failure
from threatwright.config import Settings
from threatwright.errors import LanguageModelError
from threatwright.model.base import Value
from threatwright.model.prompt import Prompt, Tier

FORMS = {
    Rung.SCHEMA: "forced into the schema by the endpoint",
    Rung.JSON: "forced to be JSON by the endpoint; the schema is asked for in words",
    Rung.TEXT: "text, in which the JSON is looked for; the schema is asked for in words",
}
MOST_NAMES = 8


class Finding(NamedTuple):
    """One thing that was tried."""

    what: str
    is_well: bool
    state: str


class Sum(Value):
    """What a model is asked for. Nothing but the schema says that it is JSON."""

    sum: int


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: tuple[_Model, ...]


async def findings(settings: Settings, key: str | None) -> AsyncIterator[Finding]:
    """What the endpoint and its models can do, as it is found out.

    Each model is asked twice for next to nothing. Raises InputError as `open_llm` does.
    """
    url = settings.llm_base_url or DEFAULT_URL
    try:
        listed = await _listed(settings, key)
    except openai.OpenAIError as error:
        yield _failed("endpoint", failure(error, settings.llm_base_url))
        return
    yield Finding("endpoint", True, f"{url}, reached")
    once = settings.llm_patience.model_copy(update={"attempts": 1})
    tried = settings.model_copy(update={"llm_patience": once})
    async with open_llm(tried, key, is_fresh=True) as llm:
        tiers = {llm.model(tier): tier for tier in Tier}  # one of each model
        for model, tier in tiers.items():
            async for finding in _of_model(llm, tier, listed):
                yield finding
            yield Finding(f"{model}: price", True, _price(settings, model))


async def _listed(settings: Settings, key: str | None) -> tuple[str, ...]:
    """The models that the endpoint says it has; none if it does not say."""
    async with connect_async(settings.llm_base_url, key, settings.llm_timeout) as client:
        try:
            reply = await client.get("/models", cast_to=httpx2.Response)
            return tuple(model.id for model in _Models.model_validate_json(reply.content).data)
        except (openai.NotFoundError, ValidationError):
            return ()
        except openai.APIStatusError as error:
            if error.status_code in {405, 501}:
                return ()
            raise


async def _of_model(llm: OpenAiLlm, tier: Tier, listed: tuple[str, ...]) -> AsyncIterator[Finding]:
    model, before, start = llm.model(tier), llm.usage, time.monotonic()
    prompt = Prompt(
        name="doctor", tier=tier, instruction="Answer the question.", material="What is 2 + 3?"
    )
    try:
        await llm.ask(prompt, Sum)
        seconds = time.monotonic() - start
        asked = llm.usage
        yield Finding(f"{model}: replies", True, f"in {seconds:.1f} s")
        is_minded = asked.calls - asked.failed == before.calls - before.failed + 1
        yield Finding(f"{model}: structure", True, _form(llm.abilities(tier).rung, is_minded))
        told = [piece async for piece in llm.tell(prompt)]
    except LanguageModelError as error:
        yield _failed(model, error, _others(model, listed))
        return
    yield Finding(f"{model}: streaming", True, "yes" if len(told) > 1 else "in one piece")
    yield Finding(f"{model}: tokens", True, _counting(asked.uncounted, llm.usage.uncounted))
    for refused in sorted(llm.abilities(tier).refused):
        yield Finding(f"{model}: without", True, f"{refused}, which it does not take")


def _form(rung: Rung, is_minded: bool) -> str:
    return FORMS[rung] if is_minded else f"{FORMS[rung]}, and yet it had to be corrected"


def _counting(of_replies: int, of_all: int) -> str:
    match of_replies, of_all:
        case 0, 0:
            return "reported"
        case 0, _:
            return "reported, but not when streaming"
        case _:
            return "not reported: what a run takes is unknown"


def _price(settings: Settings, model: str) -> str:
    price = settings.llm_prices.get(model)
    if price is None:
        return "unknown: your config.toml has none for it"
    currency = settings.llm_currency
    return f"{price.input} {currency} in, {price.output} {currency} out, of a million tokens"


def _others(model: str, listed: tuple[str, ...]) -> str:
    """What else could be asked, if the model is not among those that the endpoint has."""
    if not listed or model in listed:
        return ""
    shown = ", ".join(listed[:MOST_NAMES]) + (", …" if len(listed) > MOST_NAMES else "")
    return f" The endpoint has {shown}."


def _failed(what: str, error: LanguageModelError, more: str = "") -> Finding:
    return Finding(what, False, f"{error.problem} {error.fix}{more}")
