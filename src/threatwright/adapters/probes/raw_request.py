"""Fills a raw request with a message, so that no message can change anything but its own place."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

from threatwright.errors import InputError
from threatwright.model.probe_request import PROMPT, SESSION, RawHttp

_FORM = "application/x-www-form-urlencoded"


class FilledRequest(NamedTuple):
    """A request, ready to be sent to the origin of the scope."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def filled(request: RawHttp, prompt: str, session: str) -> FilledRequest:
    """The request with a message, and the id of its conversation, in their places.

    In a path they are percent-encoded; in JSON they stand in a string, whatever they hold; in a
    form they are encoded as its values are; any other body takes them as they are. Raises
    InputError if the body is called JSON and is none.
    """
    path = _put(request.path, quote(prompt, safe="", errors="replace"), quote(session, safe=""))
    headers = dict(request.headers)
    kind = next((v for name, v in headers.items() if name.lower() == "content-type"), "")
    template = _template(request.body)
    if template is not None:
        headers = headers if kind else {**headers, "Content-Type": "application/json"}
        body = json.dumps(_within(template, prompt, session))
    elif "json" in kind:
        raise InputError(
            "The body of the request in the scope file is called JSON, and is none.",
            f'Put {PROMPT} into a string of it, as in {{"question": "{PROMPT}"}}.',
        )
    elif kind.startswith(_FORM):
        body = _put(request.body, quote_plus(prompt, errors="replace"), quote_plus(session))
    else:
        body = _put(request.body, prompt, session)
    return FilledRequest(request.method, path, headers, body.encode(errors="surrogatepass"))


def _put(text: str, prompt: str, session: str) -> str:
    """The session first: a message that holds its placeholder is not filled with it."""
    return text.replace(SESSION, session).replace(PROMPT, prompt)


def _template(body: str) -> Any:
    """The body as JSON, if it is an object or a list; None if not."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict | list) else None


def _within(value: Any, prompt: str, session: str) -> Any:
    match value:
        case str():
            return _put(value, prompt, session)
        case dict():
            return {name: _within(item, prompt, session) for name, item in value.items()}
        case list():
            return [_within(item, prompt, session) for item in value]
        case _:
            return value
