"""Servers on this machine: one that answers as a test says, and one that must hear nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Heard(NamedTuple):
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes


class Told(NamedTuple):
    """What is answered. A status of 0 closes the connection without a word."""

    body: bytes = b'{"answer": "A tide is water."}'
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    after: float = 0.0


@dataclass
class Endpoint:
    """A running server."""

    origin: str
    port: int
    heard: list[Heard] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def endpoint(answer: Callable[[Heard], Told] = lambda _: Told()) -> Iterator[Endpoint]:
    """Runs a server at 127.0.0.1 that answers any request."""

    class Connection(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard(self.command, self.path, headers, self.rfile.read(length))
            running.heard.append(heard)
            told = answer(heard)
            running.closing.wait(told.after)
            if not told.status:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in told.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = _take

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *_: object) -> None:
            """Say nothing: clients that leave early are what some tests are about."""

    server = Server(("127.0.0.1", 0), Connection)
    running = Endpoint(f"http://127.0.0.1:{server.server_port}", server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Silent(NamedTuple):
    """A listener that notes who connects, and says nothing."""

    port: int
    connected: list[object]


@contextmanager
def silent(host: str = "127.0.0.1", port: int = 0) -> Iterator[Silent]:
    """Listens at an address, which must not be used by anybody."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
        listening.settimeout(0.05)
        connected: list[object] = []
        is_over = threading.Event()

        def accept() -> None:
            while not is_over.is_set():
                try:
                    connection, address = listening.accept()
                except TimeoutError:
                    continue
                connected.append(address)
                connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield Silent(listening.getsockname()[1], connected)
        finally:
            is_over.set()
            thread.join()
