"""What is known and wanted of the endpoint of a language model: prices and patience."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from threatwright.model.base import Value

MILLION = 1_000_000


class Price(Value):
    """What a model costs, in the currency of the price table."""

    input: Decimal = Field(ge=0)
    """Of a million tokens of prompts."""
    output: Decimal = Field(ge=0)
    """Of a million tokens of replies."""

    def of(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """What so many tokens cost."""
        return (self.input * prompt_tokens + self.output * completion_tokens) / MILLION


class Patience(Value):
    """How often and after how long a request that failed is sent again. Times are in seconds."""

    attempts: int = Field(default=4, ge=1)
    """Of one request, the first included."""
    wait: float = Field(default=1.0, ge=0)
    """Before the second attempt; twice that before the third, and so on."""
    longest_wait: float = Field(default=60.0, ge=0)
    """However long the endpoint asks for."""
    failures: int = Field(default=10, ge=1)
    """So many in a row, of all requests, and the endpoint is left alone for a while."""
    pause: float = Field(default=30.0, ge=0)
    """That while."""
