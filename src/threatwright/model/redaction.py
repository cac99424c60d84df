"""Takes out of a text what must not leave the machine: keys, passwords and, if wanted, people."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache
from typing import Any

from threatwright.model.credentials import without_keys


class Personal(StrEnum):
    """What of people can be taken out besides."""

    EMAIL = "email"
    PHONE = "phone"


_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_IN_ADDRESS = re.compile(
    r"(?P<before>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+(?=@)", re.IGNORECASE
)
"""A password in a connection string, as `postgres://user:PASSWORD@host`."""
_ASSIGNED = re.compile(
    r"""(?P<before>\b(?:\w*[-_])?(?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key
        |account[-_]?key|client[-_]?secret|sharedaccesskey)["']?\s*[:=]\s*["']?)
        (?P<value>[^\s"',;&]{6,})""",
    re.IGNORECASE | re.VERBOSE,
)
"""A value given to a name that says that it is secret."""
_PLACEHOLDER = re.compile(
    r"[<$%{*x.].*|\w+\(.*|none|null|true|false|required|optional", re.IGNORECASE
)
_PERSONAL = {
    Personal.EMAIL: re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
    Personal.PHONE: re.compile(r"(?<![\w.])\+?\(?\d{1,4}\)?(?:[ /.-]?\(?\d{2,4}\)?){2,5}(?![\w.])"),
}
_HIDDEN = "(a secret, taken out)"


def redacted(text: str, personal: Collection[Personal] = ()) -> str:
    """The text without its secrets. Doing it again changes nothing."""
    return _redacted(text, frozenset(personal))


@lru_cache(maxsize=8_192)  # what is told of one component is mostly told of the next one, too
def _redacted(text: str, personal: frozenset[Personal]) -> str:
    text = _PRIVATE_KEY.sub(_HIDDEN, text)
    text = _IN_ADDRESS.sub(rf"\g<before>{_HIDDEN}", text)
    text = _ASSIGNED.sub(_without_value, text)
    text = without_keys(text)
    for kind in Personal:
        if kind in personal:
            text = _PERSONAL[kind].sub(_OF_PEOPLE[kind], text)
    return text


def redacted_in(value: Any, personal: Collection[Personal] = ()) -> Any:
    """A value of dictionaries, lists and texts, each text redacted."""
    match value:
        case str():
            return redacted(value, personal)
        case dict():
            return {redacted_in(k, personal): redacted_in(v, personal) for k, v in value.items()}
        case list() | tuple():
            return [redacted_in(item, personal) for item in value]
        case _:
            return value


def _without_value(found: re.Match[str]) -> str:
    if _PLACEHOLDER.fullmatch(found["value"]):
        return found.group()
    return found["before"] + _HIDDEN


def _without_number(found: re.Match[str]) -> str:
    """Fewer than seven digits are no telephone number."""
    words = found.group()
    return words if sum(c.isdigit() for c in words) < 7 else "(a telephone number)"


_OF_PEOPLE = {Personal.EMAIL: lambda _: "(an e-mail address)", Personal.PHONE: _without_number}
