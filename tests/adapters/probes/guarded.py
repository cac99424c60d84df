"""A guarded client for tests, and what it told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from tests.adapters.probes.runs import QUICK, caps
from threatwright.adapters.probes.guard import Guard
from threatwright.adapters.probes.key import Key
from threatwright.adapters.probes.ledger import Ledger
from threatwright.adapters.probes.outlet import Outlet
from threatwright.adapters.probes.pins import Resolver, SystemResolver, pinned
from threatwright.adapters.probes.way import Place, Way
from threatwright.adapters.probes.wire import Trace, current
from threatwright.model.endpoint import Patience
from threatwright.model.probe_run import Denied, Sending
from threatwright.model.probe_scope import Caps

ASK = Place("POST", "/ask")


@dataclass
class Names:
    """A resolver that knows some names, one address for each time that it is asked."""

    known: dict[str, Sequence[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.known.get(host, [])
        if not answers:
            raise OSError("no such name")
        return answers[min(self.asked.count(host), len(answers)) - 1]


@dataclass
class Guarded:
    """A client behind a guard."""

    guard: Guard
    http: httpx2.AsyncClient
    told: list[Sending | Denied]
    trace: Trace

    @property
    def sent(self) -> list[Sending]:
        return [event for event in self.told if isinstance(event, Sending)]

    @property
    def denied(self) -> list[Denied]:
        return [event for event in self.told if isinstance(event, Denied)]


@asynccontextmanager
async def guarded(
    origin: str,
    *places: Place,
    budget: Caps | None = None,
    patience: Patience = QUICK,
    resolver: Resolver | None = None,
    key: Key | None = None,
    ends: datetime | None = None,
    patient: float = 5.0,
    blocking: frozenset[int] = frozenset(),
    **ledger: Any,
) -> AsyncIterator[Guarded]:
    """A client that may send to these places of an origin. It is closed at the end."""
    pin = await pinned(origin, resolver or SystemResolver())
    told: list[Sending | Denied] = []
    books = Ledger(
        budget or caps(),
        ends or datetime.now(UTC) + timedelta(hours=1),
        lambda: datetime.now(UTC),
        **ledger,
    )
    way = Way("target", pin, places or (ASK,), key=key, blocking=blocking)
    guard = Guard(way, books, told.append, patience, Outlet(pin, patient, 16))
    trace = Trace("probe/payload/1")
    current.set(trace)
    client = httpx2.AsyncClient(
        transport=guard, follow_redirects=False, trust_env=False, timeout=None
    )
    async with client:
        yield Guarded(guard, client, told, trace)
