"""An OpenAI-compatible server on this machine, which answers as a test tells it to.

By itself it answers well: embeddings, the models that it has, and chat completions, also streamed
and with structured output, of which the smallest that fits the schema is given. A script gives
others: `openai_server(chat=lambda request: {"threats": []})`.

A test puts replies in front of that: `server.next(TOO_MANY, CUT_SHORT)` answers the next two
requests so, and from the third on it answers well again. `server.next(in_prose)` changes what the
model says. `server.faults = Faults(too_many=0.1, seed=1)` lets chat completions fail by chance.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.openai_api import Reply, Request, error
from tests.openai_chat import Fault, Faults, Said, Script, refusal, said, smallest

__all__ = [
    "BROKEN", "CUT_SHORT", "DROPPED", "EMPTY", "NOT_JSON", "NO_KEY", "NO_MODEL", "TOO_MANY",
    "OpenAiServer", "Reply", "Request", "embed_with", "embeddings", "error", "hashed",
    "openai_server", "slow",
]  # fmt: skip

Vectors = Callable[[str], Sequence[float]]
Answer = Callable[[Request], Reply | Said]

CHAT = "/chat/completions"

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
    models: tuple[str, ...] = ("strong", "fast")
    """Those that it has; a chat with any other is answered with 404."""
    key: str | None = None
    """The key that it asks for, if any."""
    refuses: frozenset[str] = frozenset()
    """What its models do not take: parameters, `json_schema`, `json_object`, `system`."""
    faults: Faults = field(default_factory=Faults)
    """What goes wrong with chat completions, by chance."""
    left: int = 0
    """Requests whose client went away before it was answered."""
    most_at_once: int = 0
    """Requests that were under way at the same time."""
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next: deque[Reply | Fault] = field(default_factory=deque)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def chats(self) -> list[Request]:
        """The chat completions that were asked for, in order."""
        return [request for request in self.requests if request.path == CHAT]

    def next(self, *replies: Reply | Fault) -> None:
        """Answer the next requests so, one each."""
        self._next.extend(replies)

    def reply_to(self, request: Request) -> Reply:
        """What is answered to a request, once its silence is over."""
        with self._lock:
            self.requests.append(request)
            fault = self._fault(request)
        if isinstance(fault, Reply):
            return fault
        answered = self._refused(request) or self._answered(request)
        if isinstance(answered, Reply):
            return answered
        return (fault(answered) if fault else answered).reply(request)

    def _fault(self, request: Request) -> Reply | Fault | None:
        if self._next:
            return self._next.popleft()
        return self.faults.draw() if request.path == CHAT else None

    def _refused(self, request: Request) -> Reply | None:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return NO_KEY
        if request.path != CHAT:
            return None
        if request.body["model"] not in self.models:
            return error(404, f"The model `{request.body['model']}` does not exist")
        return refusal(request, self.refuses)

    def _answered(self, request: Request) -> Reply | Said:
        answer = self.answers.get(request.path)
        return answer(request) if answer else error(404, f"Invalid URL ({request.path})")

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """A context in which a request is answered."""
        with self._lock:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1

    def close(self) -> None:
        """End all silences."""
        self.closing.set()


class _Connection(BaseHTTPRequestHandler):
    def __init__(self, running: OpenAiServer, *how: Any) -> None:
        self.running = running
        super().__init__(*how)  # it answers before it returns

    def do_POST(self) -> None:
        self._answer("POST")

    def do_GET(self) -> None:
        self._answer("GET")

    def _answer(self, method: str) -> None:
        with self.running.under_way():
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = self.path.removeprefix("/v1")
            request = Request(path, headers, json.loads(sent or b"null"), method)
            reply = self.running.reply_to(request)
            if not self._waited(reply.after) or reply.is_dropped:
                return
        self._begin(reply)
        if reply.pieces:
            self._stream(reply)
        else:
            self.wfile.write(reply.content[: len(reply.content) - reply.missing])

    def _begin(self, reply: Reply) -> None:
        self.send_response(reply.status)
        own = {"Content-Type": "application/json"}
        if not reply.pieces:
            own["Content-Length"] = str(len(reply.content))
        for name, value in {**own, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _stream(self, reply: Reply) -> None:
        for at, piece in enumerate(reply.pieces):
            if at and not self._waited(reply.between):
                return
            self.wfile.write(piece)

    def _waited(self, seconds: float) -> bool:
        """Wait so long. Whether the client is still there."""
        while seconds > 0:
            if self.running.closing.wait(min(seconds, 0.02)):
                return True
            seconds -= 0.02
            if self._has_left():
                self.running.left += 1
                return False
        return True

    def _has_left(self) -> bool:
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def log_message(self, *_: object) -> None:
        """Say nothing: the test asserts what it needs."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that leaves early is what some tests are about."""


@contextmanager
def openai_server(vectors: Vectors = hashed, chat: Script = smallest) -> Iterator[OpenAiServer]:
    """Runs a server. `vectors` makes those of a text; `chat` says what a model replies."""
    running: OpenAiServer
    server = _Server(("127.0.0.1", 0), lambda *how: _Connection(running, *how))

    def models(_: Request) -> Reply:
        data = [{"id": name, "object": "model", "created": 0} for name in running.models]
        return Reply({"object": "list", "data": data})

    running = OpenAiServer(
        f"http://127.0.0.1:{server.server_address[1]}/v1",
        {
            "/embeddings": embed_with(vectors),
            "/models": models,
            CHAT: lambda request: said(chat(request)),
        },
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
