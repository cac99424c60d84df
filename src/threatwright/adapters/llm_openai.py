"""A language model at an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from functools import partial
from typing import Any, TypeVar

import httpx2
import openai
from pydantic import BaseModel

from threatwright.adapters import llm_reply
from threatwright.adapters.llm_abilities import Abilities, Memory, Rung, is_refusal, understood
from threatwright.adapters.llm_reply import BrokenReplyError, Completion, UnfitError
from threatwright.adapters.llm_request import Call, Correction, body, parameters
from threatwright.adapters.llm_retries import Breaker, is_outage, retries
from threatwright.adapters.llm_schema import schema_of
from threatwright.adapters.llm_spending import Bill, Spending
from threatwright.adapters.llm_stream import Telling, pieces
from threatwright.adapters.openai_client import DEFAULT_URL, connect_async, failure
from threatwright.config import Settings
from threatwright.errors import LanguageModelError
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.usage import Usage

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")

PATH = "/chat/completions"
CORRECTIONS = 2
"""How often a reply that does not fit is sent back."""


@asynccontextmanager
async def open_llm(
    settings: Settings, key: str | None = None, *, is_fresh: bool = False
) -> AsyncIterator[OpenAiLlm]:
    """The models that the settings name, over one client, which is closed at the end.

    With `is_fresh`, what they take is found out anew. Raises InputError if the address or the key
    cannot be one, or if money is limited and a price is not known.
    """
    url = settings.llm_base_url or DEFAULT_URL
    memory = Memory(url, settings.home / "cache" / "llm" / "endpoints", is_fresh=is_fresh)
    async with connect_async(url, key, settings.llm_timeout) as client:
        yield OpenAiLlm(settings, client, memory)


class OpenAiLlm:
    """The models of one endpoint."""

    def __init__(self, settings: Settings, client: openai.AsyncOpenAI, memory: Memory) -> None:
        self._settings = settings
        self._client = client
        self._memory = memory
        self._turns = asyncio.Semaphore(settings.llm_concurrency)
        self._retried = retries(settings.llm_patience)
        self._breaker = Breaker(settings.llm_patience)
        self._spending = Spending(settings.llm_prices, settings.llm_tokens, settings.llm_money)
        for tier in Tier:
            self._spending.require_price(self.model(tier))

    @property
    def usage(self) -> Usage:
        """What the calls came to so far."""
        return self._spending.usage

    def model(self, tier: Tier) -> str:
        """The name of the model that answers prompts of a tier."""
        strong = self._settings.llm_model or ""
        return (self._settings.llm_fast_model or strong) if tier is Tier.FAST else strong

    def abilities(self, tier: Tier) -> Abilities:
        """What the model of a tier takes, as far as it was found out."""
        return self._memory.of(self.model(tier))

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        """The reply, as a value of the type.

        A reply that does not validate is sent back with what is wrong, at most twice. Raises
        LanguageModelError if there is no usable reply, or the budget is spent.
        """
        call = self._call(prompt, output=schema_of(output))
        while True:
            text = (await self._whole(call)).text
            self._note_form(call, text)
            try:
                return llm_reply.value(text, output)
            except UnfitError as unfit:
                if len(call.corrections) == CORRECTIONS:
                    why = f"did not give what was asked for: {unfit.line}"
                    raise self._unusable(call, why) from unfit
                call = call.corrected(Correction(reply=text, because=str(unfit)))

    async def tell(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        """The reply as text, a piece at a time. Raises as `ask` does.

        It is asked for again only as long as nothing of it was told.
        """
        call = self._call(prompt, is_streamed=True)
        with self._failing():
            async with AsyncExitStack() as exits:
                told, rest = await self._accepted(call, partial(self._opened, exits))
                if told.text:
                    yield "".join(told.text)
                async for piece in rest:
                    yield piece
                if told.flaw:
                    raise self._unusable(call, told.flaw)

    def _call(self, prompt: Prompt, **form: Any) -> Call:
        return Call(
            model=self.model(prompt.tier),
            prompt=prompt,
            temperature=self._settings.llm_temperature,
            seed=self._settings.llm_seed,
            **form,
        )

    def _note_form(self, call: Call, text: str) -> None:
        """Note whether a first reply has the form that the endpoint was to force it into."""
        if call.corrections or call.rung(self._memory.of(call.model)) is not Rung.SCHEMA:
            return
        strict = (call.output and call.output.strict) or {}
        self._memory.heeded(call.model, is_heeded=llm_reply.is_heeded(text, strict["properties"]))

    async def _whole(self, call: Call) -> Completion:
        """A reply that is complete and no refusal; one that was cut is asked for once more."""
        with self._failing():
            reply = await self._accepted(call, self._answered)
            if reply.is_cut and self._memory.of(call.model).limit:
                longer = call.model_copy(update={"limit": 2 * call.limit})
                reply = await self._accepted(longer, self._answered)
        if reply.flaw:
            raise self._unusable(call, reply.flaw)
        return reply

    async def _accepted(self, call: Call, send: Callable[[dict[str, Any]], Awaitable[R]]) -> R:
        """What is answered once the request asks for no more than the endpoint takes."""
        abilities = self._memory.of(call.model)
        while True:
            request = body(call, abilities)
            try:
                answered = await self._retried(send, request)
            except openai.APIStatusError as error:
                less = is_refusal(error) and understood(
                    error, abilities, call.rung(abilities), parameters(request)
                )
                if not less:
                    raise
                abilities = less.abilities
                if less.is_of_schema:
                    call = call.model_copy(update={"is_schema_refused": True})
            else:
                self._memory.keep(call.model, abilities)
                return answered

    async def _answered(self, request: dict[str, Any]) -> Completion:
        async with self._turn(request) as bill, self._in_time():
            response = await self._client.post(PATH, cast_to=httpx2.Response, body=request)
            reply = llm_reply.completion(response.content)
            bill.answered(reply.tokens)
            return reply

    async def _opened(
        self, exits: AsyncExitStack, request: dict[str, Any]
    ) -> tuple[Telling, AsyncIterator[str]]:
        """A reply that has begun to arrive; `exits` ends it."""
        async with AsyncExitStack() as own:
            telling = Telling(await own.enter_async_context(self._turn(request)))
            async with self._in_time():
                stream = await own.enter_async_context(
                    await self._client.chat.completions.create(**request)
                )
                rest = await own.enter_async_context(aclosing(pieces(stream, telling)))
                await anext(rest, None)
            await exits.enter_async_context(own.pop_all())
        return telling, rest

    @asynccontextmanager
    async def _turn(self, request: dict[str, Any]) -> AsyncIterator[Bill]:
        """A context in which one request is under way, as no more are than may be."""
        async with self._turns:
            self._breaker.check()
            async with self._spending.request(request["model"], len(json.dumps(request))) as bill:
                try:
                    yield bill
                except openai.OpenAIError as error:
                    bill.may_cost = isinstance(error, openai.APITimeoutError | BrokenReplyError)
                    if is_outage(error):
                        self._breaker.failed(self._failure(error))
                    raise
                self._breaker.succeeded()

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """A context that ends with APITimeoutError when a call has taken too long."""
        try:
            async with asyncio.timeout(self._settings.llm_timeout):
                yield
        except TimeoutError as error:
            raise openai.APITimeoutError(httpx2.Request("POST", self._client.base_url)) from error

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """A context in which what the client raises becomes what a person can act on."""
        try:
            yield
        except openai.OpenAIError as error:
            raise self._failure(error) from error

    def _failure(self, error: openai.OpenAIError) -> LanguageModelError:
        return failure(error, self._settings.llm_base_url)

    def _unusable(self, call: Call, why: str) -> LanguageModelError:
        return llm_reply.unusable(call.model, call.prompt.name, why)
