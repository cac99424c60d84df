"""The one endpoint that the worker talks to: bounded in rows, requests, time and place.

Nothing here knows proxies or follows redirects, and a request goes to the address that was looked
up before the run. Standard library and numpy alone: this runs in another environment than the rest.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
"""Rows × features, in their own units."""
Answers = NDArray[np.float64]
"""Rows × classes: scores, or 1 at the label and 0 elsewhere."""
Indexes = NDArray[np.int64]
Mask = NDArray[np.bool_]
Column = NDArray[np.float64]

LARGEST = 50_000_000
"""Bytes of an answer."""
TRIES = 3
"""Requests for the same rows where the endpoint says to come again."""
LONGEST_WAIT = 30.0
"""Seconds that it may ask us to wait."""
_REMEMBERED = 200_000


class BudgetSpent(Exception):
    """Nothing more may be sent: rows, requests, minutes, or the run was stopped."""


class EndpointFailed(Exception):
    """The endpoint gave no usable answer."""


class Place(NamedTuple):
    """Where requests go."""

    scheme: str
    host: str
    port: int
    address: str
    """That of the host, looked up before."""

    def connection(self, timeout: float) -> http.client.HTTPConnection:
        """A connection to the address, whatever the host is called by now."""
        made = (
            http.client.HTTPSConnection(self.host, self.port, timeout=timeout)
            if self.scheme == "https"
            else http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        )
        plain = socket.create_connection((self.address, self.port), timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        is_tls = self.scheme == "https"
        made.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
            if is_tls
            else plain
        )
        return made


class Limits(NamedTuple):
    """The most that may be sent."""

    rows: int
    requests: int
    per_minute: int
    until: float
    """In seconds of the monotonic clock."""


class Endpoint:
    """Asks for rows, and counts what it sends."""

    def __init__(
        self,
        request: dict[str, Any],
        place: Place,
        limits: Limits,
        *,
        headers: dict[str, str],
        timeout: float,
        is_stopped: Callable[[], bool],
        tell: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        """`tell` hears of each request: its number, rows, hashes, status and milliseconds."""
        self._tell = tell
        self.rows = self.requests = self.retries = 0
        self._request, self.place, self._limits = request, place, limits
        self._headers = {"Content-Type": "application/json", **request["headers"], **headers}
        self._timeout, self._is_stopped = timeout, is_stopped
        self._connection: http.client.HTTPConnection | None = None
        self._next = 0.0
        self._known: dict[bytes, Column] = {}

    @property
    def rows_left(self) -> int:
        """How many rows may still be sent."""
        return self._limits.rows - self.rows

    def answers(self, rows: Rows) -> Answers:
        """The answers to rows; those that were asked before are not sent again.

        Raises BudgetSpent where they would go beyond the limits, EndpointFailed.
        """
        keys = [row.tobytes() for row in rows]
        new = {key: row for key, row in zip(keys, rows, strict=True) if key not in self._known}
        asked, size = list(new), int(self._request["rows_per_request"])
        for at in range(0, len(asked), size):
            part = asked[at : at + size]
            got = self._sent(np.array([new[key] for key in part]))
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known.update(zip(part, got, strict=True))
        return np.array([self._known[key] for key in keys])

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _sent(self, rows: Rows) -> Answers:
        body = self._body(rows)
        for attempt in range(TRIES):
            self._pass(len(rows))
            self.retries += attempt > 0
            status, wait, content = self._asked(body, len(rows), is_retry=attempt > 0)
            if status == http.client.OK:
                return self._read(content, len(rows))
            if status not in (429, 503) or wait is None:
                raise EndpointFailed(f"the endpoint answered with status {status}")
            self._sleep(min(wait, LONGEST_WAIT))
        raise EndpointFailed("the endpoint asks to come again later, time after time")

    def _pass(self, rows: int) -> None:
        """Count rows before they leave, or let nothing leave."""
        limits = self._limits
        if self.rows + rows > limits.rows:
            raise BudgetSpent("the budget of rows is spent")
        if self.requests + 1 > limits.requests:
            raise BudgetSpent("the budget of requests is spent")
        self._sleep(self._next - time.monotonic())
        if time.monotonic() >= limits.until:
            raise BudgetSpent("the time is up")
        if self._is_stopped():
            raise BudgetSpent("cancelled")
        self._next = max(self._next, time.monotonic()) + 60 / limits.per_minute
        self.rows += rows
        self.requests += 1

    def _sleep(self, seconds: float) -> None:
        end = min(time.monotonic() + seconds, self._limits.until)
        while (left := end - time.monotonic()) > 0 and not self._is_stopped():
            time.sleep(min(left, 0.1))

    def _asked(self, body: bytes, rows: int, *, is_retry: bool) -> tuple[int, float | None, bytes]:
        """As `_exchanged`, and told whatever comes of it."""
        begun, told = time.monotonic(), {"n": self.requests, "rows": rows, "is_retry": is_retry}
        came: dict[str, Any] = {}
        try:
            status, wait, content = self._exchanged(body)
            came = {"status": status, "answered": hashlib.sha256(content).hexdigest()}
        except EndpointFailed as error:
            came = {"because": str(error)}
            raise
        finally:
            took = round(1000 * (time.monotonic() - begun))
            sent = hashlib.sha256(body).hexdigest()
            self._tell({**told, "sha256": sent, **came, "milliseconds": took})
        return status, wait, content

    def _exchanged(self, body: bytes) -> tuple[int, float | None, bytes]:
        """(status, seconds to wait where it says so, body). Raises EndpointFailed."""
        try:
            if self._connection is None:
                self._connection = self.place.connection(self._timeout)
            self._connection.request("POST", self._request["path"], body, self._headers)
            response = self._connection.getresponse()
            content = response.read(LARGEST + 1)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise EndpointFailed(f"the endpoint cannot be reached: {error}") from error
        if len(content) > LARGEST:
            self.close()
            raise EndpointFailed("its answer is too large")
        after = response.getheader("Retry-After", "")
        return response.status, float(after) if after.isdecimal() else None, content

    def _body(self, rows: Rows) -> bytes:
        features = self._request["features"]
        values = [
            [
                int(v) if f["type"] == "whole" else float(v)
                for v, f in zip(row, features, strict=True)
            ]
            for row in rows
        ]
        shown: list[Any] = list(values)
        if self._request["rows_as"] == "objects":
            shown = [dict(zip((f["name"] for f in features), row, strict=True)) for row in values]
        text = str(self._request["body"])
        text = text.replace("{ROWS}", json.dumps(shown)).replace("{ROW}", json.dumps(shown[0]))
        return text.encode()

    def _read(self, content: bytes, count: int) -> Answers:
        try:
            found = at_path(json.loads(content), self._request["response"])
            answers = self._as_answers(found, count)
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise EndpointFailed(
                f"its answer has no {self._request['gives']} at {self._request['response']}"
            ) from error
        if len(answers) != count:
            raise EndpointFailed(f"it answered {count} rows with {len(answers)}")
        return answers

    def _as_answers(self, found: Any, count: int) -> Answers:
        is_single = "{ROW}" in self._request["body"]
        if is_single and not (isinstance(found, list) and len(found) == 1 == count):
            found = [found]
        classes = self._request["classes"]
        if self._request["gives"] == "label":
            return np.eye(len(classes))[[classes.index(named(label)) for label in found]]
        scores = np.array(found, dtype=float)
        if scores.ndim == 1 and len(classes) == 2:
            scores = np.column_stack([1 - scores, scores])
        if scores.ndim != 2 or scores.shape[1] != len(classes) or not np.isfinite(scores).all():
            raise ValueError("these are no scores")
        return scores


def named(label: Any) -> str:
    """A label as the classes are named: 1 and 1.0 and "1" are the same."""
    is_whole = isinstance(label, float) and label.is_integer()
    return str(int(label)) if is_whole or isinstance(label, bool) else str(label)


def at_path(content: Any, path: str) -> Any:
    """What stands at `a.0.b` in JSON; all of it for `.`."""
    for step in path.split(".") if path != "." else ():
        content = content[int(step)] if isinstance(content, list) else content[step]
    return content
