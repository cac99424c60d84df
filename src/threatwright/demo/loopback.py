"""A small HTTP server that listens on 127.0.0.1 alone, speaks JSON, and keeps within bounds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from threatwright.errors import InputError

HOST = "127.0.0.1"
LARGEST = 1_000_000
"""Bytes of a request's body."""
AT_ONCE = 64
"""Connections; further ones are closed at once."""
IDLE_SECONDS = 60


class Request(NamedTuple):
    """What was asked."""

    method: str
    path: str
    body: dict[str, Any]
    """Empty where there was none."""


class Reply(NamedTuple):
    """What is answered."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = {}


Respond = Callable[[Request], Reply]


def problem(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """An error, in the form that OpenAI's API gives it."""
    kinds = {429: "rate_limit_error", 500: "server_error"}
    kind = kinds.get(status, "invalid_request_error")
    return Reply({"error": {"message": message, "type": kind}}, status, headers or {})


@contextmanager
def served(respond: Respond, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1 while the context is open. Yields the origin; port 0 takes a free one.

    Raises InputError if the port is taken.
    """
    try:
        server = _Server(respond, port)
    except OSError as error:
        raise InputError(
            f"Port {port} of {HOST} cannot be used: {error.strerror}.",
            "Name another with --port, or end the program that uses it.",
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, respond: Respond, port: int) -> None:
        self.respond = respond
        self._room = threading.BoundedSemaphore(AT_ONCE)
        super().__init__((HOST, port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection, if there is room."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection, and make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to tell."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "threatwright-demo"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what arrives is not for a terminal."""

    def _answer(self) -> None:
        wrong = self._refusal()
        reply = wrong or self._responded()
        self._write(reply)

    def _refusal(self) -> Reply | None:
        """What is refused before it is read: a page in a browser comes by another name."""
        port = self.server.server_port
        if self.headers.get("Host") not in {f"{HOST}:{port}", f"localhost:{port}"}:
            self.close_connection = True
            return problem(421, "This demo answers under its own address alone")
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            return problem(411, "Say how long the body is")
        if int(length) > LARGEST:
            self.close_connection = True
            return problem(413, f"The body is larger than {LARGEST} bytes")
        return None

    def _responded(self) -> Reply:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            body = json.loads(raw) if raw else {}
        except (ValueError, RecursionError):
            return problem(400, "The body is no JSON")
        if not isinstance(body, dict):
            return problem(400, "The body is no JSON object")
        return self.server.respond(Request(self.command, self.path.partition("?")[0], body))

    def _write(self, reply: Reply) -> None:
        content = json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
