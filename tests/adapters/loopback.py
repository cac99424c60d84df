"""A web server on this machine, with the pages that a test gives it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Page:
    """What is answered at a path."""

    content: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    claimed: int | None = None
    """The length that is claimed, if not the true one."""


@dataclass
class Site:
    """A running server."""

    address: str
    asked: list[str]
    """Paths, in the order of the requests."""

    def url(self, path: str) -> str:
        return f"{self.address}{path}"


@contextmanager
def serving(pages: Mapping[str, Page | bytes]) -> Iterator[Site]:
    """Serves the pages by path; any other path is answered with 404."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            found = pages.get(self.path, Page(status=404))
            page = Page(found) if isinstance(found, bytes) else found
            self.send_response(page.status)
            length = len(page.content) if page.claimed is None else page.claimed
            self.send_header("Content-Length", str(length))
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(page.content)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
