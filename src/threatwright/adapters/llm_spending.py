"""What a run spends on language models, and the budget that no call starts beyond."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from threatwright.adapters.llm_reply import Tokens
from threatwright.errors import InputError, LanguageModelError
from threatwright.model.endpoint import Price
from threatwright.model.usage import Usage

CHARACTERS = 4
"""Of a token, about."""
FIRST_REPLY = 500
"""Tokens that a reply is held to take until one was counted."""


@dataclass
class Spent:
    """Tokens and money, as far as they are known or have to be assumed."""

    tokens: int = 0
    money: Decimal = Decimal(0)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.tokens + other.tokens, self.money + other.money)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.tokens - other.tokens, self.money - other.money)


@dataclass
class Bill:
    """What one request came to."""

    tokens: Tokens | None = None
    is_answered: bool = False
    may_cost: bool = False
    """Nobody answered, and yet it may have been worked on."""

    def answered(self, tokens: Tokens | None) -> None:
        """A reply is there; None if the endpoint does not say what it took."""
        self.is_answered, self.tokens = True, tokens


@dataclass
class Spending:
    """The sum over a run, and what is left of its budget."""

    prices: Mapping[str, Price]
    budget_tokens: int | None = None
    budget_money: Decimal | None = None
    usage: Usage = field(default_factory=Usage)
    _spent: Spent = field(default_factory=Spent)
    """As the budget counts: what is not known is assumed."""
    _in_flight: Spent = field(default_factory=Spent)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    """A request that was in flight has ended."""

    def require_price(self, model: str) -> None:
        """Raises InputError if money is limited and the price of the model is not known."""
        if self.budget_money is not None and model not in self.prices:
            raise InputError(
                f"What is spent is limited to {self.budget_money}, but the price of the model "
                f"{model} is not known.",
                f'Add [llm_prices."{model}"] with input and output to your config.toml, or set '
                "THREATWRIGHT_LLM_TOKENS in place of THREATWRIGHT_LLM_MONEY.",
            )

    @asynccontextmanager
    async def request(self, model: str, characters: int) -> AsyncIterator[Bill]:
        """A context in which one request of so many characters is sent.

        It waits for those in flight to show what they come to, if the budget might not hold this
        one beside them. Raises LanguageModelError, before anything is sent, if it does not.
        """
        while self._in_flight.tokens and self._refusal(self._assumed(model, characters)):
            self._ended.clear()
            await self._ended.wait()
        assumed = self._assumed(model, characters)
        if beyond := self._refusal(assumed):
            raise beyond
        self._in_flight += assumed
        bill = Bill()
        try:
            yield bill
        finally:
            self._in_flight -= assumed
            self._count(model, bill, assumed)
            self._ended.set()

    def _assumed(self, model: str, characters: int) -> Spent:
        counted = self.usage.calls - self.usage.failed - self.usage.uncounted
        reply = self.usage.completion_tokens // counted if counted else FIRST_REPLY
        return self._of(model, characters // CHARACTERS, reply)

    def _of(self, model: str, prompt_tokens: int, completion_tokens: int) -> Spent:
        price = self.prices.get(model)
        money = price.of(prompt_tokens, completion_tokens) if price else Decimal(0)
        return Spent(prompt_tokens + completion_tokens, money)

    def _refusal(self, assumed: Spent) -> LanguageModelError | None:
        """Why the budget does not hold so much more; None if it does."""
        then = self._spent + self._in_flight + assumed
        if self.budget_tokens is not None and then.tokens > self.budget_tokens:
            return _beyond(f"{self.budget_tokens} tokens", f"{self._spent.tokens}", "TOKENS")
        if self.budget_money is not None and then.money > self.budget_money:
            return _beyond(f"{self.budget_money}", f"{self._spent.money:.4f}", "MONEY")
        return None

    def _count(self, model: str, bill: Bill, assumed: Spent) -> None:
        if not bill.is_answered:
            self.usage += Usage(calls=1, failed=1)
            self._spent += assumed if bill.may_cost else Spent()
        elif bill.tokens is None:
            self.usage += Usage(calls=1, uncounted=1, unpriced=1)
            self._spent += assumed
        else:
            taken, price = bill.tokens, self.prices.get(model)
            spent = self._of(model, taken.prompt_tokens, taken.completion_tokens)
            self._spent += spent
            self.usage += Usage(
                calls=1,
                prompt_tokens=taken.prompt_tokens,
                completion_tokens=taken.completion_tokens,
                cost=spent.money,
                unpriced=0 if price else 1,
            )


def _beyond(budget: str, spent: str, variable: str) -> LanguageModelError:
    return LanguageModelError(
        f"The budget of {budget} for language models is used up: {spent} are spent, and the next "
        "call would go beyond.",
        f"Raise THREATWRIGHT_LLM_{variable} and go on; what was done so far is kept.",
    )
