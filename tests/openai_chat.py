"""Chat completions: what a made-up model says, how that is sent, and what may go wrong with it.

A script gets the request and returns what the model says: text, or a value to be told as JSON.
Faults change what it says, or take the place of the reply.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.openai_api import Reply, Request, error

Script = Callable[[Request], Any]


@dataclass(frozen=True)
class Said:
    """What the model says."""

    content: str | None
    refusal: str | None = None
    finish: str = "stop"
    is_counted: bool = True
    """The reply says how many tokens it took."""
    breaks_off: bool = False
    """Its end never arrives."""
    after: float = 0
    """Seconds of silence before it."""
    between: float = 0
    """Seconds of silence before each piece of a stream but the first."""

    def reply(self, request: Request) -> Reply:
        """It as the API sends it."""
        if request.body.get("stream"):
            return self._streamed(request)
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        body = {**_head(request, "chat.completion"), "choices": [choice]}
        if self.is_counted:
            body["usage"] = self._usage(request)
        return Reply(body, after=self.after, missing=10 if self.breaks_off else 0)

    def _streamed(self, request: Request) -> Reply:
        pieces = tuple(
            f"data: {json.dumps({**_head(request, 'chat.completion.chunk'), **chunk})}\n\n".encode()
            for chunk in self._chunks(request)
        )
        return Reply(
            headers={"Content-Type": "text/event-stream"},
            after=self.after,
            pieces=pieces[: len(pieces) // 2]
            if self.breaks_off
            else (*pieces, b"data: [DONE]\n\n"),
            between=self.between,
        )

    def _chunks(self, request: Request) -> Iterator[dict[str, Any]]:
        text = self.content or ""
        deltas = [{"content": text[at : at + 8]} for at in range(0, len(text), 8)]
        if self.refusal:
            deltas.append({"refusal": self.refusal})
        for delta in [{"role": "assistant"}, *deltas]:
            yield {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        yield {"choices": [{"index": 0, "delta": {}, "finish_reason": self.finish}]}
        if self.is_counted and (request.body.get("stream_options") or {}).get("include_usage"):
            yield {"choices": [], "usage": self._usage(request)}

    def _usage(self, request: Request) -> dict[str, int]:
        told, said = len(request.text) // 4, len(self.content or "") // 4
        counted = {"prompt_tokens": told, "completion_tokens": said}
        return {**counted, "total_tokens": told + said}


Fault = Callable[[Said], Said]


def _head(request: Request, kind: str) -> dict[str, Any]:
    return {"id": "chat-1", "object": kind, "created": 0, "model": request.body["model"]}


def said(what: Any) -> Said:
    """What a script returns, as the model says it."""
    if isinstance(what, Said):
        return what
    return Said(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False))


def smallest(request: Request) -> Any:
    """The smallest value that fits the schema of the request; a sentence if there is none."""
    schema = request.schema
    return "This is a reply." if schema is None else instance(schema, schema.get("$defs", {}))


def instance(schema: Any, definitions: Any) -> Any:
    """The smallest value that fits a schema."""
    match schema:
        case {"$ref": str(ref)}:
            return instance(definitions[ref.rpartition("/")[2]], definitions)
        case {"anyOf": options}:
            is_null = {"type": "null"} in options
            return None if is_null else instance(options[0], definitions)
        case {"const": only} | {"enum": [only, *_]}:
            return only
        case {"type": "object"}:
            required = schema.get("required", ())
            each = schema.get("properties", {})
            return {name: instance(each[name], definitions) for name in required}
        case {"type": "array"}:
            return [instance(schema["items"], definitions)] * schema.get("minItems", 0)
        case {"type": "integer" | "number"}:
            return schema.get("minimum", 1)
        case {"type": "boolean"}:
            return False
        case {"type": "null"}:
            return None
        case _:
            return "x" * schema.get("minLength", 1)


# --- what goes wrong --------------------------------------------------------------------------


def wrong_schema(good: Said) -> Said:
    """JSON, and not what was asked for."""
    return replace(good, content='{"unexpected": [1, 2]}')


def cut_content(good: Said) -> Said:
    """A text that ends in the middle, though nothing says so."""
    text = good.content or ""
    return replace(good, content=text[: max(1, len(text) * 2 // 3)])


def in_prose(good: Said) -> Said:
    """A sentence before it and one after it."""
    return replace(good, content=f"Sure! Here it is:\n{good.content}\nLet me know {{if}} it helps.")


def fenced(good: Said) -> Said:
    """Between the marks of a block of code, after some thoughts."""
    thoughts = "<think>They want {JSON}.</think>"
    return replace(good, content=f"{thoughts}\nHere:\n```json\n{good.content}\n```\nDone.")


def empty_content(good: Said) -> Said:
    """Nothing."""
    return replace(good, content="")


def refused(good: Said) -> Said:
    """A refusal, as the API marks it."""
    return replace(good, content=None, refusal="I cannot help with that.")


def filtered(good: Said) -> Said:
    """Stopped by a filter."""
    return replace(cut_content(good), finish="content_filter")


def too_long(good: Said) -> Said:
    """Cut at the limit of its length."""
    return replace(cut_content(good), finish="length")


def uncounted(good: Said) -> Said:
    """Without its tokens."""
    return replace(good, is_counted=False)


def breaking_off(good: Said) -> Said:
    """Its end never arrives."""
    return replace(good, breaks_off=True)


def after(seconds: float) -> Fault:
    """A silence before it."""
    return lambda good: replace(good, after=seconds)


def in_pieces(between: float) -> Fault:
    """A silence between the pieces of a stream."""
    return lambda good: replace(good, between=between)


DROPPED_CONNECTION = Reply(is_dropped=True)
HANG = Reply(after=3600)
"""Nothing, until the client leaves or the server closes."""


@dataclass
class Faults:
    """Faults by their share of the requests, drawn by chance that a seed repeats."""

    too_many: float = 0
    """429, to be asked again at once."""
    broken: float = 0
    """500."""
    cut: float = 0
    """The end of the reply, or of the text in it, does not arrive."""
    wrong: float = 0
    """JSON of another schema."""
    hang: float = 0
    """Nothing is answered."""
    seed: int = 0
    drawn: Counter[str] = field(default_factory=Counter)
    """How often each was."""

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._lock = threading.Lock()

    def draw(self) -> Reply | Fault | None:
        """What goes wrong with the next request; None if nothing does."""
        of: dict[str, tuple[float, Reply | Fault]] = {
            "too_many": (self.too_many, error(429, "Rate limit reached", retry_after="0")),
            "broken": (self.broken, error(500, "Something broke")),
            "cut": (self.cut / 2, breaking_off),
            "cut_content": (self.cut / 2, cut_content),
            "wrong": (self.wrong, wrong_schema),
            "hang": (self.hang, HANG),
        }
        with self._lock:
            left = self._chance.random()
            for name, (share, fault) in of.items():
                left -= share
                if left < 0:
                    self.drawn[name] += 1
                    return fault
            return None


# --- what a model does not take ---------------------------------------------------------------


def refusal(request: Request, refuses: frozenset[str]) -> Reply | None:
    """What is answered to a request that holds what the model does not take.

    Besides names of parameters these may be `json_schema`, `json_object` and `system`.
    """
    form = (request.body.get("response_format") or {}).get("type")
    if form in refuses:
        message = f"Invalid parameter: 'response_format' of type '{form}' is not supported"
        return error(400, message, param="response_format")
    if "system" in refuses and request.body["messages"][0]["role"] == "system":
        return error(400, "System role not supported")
    for name in refuses & request.body.keys():
        return error(
            400, f"Unsupported parameter: '{name}' is not supported with this model.", name
        )
    return None
