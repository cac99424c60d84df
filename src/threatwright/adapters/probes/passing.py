"""Which failures of an endpoint may pass, and how long to wait for that."""

from __future__ import annotations

from collections.abc import Collection

import httpx2

from threatwright.adapters.probes.outlet import Arrived, OversizeError
from threatwright.adapters.retry_after import seconds_asked_for
from threatwright.model.endpoint import Patience

Outcome = Arrived | httpx2.TransportError | TimeoutError

_PASSING = frozenset({429, 502, 503, 504})
_REFUSING = frozenset({401, 403, 404, 429})
"""With these an endpoint answers nobody, whatever is asked."""


def may_pass(outcome: Outcome, blocking: Collection[int]) -> bool:
    """Whether the same request may be answered the next time.

    `blocking` are statuses with which a control stops a request: asking again is answered alike. So
    is what took too long, and it is what costs the most.
    """
    if isinstance(outcome, Arrived):
        return outcome.status in _PASSING and outcome.status not in blocking
    is_timeout = isinstance(outcome, TimeoutError | httpx2.TimeoutException)
    return not is_timeout and not isinstance(outcome, OversizeError)


def is_failure(outcome: Outcome, blocking: Collection[int]) -> bool:
    """Whether the endpoint itself does not work, or does not work for us."""
    if not isinstance(outcome, Arrived):
        return True
    fails = outcome.status >= 500 or outcome.status in _REFUSING
    return fails and outcome.status not in blocking


def pause(attempt: int, outcome: Outcome, patience: Patience) -> float:
    """Seconds to wait after so many attempts: as the endpoint asks, else doubled each time."""
    header = outcome.headers.get("retry-after", "") if isinstance(outcome, Arrived) else ""
    asked = seconds_asked_for(header)
    wait = patience.wait * 2 ** (attempt - 1) if asked is None else asked
    return min(wait, patience.longest_wait)
