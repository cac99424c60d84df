"""Reads what an endpoint said out of the body that came back."""

from __future__ import annotations

import json
from typing import Any

from threatwright.engine.probes.answers import Answer
from threatwright.model.probe_evidence import Exchange
from threatwright.model.probe_request import OpenAiChat, ProbeRequest

WHOLE = "."
"""The response path of an endpoint that answers with nothing but text."""


def answer_of(
    exchange: Exchange, request: ProbeRequest, tool_calls: tuple[str, ...] = ()
) -> Answer | str:
    """The answer that an exchange holds; in words what is wrong if it holds none.

    A failure is an answer too, of its body and the code of its error: it may show that a control
    stopped the request, or give something away.
    """
    if exchange.status is None:
        return exchange.error or "nothing came back"
    if not 200 <= exchange.status < 300:
        return Answer(exchange.answered, exchange.status, _error_code(exchange.answered))
    if isinstance(request, OpenAiChat):
        return _chat(exchange, tool_calls)
    text = at_path(exchange.answered, request.response)
    if text is None:
        return f"the answer holds no {request.response}"
    return Answer(text, exchange.status, "", exchange.completion_tokens, tool_calls)


def at_path(body: str, path: str) -> str | None:
    """What stands at a path such as `choices.0.text` of a JSON text; None if nothing does."""
    if path == WHOLE:
        return body
    value = _json(body)
    for step in path.split("."):
        match value:
            case dict() if step in value:
                value = value[step]
            case list() if step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            case _:
                return None
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def usage(body: str) -> tuple[int | None, int | None]:
    """(tokens of the prompt, tokens of the answer), as the endpoint counts them; None if not."""
    match _json(body):
        case {"usage": {"prompt_tokens": int(prompt), "completion_tokens": int(completion)}}:
            return prompt, completion
        case {"usage": {"input_tokens": int(prompt), "output_tokens": int(completion)}}:
            return prompt, completion
        case _:
            return None, None


def identity(body: str) -> tuple[str, ...]:
    """Which model answered, as far as the answer says: its name, and the fingerprint of it."""
    match _json(body):
        case {"choices": [_, *_]} as reply:
            return tuple(str(reply.get(name) or "") for name in ("model", "system_fingerprint"))
        case _:
            return ()


def _chat(exchange: Exchange, tool_calls: tuple[str, ...]) -> Answer | str:
    match _json(exchange.answered):
        case {"choices": [{"message": {**message}, **choice}, *_]}:
            text = str(message.get("content") or message.get("refusal") or "")
            finish = str(choice.get("finish_reason") or "")
            status = exchange.status or 0
            return Answer(text, status, finish, exchange.completion_tokens, tool_calls)
        case _:
            return "the answer is no chat completion"


def _error_code(body: str) -> str:
    match _json(body):
        case {"error": {"code": str(code)}}:
            return code
        case _:
            return ""


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
