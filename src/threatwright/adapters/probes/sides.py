"""Opens the sides of a run: each endpoint pinned, guarded, and with one client of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from threatwright.adapters.probes.guard import Guard, Tell
from threatwright.adapters.probes.key import key
from threatwright.adapters.probes.ledger import Ledger
from threatwright.adapters.probes.outlet import Outlet
from threatwright.adapters.probes.pins import Pin, Resolver, pinned
from threatwright.adapters.probes.targets import (
    ChatTarget,
    RawTarget,
    SideTarget,
    SinkTarget,
    chat,
    client,
)
from threatwright.adapters.probes.way import Place, Way
from threatwright.model.endpoint import Price
from threatwright.model.findings import Spent
from threatwright.model.probe_request import PROMPT, SESSION, OpenAiChat, ProbeRequest, RawHttp
from threatwright.model.probe_run import ProbeRun, Side
from threatwright.model.probe_scope import Caps, SideModel

if TYPE_CHECKING:
    from pyrit.prompt_target import PromptTarget


class OpenSide(NamedTuple):
    """A side that is open."""

    target: PromptTarget
    guard: Guard
    sink: PromptTarget | None = None
    """The way to put a document where the system reads it."""


class Sides:
    """Opens the sides of one run. What it opens is closed by the stack."""

    def __init__(
        self,
        run: ProbeRun,
        stack: AsyncExitStack,
        tell: Tell,
        environment: Mapping[str, str],
        spent: Callable[[Side], Spent],
    ) -> None:
        self._run = run
        self._stack = stack
        self._tell = tell
        self._environment = environment
        self._spent = spent
        self._pins: dict[str, Pin] = {}

    async def pin(self, resolver: Resolver) -> frozenset[tuple[str, int]]:
        """Look up the hosts of all sides, once: the addresses that may be connected to.

        Raises TargetError if one cannot be found, or may not be probed.
        """
        for origin in self._origins():
            self._pins[origin] = await pinned(origin, resolver)
        return frozenset(place for pin in self._pins.values() for place in pin.places)

    def target(self) -> OpenSide:
        """The endpoint that is probed. Raises TargetError if its key is missing."""
        target, origin = self._run.plan.target, self._run.plan.target.origin
        requests = [target.request, *([target.document_sink] if target.document_sink else [])]
        way = Way(
            "target",
            self._pins[origin],
            tuple(map(_place, requests)),
            frozenset(name.lower() for request in requests for name in _headers(request)),
            key(target.authentication, self._environment),
            frozenset(target.block_signals.statuses),
        )
        guard = self._guard(way, self._run.scope.caps.target, target.price)
        http = client(guard)
        self._stack.push_async_callback(http.aclose)
        probed: PromptTarget = (
            chat(ChatTarget, origin, target.request, http)
            if isinstance(target.request, OpenAiChat)
            else RawTarget(origin=origin, request=target.request, http=http)
        )
        sink = target.document_sink
        planted = SinkTarget(origin=origin, request=sink, http=http) if sink else None
        return OpenSide(probed, guard, planted)

    def model(self, side: Side) -> OpenSide | None:
        """The model of the attacker's or the judge's; None if the scope names none."""
        model, caps = self._model(side)
        if model is None or caps is None:
            return None
        way = Way(
            side,
            self._pins[model.origin],
            (_place(model.request),),
            key=key(model.authentication, self._environment),
        )
        guard = self._guard(way, caps, model.price)
        http = client(guard)
        self._stack.push_async_callback(http.aclose)
        return OpenSide(chat(SideTarget, model.origin, model.request, http), guard)

    def _guard(self, way: Way, caps: Caps, price: Price | None) -> Guard:
        run = self._run
        ends = min(run.scope.window.ends, run.consent.until)
        ledger = Ledger(caps, ends, lambda: datetime.now(UTC), price, self._spent(way.side))
        outlet = Outlet(way.pin, run.timeout, run.concurrency)
        return Guard(way, ledger, self._tell, run.patience, outlet)

    def _model(self, side: Side) -> tuple[SideModel | None, Caps | None]:
        scope = self._run.scope
        if side == "attacker":
            return scope.attacker, scope.caps.attacker
        return scope.judge, scope.caps.judge

    def _origins(self) -> set[str]:
        models = (self._run.scope.attacker, self._run.scope.judge)
        return {self._run.plan.target.origin, *(model.origin for model in models if model)}


def _place(request: ProbeRequest) -> Place:
    if isinstance(request, OpenAiChat):
        return Place("POST", request.path)
    is_fixed = PROMPT not in request.path and SESSION not in request.path
    return Place(request.method, request.path, is_fixed)


def _headers(request: ProbeRequest) -> Iterable[str]:
    return request.headers if isinstance(request, RawHttp) else ()
