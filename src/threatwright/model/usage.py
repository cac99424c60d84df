"""What calls to language models came to: tokens and money. What is not known is not 0."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from threatwright.model.base import Value


class Usage(Value):
    """The sum over some calls."""

    calls: int = Field(default=0, ge=0)
    """Requests that were sent, those that failed included."""
    failed: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    uncounted: int = Field(default=0, ge=0)
    """Answered calls of which the endpoint did not say how many tokens they took."""
    cost: Decimal = Decimal(0)
    """In the currency of the price table, of the calls whose price is known."""
    unpriced: int = Field(default=0, ge=0)
    """Answered calls whose price is not known."""

    @property
    def tokens(self) -> int:
        """Tokens of both kinds, as far as they were counted."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        """The sum of both."""
        return Usage(
            calls=self.calls + other.calls,
            failed=self.failed + other.failed,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            uncounted=self.uncounted + other.uncounted,
            cost=self.cost + other.cost,
            unpriced=self.unpriced + other.unpriced,
        )

    def __sub__(self, other: Usage) -> Usage:
        """What came to `other` since, to make it this."""
        return Usage(
            calls=self.calls - other.calls,
            failed=self.failed - other.failed,
            prompt_tokens=self.prompt_tokens - other.prompt_tokens,
            completion_tokens=self.completion_tokens - other.completion_tokens,
            uncounted=self.uncounted - other.uncounted,
            cost=self.cost - other.cost,
            unpriced=self.unpriced - other.unpriced,
        )
