"""What goes over the wire between a client and the OpenAI-compatible server of the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """What arrived."""

    path: str
    headers: Mapping[str, str]
    """By name in lower case."""
    body: Any
    method: str = "POST"

    @property
    def text(self) -> str:
        """All that a model is told."""
        return "\n".join(message["content"] for message in self.body["messages"])

    @property
    def schema(self) -> Any:
        """The JSON Schema that the reply has to fit; None if the request holds none.

        It stands in the format of the response, or behind the words “JSON Schema” in a message.
        """
        form = self.body.get("response_format") or {}
        if form.get("type") == "json_schema":
            return form["json_schema"]["schema"]
        _, found, rest = self.text.rpartition("JSON Schema")
        return json.JSONDecoder().raw_decode(rest[rest.index("{") :])[0] if found else None


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
    pieces: tuple[bytes, ...] = ()
    """Sent one by one in place of the body, of a length that is not announced."""
    between: float = 0
    """Seconds of silence before each piece but the first."""
    is_dropped: bool = False
    """The connection is closed without a word."""

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def error(status: int, message: str, /, param: str | None = None, **headers: str) -> Reply:
    """A failure as the API words it."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"message": message, "type": "error", "code": None, "param": param}
    return Reply({"error": body}, status, names)
