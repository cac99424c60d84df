"""What an endpoint answered: the text in it, the tokens that it took, and the value in the text."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

import openai
from pydantic import BaseModel, ValidationError

from threatwright.errors import LanguageModelError

T = TypeVar("T", bound=BaseModel)

MOST_COMPLAINTS = 12
"""As many things as a model is told at a time."""
_THOUGHTS = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_FENCED = re.compile(r"```[a-zA-Z]*\s*\n(.*?)\n\s*```", re.DOTALL)


class BrokenReplyError(openai.OpenAIError):
    """What arrived is no reply of this API, or only a part of one. Asking again may help."""


class UnfitError(ValueError):
    """The text is a reply, and not what was asked for."""

    def __init__(self, complaints: Sequence[str], text: str) -> None:
        super().__init__("\n".join(complaints))  # for the model
        begins = "" if text.lstrip().startswith("{") else f"; it begins “{text[:80]}”"
        self.line = " ".join(f"{'; '.join(complaints[:3])}{begins}".split())
        """For a person."""


class Tokens(BaseModel):
    """What a call took."""

    prompt_tokens: int
    completion_tokens: int


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class Completion(BaseModel):
    """As much of a reply as is needed."""

    choices: tuple[_Choice, ...] = ()
    usage: Any = None
    error: Any = None

    @property
    def text(self) -> str:
        """What the model said."""
        return self.choices[0].message.content or ""

    @property
    def tokens(self) -> Tokens | None:
        """What it took; None if the endpoint does not say."""
        return tokens(self.usage)

    @property
    def is_cut(self) -> bool:
        """Whether it ended at the limit of its length."""
        return self.choices[0].finish_reason == "length"

    @property
    def flaw(self) -> str | None:
        """Why there is nothing to be used, in words that follow the name of the model."""
        choice = self.choices[0]
        return flaw(choice.finish_reason, choice.message.refusal, self.text)


def completion(content: bytes) -> Completion:
    """A reply. Raises BrokenReplyError if it is none."""
    try:
        read = Completion.model_validate_json(content)
    except ValidationError as error:
        raise BrokenReplyError("what arrived is not a whole reply") from error
    if not read.choices:
        raise BrokenReplyError(_words(read.error) or "its reply is empty")
    return read


def tokens(usage: Any) -> Tokens | None:
    """What a call took, if it is there."""
    try:
        return Tokens.model_validate(usage, from_attributes=True)
    except ValidationError:
        return None


def unusable(model: str, prompt: str, why: str) -> LanguageModelError:
    """There is no usable reply; `why` follows the name of the model."""
    return LanguageModelError(
        f"{model} {why} (prompt {prompt}).",
        "Try again, or name another model in THREATWRIGHT_LLM_MODEL.",
    )


def flaw(finish: str | None, refusal: str | None, text: str) -> str | None:
    """Why there is nothing to be used, in words that follow the name of the model."""
    if refusal:
        return f"refused to answer: {' '.join(refusal.split())[:200]}"
    if finish == "content_filter":
        return "was stopped by the endpoint's content filter"
    if finish == "length":
        return "reached the limit of its length before the end of the reply"
    return None if text.strip() else "sent an empty reply"


def value(text: str, output: type[T]) -> T:
    """The value in a text. Raises UnfitError with what is wrong."""
    try:
        return output.model_validate_json(_json(text))
    except ValidationError as error:
        raise UnfitError([*_complaints(error)], text) from error


def is_heeded(text: str, fields: Collection[str]) -> bool:
    """Whether a reply is an object of these fields, as it is if an endpoint forces it to be."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text.lstrip().startswith("{")  # the object that it began was cut
    return isinstance(found, dict) and found.keys() == set(fields)


def _json(text: str) -> str:
    """The JSON object in a text that may have thoughts, a fence or prose around it."""
    said = _THOUGHTS.sub("", text).strip()
    first = said
    for candidate in (said, *_FENCED.findall(said), said[max(said.find("{"), 0) :]):
        try:
            found, _ = json.JSONDecoder().raw_decode(candidate.strip())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return json.dumps(found)
    return first


def _complaints(error: ValidationError) -> Iterator[str]:
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    for each in wrong[:MOST_COMPLAINTS]:
        where = ".".join(map(str, each["loc"]))
        yield f"{where}: {each['msg']}" if where else each["msg"]
    if len(wrong) > MOST_COMPLAINTS:
        yield f"and {len(wrong) - MOST_COMPLAINTS} more"


def _words(error: Any) -> str:
    """What an endpoint says that answers a failure as if it were a reply."""
    said = error.get("message") if isinstance(error, dict) else error
    return str(said)[:200] if said else ""
