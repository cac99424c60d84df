"""One exchange with an endpoint as people read it: who said what, without the wire's own words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from threatwright.model.probe_evidence import Exchange, TrialRecord

LONGEST = 20_000
"""Characters of one message that are shown; the run folder holds it whole."""


class Message(NamedTuple):
    """What one side said."""

    who: str
    text: str


def messages(record: TrialRecord) -> Iterator[Message]:
    """What was said in a trial, in order; of a history that is sent again, the new part alone."""
    said: list[Message] = []
    for exchange in record.exchanges:
        sent = list(_sent(exchange))
        known = len(said) if sent[: len(said)] == said else 0
        answered = _answered(exchange)
        yield from sent[known:]
        yield answered
        said = [*sent, answered]
    for call in record.tool_calls:
        yield Message("tool sink", _cut(call))


def _sent(exchange: Exchange) -> Iterator[Message]:
    body = _json(exchange.body)
    listed = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        yield Message(exchange.side, _cut(exchange.body))
        return
    for one in listed:
        if isinstance(one, dict):
            yield Message(str(one.get("role", "")), _cut(_text(one.get("content"))))


def _answered(exchange: Exchange) -> Message:
    if exchange.status is None:
        return Message("no answer", _cut(exchange.error))
    body = _json(exchange.answered)
    who = "assistant" if exchange.status < 300 else f"HTTP {exchange.status}"
    choices = body.get("choices") if isinstance(body, dict) else None
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        message = choices[0].get("message")
        if isinstance(message, dict):
            return Message(who, _cut(_text(message.get("content"))))
    return Message(who, _cut(exchange.answered))


def _text(content: Any) -> str:
    """The text of a message, whose content may be a list of parts."""
    if isinstance(content, str):
        return content
    return "" if content is None else json.dumps(content, ensure_ascii=False)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text) - LONGEST} more)"
