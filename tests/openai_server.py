"""An OpenAI-compatible server on this machine, which answers as a test tells it to.

By itself it answers well. A test puts replies in front of that: `server.next(TOO_MANY, CUT_SHORT)`
answers the next two requests so, and from the third on it answers well again. More paths of the API
are more entries of `answers`.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Vectors = Callable[[str], Sequence[float]]


@dataclass(frozen=True)
class Request:
    """What arrived."""

    path: str
    headers: Mapping[str, str]
    """By name in lower case."""
    body: Any


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    body: Any = None
    """To be sent as JSON; bytes are sent as they are."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0
    """Seconds of silence before it."""
    missing: int = 0
    """Bytes at its end that never arrive, though they were announced."""

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Answer = Callable[[Request], Reply]


def error(status: int, message: str, **headers: str) -> Reply:
    """A failure as the API words it."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"error": {"message": message, "type": "error", "code": None}}, status, names)


TOO_MANY = error(429, "Rate limit reached", retry_after="7")
BROKEN = error(500, "Something broke")
NO_KEY = error(401, "Incorrect API key provided")
NO_MODEL = error(404, "The model does not exist")
CUT_SHORT = Reply(b'{"object": "list", "data": [{"index": 0, "embed')
DROPPED = Reply({"object": "list", "data": []}, missing=10)
EMPTY = Reply(b"")
NOT_JSON = Reply(b"<html>A proxy answers</html>", headers={"Content-Type": "text/html"})


def slow(seconds: float) -> Reply:
    """An answer that comes after a silence."""
    return Reply({"object": "list", "data": []}, after=seconds)


def embeddings(vectors: Sequence[Sequence[float]]) -> Reply:
    """The reply that holds these vectors."""
    data = [
        {"object": "embedding", "index": at, "embedding": list(vector)}
        for at, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": len(vectors), "total_tokens": len(vectors)}
    return Reply({"object": "list", "data": data, "model": "m", "usage": usage})


def hashed(text: str, dimension: int = 32) -> list[float]:
    """A vector of the text's words, each counted at a place of its own as far as there is room."""
    vector = [0.01] * dimension
    for word in text.lower().split():
        vector[sha256(word.encode()).digest()[0] % dimension] += 1
    return vector


def embed_with(vectors: Vectors) -> Answer:
    """Answers a request for embeddings with a vector of each text."""

    def answer(request: Request) -> Reply:
        texts = request.body["input"]
        return embeddings([vectors(t) for t in ([texts] if isinstance(texts, str) else texts)])

    return answer


@dataclass
class OpenAiServer:
    """A running server."""

    base_url: str
    answers: dict[str, Answer]
    """By path below the base URL."""
    requests: list[Request] = field(default_factory=list)
    """What arrived, in order."""
    _next: deque[Reply] = field(default_factory=deque)
    _closing: threading.Event = field(default_factory=threading.Event)

    def next(self, *replies: Reply) -> None:
        """Answer the next requests so, one each."""
        self._next.extend(replies)

    def reply_to(self, request: Request) -> Reply:
        """What is answered to a request, once its silence is over."""
        self.requests.append(request)
        answer = self.answers.get(request.path)
        if self._next:
            reply = self._next.popleft()
        else:
            reply = answer(request) if answer else error(404, f"Invalid URL ({request.path})")
        self._closing.wait(reply.after)
        return reply

    def close(self) -> None:
        """End all silences."""
        self._closing.set()


@contextmanager
def openai_server(vectors: Vectors = hashed) -> Iterator[OpenAiServer]:
    """Runs a server that knows `/embeddings`; `vectors` makes those of a text."""
    running: OpenAiServer

    class Connection(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = self.path.removeprefix("/v1")
            reply = running.reply_to(Request(path, headers, json.loads(sent or b"null")))
            self.send_response(reply.status)
            own = {"Content-Type": "application/json", "Content-Length": str(len(reply.content))}
            for name, value in {**own, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.content[: len(reply.content) - reply.missing])

        def log_message(self, *_: object) -> None:
            """Say nothing: the test asserts what it needs."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing: a client that leaves early is what some tests are about."""

    server = Server(("127.0.0.1", 0), Connection)
    running = OpenAiServer(
        f"http://127.0.0.1:{server.server_address[1]}/v1", {"/embeddings": embed_with(vectors)}
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.close()
        server.shutdown()
        server.server_close()
        thread.join()
