"""The process in which predictive endpoints are probed with IBM ART.

It reads one request as a line of JSON from its standard input and writes events as lines of JSON.
The end of its standard input means: stop. It imports nothing of threatwright but this folder.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from . import evasion, extraction, membership, samples
from .endpoint import Endpoint, EndpointFailed, Limits, Place

VERSION = 1
FAMILIES: dict[str, ModuleType] = {
    "evasion": evasion,
    "extraction": extraction,
    "membership": membership,
}
Tell = Callable[[dict[str, Any]], None]


def main() -> int:
    """0, or 1 if the worker could not go on; then it has told why."""
    tell, stopped = _events(), threading.Event()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    try:
        run = json.loads(sys.stdin.readline())
        if run["version"] != VERSION:
            raise ValueError("it is of another version")
    except (ValueError, KeyError, TypeError) as error:
        tell(_failed(f"The request cannot be read: {error}", "Start the worker by threatwright."))
        return 1
    threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
    try:
        _run(run, tell, stopped)
    except samples.SamplesError as error:
        tell(
            _failed(
                f"The samples cannot be used: {error}.", "Correct the file that the scope names."
            )
        )
        return 1
    return 0


def _events() -> Tell:
    """Standard output for events alone; whatever else is printed goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(event: dict[str, Any]) -> None:
        out.write(json.dumps(event) + "\n")
        out.flush()

    return tell


def _failed(problem: str, fix: str) -> dict[str, Any]:
    return {"event": "failed", "problem": problem, "fix": fix}


def _wait_for_end(stopped: threading.Event) -> None:
    while sys.stdin.read(1):
        pass
    stopped.set()


def _run(run: dict[str, Any], tell: Tell, stopped: threading.Event) -> None:
    begun = time.monotonic()
    plan = run["plan"]
    request = plan["target"]["request"]
    known = samples.read(request)
    tell({"event": "started", "versions": _versions()})
    endpoint = _endpoint(run, begun, stopped, tell)
    _confine(endpoint.place, tell)
    reasons: list[str] = []
    for family in [planned["family"] for planned in plan["families"]]:
        found = _measured(family, endpoint, request, known, plan["seed"], tell)
        tell({"event": "measured", "family": family, **found})
        reasons += [found["because"]] if not found["is_complete"] else []
    endpoint.close()
    tell(
        {
            "event": "ended",
            "is_complete": not reasons,
            "because": "; ".join(dict.fromkeys(reasons)),
            "rows": endpoint.rows,
            "requests": endpoint.requests,
            "retries": endpoint.retries,
            "seconds": round(time.monotonic() - begun, 2),
        }
    )


def _measured(
    family: str,
    endpoint: Endpoint,
    request: dict[str, Any],
    known: samples.Samples,
    seed: int,
    tell: Tell,
) -> dict[str, Any]:
    def step(done: int, of: int) -> None:
        sent = {"rows": endpoint.rows, "requests": endpoint.requests}
        tell({"event": "progressed", "family": family, "done": done, "of": of, **sent})

    try:
        found: dict[str, Any] = FAMILIES[family].measure(endpoint, request, known, seed, step)
    except EndpointFailed as error:
        return {"measured": [], "is_complete": False, "because": str(error)}
    return found


def _versions() -> dict[str, str]:
    packages = ("adversarial-robustness-toolbox", "scikit-learn", "numpy")
    return {package: version(package) for package in packages}


def _endpoint(run: dict[str, Any], begun: float, stopped: threading.Event, tell: Tell) -> Endpoint:
    target, caps = run["plan"]["target"], run["caps"]
    origin = urlsplit(target["origin"])
    place = Place(origin.scheme, origin.hostname or "", origin.port or 0, run["addresses"][0])
    limits = Limits(
        rows=run["plan"]["rows"],
        requests=min(run["plan"]["requests"], caps["requests"]),
        per_minute=caps["requests_per_minute"],
        until=begun + min(caps["minutes"] * 60, run["seconds_left"]),
    )
    return Endpoint(
        target["request"],
        place,
        limits,
        headers=_key(target["authentication"]),
        timeout=run["timeout"],
        is_stopped=stopped.is_set,
        tell=lambda asked: tell({"event": "asked", **asked}),
    )


def _key(authentication: dict[str, str] | None) -> dict[str, str]:
    """The header that carries the key, which the environment holds."""
    if authentication is None:
        return {}
    text = os.environ[authentication["variable"]]
    return {authentication["header"]: f"{authentication['scheme']} {text}".strip()}


def _confine(place: Place, tell: Tell) -> None:
    """From now on, let nothing in this process connect to anywhere else."""

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            return
        address = arguments[1]
        if isinstance(address, tuple) and address[:2] != (place.address, place.port):
            tell({"event": "denied", "url": str(address), "because": "it is not the target"})
            raise PermissionError(f"this run may not connect to {address}")

    sys.addaudithook(look)
