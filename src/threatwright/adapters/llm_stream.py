"""A reply that arrives a piece at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx2
import openai

from threatwright.adapters import llm_reply
from threatwright.adapters.llm_reply import BrokenReplyError
from threatwright.adapters.llm_spending import Bill

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk


@dataclass
class Telling:
    """What was told so far, and how it ended."""

    bill: Bill
    finish: str | None = None
    refusal: str = ""
    text: list[str] = field(default_factory=list)

    @property
    def flaw(self) -> str | None:
        """Why what was told cannot be used, in words that follow the name of the model."""
        return llm_reply.flaw(self.finish, self.refusal, "".join(self.text))

    def take(self, chunk: ChatCompletionChunk) -> str:
        """The text in a chunk. What else it says is noted."""
        if chunk.usage:
            self.bill.tokens = llm_reply.tokens(chunk.usage)
        for choice in (chunk.choices or [])[:1]:
            self.finish = choice.finish_reason or self.finish
            self.refusal += choice.delta.refusal or ""
            self.text.append(choice.delta.content or "")
            return self.text[-1]
        return ""


async def pieces(
    stream: openai.AsyncStream[ChatCompletionChunk], telling: Telling
) -> AsyncGenerator[str, None]:
    """The pieces of text. Raises OpenAIError if they break off before the end."""
    try:
        async for chunk in stream:
            telling.bill.is_answered = True
            if piece := telling.take(chunk):
                yield piece
    except httpx2.TimeoutException as error:
        raise openai.APITimeoutError(stream.response.request) from error
    except (httpx2.HTTPError, ValueError) as error:  # ValueError: a chunk is no JSON
        raise BrokenReplyError("the reply broke off before its end") from error
    if telling.finish is None:
        raise BrokenReplyError("the reply broke off before its end")
