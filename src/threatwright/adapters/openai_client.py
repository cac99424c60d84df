"""A client for an OpenAI-compatible endpoint, and what its failures mean to a person.

It sends only what it is given: no key, organisation or header that the environment holds for some
other endpoint, and nothing to where a redirect points. It never tries again by itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openai

if TYPE_CHECKING:
    from httpx2 import Request

from threatwright.errors import EndpointRefusedError, InputError, LanguageModelError
from threatwright.model.credentials import without_keys

DEFAULT_URL = "https://api.openai.com/v1"
CONNECT_TIMEOUT = 5.0
"""Seconds."""
SENT = frozenset(
    [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
        "x-stainless-raw-response",  # by this the library remembers what to return
    ]
)
"""Headers. The library would add what it knows of this machine, and others from the environment."""
LONGEST_WORDS = 200
"""Characters of what an endpoint says about its failure."""


def connect(base_url: str | None, key: str | None, timeout: float) -> openai.OpenAI:
    """A client, to be closed. `timeout` is in seconds, for each wait for the endpoint.

    Raises InputError if the base URL is not one of http, or the key cannot be one.
    """
    options = _options(base_url, key, timeout)

    def strip(request: Request) -> None:
        _strip(request, key)

    http = openai.DefaultHttpxClient(
        follow_redirects=False, timeout=_waits(timeout), event_hooks={"request": [strip]}
    )
    return openai.OpenAI(http_client=http, **options)


def connect_async(base_url: str | None, key: str | None, timeout: float) -> openai.AsyncOpenAI:
    """A client as `connect` makes it, for calls that run at the same time."""
    options = _options(base_url, key, timeout)

    async def strip(request: Request) -> None:
        _strip(request, key)

    http = openai.DefaultAsyncHttpxClient(
        follow_redirects=False, timeout=_waits(timeout), event_hooks={"request": [strip]}
    )
    return openai.AsyncOpenAI(http_client=http, **options)


def _options(base_url: str | None, key: str | None, timeout: float) -> dict[str, Any]:
    if key and not (key.isascii() and key.isprintable()):
        raise InputError(
            "The key of the endpoint has characters in it that no key has.",
            "Copy it once more into THREATWRIGHT_LLM_API_KEY.",
        )
    return {
        "base_url": _checked(base_url or DEFAULT_URL),
        "api_key": key or "none",  # it insists on one, though many endpoints need none
        "max_retries": 0,
        "timeout": _waits(timeout),
        "default_headers": {"Authorization": f"Bearer {key}"} if key else None,
    }


def _checked(url: str) -> str:
    fix = "Set THREATWRIGHT_LLM_BASE_URL to one such as http://localhost:11434/v1."
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that do not match
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(f"“{url}” is not the address of an endpoint.", fix)
    if parts.username or parts.password:
        raise InputError(
            f"The address of the endpoint at {parts.hostname} has a name or password in it.",
            "Set THREATWRIGHT_LLM_API_KEY to the key instead; it is never shown.",
        )
    return url


def _waits(timeout: float) -> openai.Timeout:
    return openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT))


def _strip(request: Request, key: str | None) -> None:
    for name in set(request.headers) - SENT:
        del request.headers[name]
    if not key:
        request.headers.pop("authorization", None)


def failure(error: openai.OpenAIError, base_url: str | None) -> LanguageModelError:
    """What went wrong at the endpoint, and what to do about it."""
    where = base_url or DEFAULT_URL
    match error:
        case openai.APITimeoutError():
            return LanguageModelError(
                f"The endpoint at {where} did not answer in time.",
                "Try again, or name another endpoint in THREATWRIGHT_LLM_BASE_URL.",
            )
        case openai.APIConnectionError():
            return LanguageModelError(
                f"The endpoint at {where} cannot be reached: {error.__cause__ or error}",
                "Start it, or correct THREATWRIGHT_LLM_BASE_URL.",
            )
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return EndpointRefusedError(
                f"The endpoint at {where} refused the key ({_said(error)}).",
                "Set THREATWRIGHT_LLM_API_KEY where the base URL is set too; it goes nowhere else.",
            )
        case openai.NotFoundError():
            return EndpointRefusedError(
                f"The endpoint at {where} refused the request ({_said(error)}).",
                "Correct its address or the name of the model.",
            )
        case openai.RateLimitError():
            pause = error.response.headers.get("retry-after")
            wait = f"after {pause} s" if pause else "later"
            return LanguageModelError(
                f"The endpoint at {where} is asked too often or its quota is used up "
                f"({_said(error)}).",
                f"Try again {wait}.",
            )
        case openai.APIStatusError() if error.status_code < 500:
            return LanguageModelError(
                f"The endpoint at {where} refused the request ({_said(error)}).",
                "Correct its address or the name of the model.",
            )
        case _:
            return LanguageModelError(
                f"The endpoint at {where} failed ({_said(error)}).", "Try again later."
            )


def _said(error: openai.OpenAIError) -> str:
    """The endpoint's own words, in a short line, without the key that it may have repeated."""
    if not isinstance(error, openai.APIStatusError):
        return str(error)
    body = error.body if isinstance(error.body, dict) else {}
    words = body.get("message") or error.response.reason_phrase
    text = words if isinstance(words, str) else json.dumps(words)
    key = error.request.headers.get("authorization", "").removeprefix("Bearer ")
    text = text.replace(key, "(the key)") if key else text
    return f"{error.status_code}: {without_keys(text[:LONGEST_WORDS])}"
