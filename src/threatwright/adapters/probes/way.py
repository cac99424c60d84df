"""Where one side of a run may send, and whether a request keeps to it."""

from __future__ import annotations

from typing import NamedTuple

import httpx2

from threatwright.adapters.probes.key import Key
from threatwright.adapters.probes.pins import Pin
from threatwright.model.probe_run import Side


class Place(NamedTuple):
    """A method and a path that a side may use. What follows the ? is part of a fixed path."""

    method: str
    path: str
    is_fixed: bool = True
    """Whether nothing is filled into what follows the ?."""


class Way(NamedTuple):
    """Where one side of a run may send, and as whom."""

    side: Side
    pin: Pin
    places: tuple[Place, ...]
    headers: frozenset[str] = frozenset()
    """Names, in lower case, of the fixed headers of the scope."""
    key: Key | None = None
    blocking: frozenset[int] = frozenset()
    """Statuses with which a control stops a request."""


def refusal(request: httpx2.Request, way: Way) -> str:
    """Why a request may not leave; empty if it may. Spellings are compared, no name looked up."""
    url, pin = request.url, way.pin
    port = url.port or (443 if url.scheme == "https" else 80)
    if (url.scheme, url.host, port) != (pin.scheme, pin.host, pin.port):
        return "the scope does not name this origin"
    if url.userinfo:
        return "the address holds a name or password"
    if not any(_fits(request, place) for place in way.places):
        return "the scope does not name this method and path"
    return ""


def _fits(request: httpx2.Request, place: Place) -> bool:
    if request.method != place.method:
        return False
    target = request.url.raw_path
    if not place.is_fixed:
        return target.partition(b"?")[0] == _raw(place.path.partition("?")[0])
    return target == _raw(place.path)


def _raw(path: str) -> bytes:
    """A path of the scope as it goes over the wire."""
    return httpx2.URL(f"http://any{path}").raw_path
