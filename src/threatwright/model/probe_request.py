"""How a request to an endpoint is made: its shape, and by which variable it is authenticated."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from threatwright.model.base import Value
from threatwright.model.credentials import is_variable_name, looks_like_key

PROMPT = "{PROMPT}"
"""Where the probe's text goes in a raw request."""
SESSION = "{SESSION}"
"""Where the id of the conversation goes in a raw request, if its messages belong together."""
CHAT = "/chat/completions"
"""How the path of a chat ends."""

_PLACEHOLDER = re.compile(r"\s*<.*>\s*", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_NOT_TO_BE_SET = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "forwarded", "te"}
)
"""Headers that steer where a request goes or where it ends."""
_SECRET = ("authorization", "cookie", "token", "secret", "password", "api-key", "apikey")


def is_placeholder(text: str) -> bool:
    """Whether a text in <angle brackets> waits to be replaced."""
    return bool(_PLACEHOLDER.fullmatch(text))


def _filled(text: str) -> str:
    if is_placeholder(text):
        raise ValueError("this is still to be filled in")
    if not text.strip():
        raise ValueError("this is empty")
    if _CONTROL.search(text):
        raise ValueError("it holds control characters")
    return text


def _keyless(text: str) -> str:
    if looks_like_key(text):
        raise ValueError(
            "this looks like a key; keep it in an environment variable, and put the variable's "
            "name under `authentication`"
        )
    return text


Words = Annotated[
    str, StringConstraints(max_length=2000), AfterValidator(_filled), AfterValidator(_keyless)
]
"""Something that a person wrote."""


class Authentication(Value):
    """How a request shows who sends it. The key itself is never here."""

    variable: str
    """Name of the environment variable that holds the key."""
    header: str = "Authorization"
    """The header that carries it."""
    scheme: Annotated[str, StringConstraints(pattern=r"^[A-Za-z-]{0,20}$")] = "Bearer"
    """The word before it; empty for none."""

    @field_validator("variable")
    @classmethod
    def _is_name(cls, name: str) -> str:
        if is_placeholder(name):
            raise ValueError("this is still to be filled in")
        if not is_variable_name(name):
            raise ValueError(
                "this is not the name of an environment variable (capitals, digits, _); if it is "
                "the key itself, put it into a variable, and the variable's name here"
            )
        return name

    @field_validator("header")
    @classmethod
    def _is_header(cls, name: str) -> str:
        return _header(name)


def _header(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise ValueError("this is no name of a header")
    if name.lower() in _NOT_TO_BE_SET or name.lower().startswith(("proxy-", "x-forwarded-")):
        raise ValueError(f"the header {name} says where a request goes; the origin alone does")
    return name


def checked_headers(headers: dict[str, str]) -> dict[str, str]:
    """The fixed headers of a request. Raises ValueError for one that steers it or carries a key."""
    for name, value in headers.items():
        _header(name)
        if any(word in name.lower() for word in _SECRET):
            raise ValueError(f"{name} carries a key: describe it under `authentication`")
        if "\n" in value:
            raise ValueError(f"the header {name} is one line")
    return headers


def _path(path: str) -> str:
    bare = path.replace(PROMPT, "").replace(SESSION, "")
    if not bare.startswith("/") or bare.startswith("//") or re.search(r"[\s\\#{}]", bare):
        raise ValueError("a path begins with one / and holds no space, backslash, # or brace")
    if ".." in bare.partition("?")[0].split("/"):
        raise ValueError("a path does not lead upwards")
    for place in (PROMPT, SESSION):
        if place in path.partition("?")[0]:
            raise ValueError(f"{place} may stand after the ? of a path, not before")
    return path


Path = Annotated[
    str,
    StringConstraints(max_length=1000),
    AfterValidator(_filled),
    AfterValidator(_keyless),
    AfterValidator(_path),
]


class OpenAiChat(Value):
    """An endpoint that speaks the chat completions of OpenAI."""

    shape: Literal["openai-chat"]
    path: Path = "/v1/chat/completions"
    model: Words
    """The model's name, as the endpoint expects it."""

    @field_validator("path")
    @classmethod
    def _fixed(cls, path: str) -> str:
        if PROMPT in path or SESSION in path:
            raise ValueError(f"a chat has its own place for the text: no {PROMPT} here")
        if not path.partition("?")[0].endswith(CHAT):
            raise ValueError(f"the path of a chat ends with {CHAT}; describe any other as http")
        return path


class RawHttp(Value):
    """Any other endpoint: the request as it is, and where its answer is found."""

    shape: Literal["http"]
    method: Literal["POST", "PUT", "GET"] = "POST"
    path: Path
    headers: dict[str, Words] = Field(default_factory=dict)
    """Fixed ones, as `Content-Type`. A key goes under `authentication`."""
    body: str = Field(default="", max_length=20_000)
    """With {PROMPT} where the probe's text goes, and {SESSION} where a conversation's id does."""
    response: Words
    """Where the answer is in the JSON that comes back: `choices.0.text`; `.` if it is all text."""

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, headers: dict[str, str]) -> dict[str, str]:
        return checked_headers(headers)

    @field_validator("body")
    @classmethod
    def _without_key(cls, body: str) -> str:
        return _keyless(body)

    @model_validator(mode="after")
    def _has_place(self) -> RawHttp:
        if self.path.count(PROMPT) + self.body.count(PROMPT) != 1:
            raise ValueError(f"{PROMPT} stands once, in the body or after the ? of the path")
        return self

    @property
    def has_session(self) -> bool:
        """Whether several messages can be sent in one conversation."""
        return SESSION in self.path + self.body


ProbeRequest = Annotated[OpenAiChat | RawHttp, Field(discriminator="shape")]
