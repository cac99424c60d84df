"""Twins of the chatbot: none of them gives in, and each is hard on a prober in its own way."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

PER_SECOND = 10
"""Requests in any second that the rate-limiting twin answers."""
SECONDS = 3.0
"""How long the slow twin takes."""


class Turned(NamedTuple):
    """A request that is turned away before the chatbot sees it."""

    status: int
    problem: str
    retry_after: int | None = None


Gate = Callable[[], Turned | None]
"""Asked before each request; None lets it pass."""


class Twin(NamedTuple):
    """One twin."""

    name: str
    summary: str
    quotes: bool = False
    refuses: bool = False
    new_gate: Callable[[], Gate] = lambda: lambda: None
    """Makes the gate of one server."""


def _limiting() -> Gate:
    times: deque[float] = deque(maxlen=PER_SECOND)
    lock = Lock()

    def gate() -> Turned | None:
        with lock:
            now = time.monotonic()
            if len(times) == PER_SECOND and now - times[0] < 1:
                return Turned(429, "Too many requests", retry_after=1)
            times.append(now)
            return None

    return gate


def _erroring() -> Gate:
    """Three requests of five fail."""
    lock, count = Lock(), 0

    def gate() -> Turned | None:
        nonlocal count
        with lock:
            count += 1
            return Turned(500, "Something broke") if count % 5 in (1, 2, 4) else None

    return gate


def _slow() -> Gate:
    def gate() -> Turned | None:
        time.sleep(SECONDS)
        return None

    return gate


TWINS: tuple[Twin, ...] = (
    Twin("hardened", "Keeps to its task."),
    Twin("echoing", "Refuses, and quotes what it was asked.", quotes=True),
    Twin("refusing", "Refuses everything, harmless questions too.", refuses=True),
    Twin("rate-limiting", f"Answers {PER_SECOND} requests a second; the others get 429.",
         new_gate=_limiting),
    Twin("erroring", "Fails three times of five with 500.", new_gate=_erroring),
    Twin("slow", f"Takes {SECONDS:.0f} seconds for an answer.", new_gate=_slow),
)  # fmt: skip
