"""When a request is sent again, and when an endpoint is left alone."""

from __future__ import annotations

import time
from dataclasses import dataclass

import openai
import stamina
from stamina.instrumentation import set_on_retry_hooks

from threatwright.adapters.llm_abilities import is_refusal
from threatwright.adapters.llm_reply import BrokenReplyError
from threatwright.adapters.retry_after import seconds_asked_for
from threatwright.errors import LanguageModelError
from threatwright.model.endpoint import Patience

set_on_retry_hooks([])  # it would log every retry to the terminal that the UI draws on


def retries(patience: Patience) -> stamina.BoundAsyncRetryingCaller:
    """Calls a function that sends a request, again where that may help."""

    def again(error: Exception) -> bool | float:
        if not _may_pass(error):
            return False
        asked_for = _asked_for(error)
        return True if asked_for is None else min(asked_for, patience.longest_wait)

    caller = stamina.AsyncRetryingCaller(
        attempts=patience.attempts,
        timeout=None,
        wait_initial=patience.wait,
        wait_max=patience.longest_wait,
        wait_jitter=patience.wait,
    )
    return caller.on(again)


def _may_pass(error: Exception) -> bool:
    """Whether the same request may be answered the next time."""
    match error:
        case openai.RateLimitError():
            return error.code != "insufficient_quota"
        case openai.APIStatusError():
            is_passing = error.status_code >= 500 or error.status_code in {408, 409}
            return is_passing and not is_refusal(error)
        case _:
            return isinstance(error, openai.APIConnectionError | BrokenReplyError)


def _asked_for(error: Exception) -> float | None:
    """Seconds that the endpoint asks to be left alone; None if it does not say."""
    if not isinstance(error, openai.APIStatusError):
        return None
    return seconds_asked_for(error.response.headers.get("retry-after", ""))


def is_outage(error: openai.OpenAIError) -> bool:
    """Whether a failure says that the endpoint does not work, and not that it wants less."""
    return not isinstance(error, openai.RateLimitError) and not is_refusal(error)


@dataclass
class Breaker:
    """Leaves an endpoint alone for a while once too many requests in a row have failed."""

    patience: Patience
    _failures: int = 0
    _last: LanguageModelError | None = None
    _until: float = 0.0

    def check(self) -> None:
        """Raises LanguageModelError while the endpoint is left alone."""
        left = self._until - time.monotonic()
        if self._last is not None and left > 0:
            raise LanguageModelError(
                f"The endpoint is not asked for a while, as {self._failures} requests in a row "
                f"failed. The last: {self._last.problem}",
                f"Try again in {left:.0f} s. {self._last.fix}",
            )

    def succeeded(self) -> None:
        """The endpoint answered."""
        self._failures = 0

    def failed(self, error: LanguageModelError) -> None:
        """A request failed. After a pause, the first one that fails begins another."""
        self._failures += 1
        self._last = error
        if self._failures >= self.patience.failures:
            self._until = time.monotonic() + self.patience.pause
