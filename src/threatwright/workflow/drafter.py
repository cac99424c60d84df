"""What a language model's draft is made with, and how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from threatwright.errors import EndpointRefusedError
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.redaction import Personal
from threatwright.ports import KnowledgeIndex, Llm
from threatwright.workflow.events import Drafting, Event
from threatwright.workflow.patience import unless

T = TypeVar("T")

HEAD_START = 0.4
"""Seconds that the first call to an endpoint is ahead of the others."""


@dataclass
class Drafter:
    """The model to draft for, whom to ask, and whom to tell."""

    model: ThreatModel
    llm: Llm
    knowledge: Knowledge
    index: Callable[[], KnowledgeIndex] | None
    say: Callable[[Event], None]
    stop: asyncio.Event
    personal: Collection[Personal] = ()
    at: str = ""
    """When, as the journal has it."""
    kept: int = 0
    """Replies that were at hand."""
    done: int = 0
    of: int = 0
    refused: EndpointRefusedError | None = None
    """That it is of no use to ask."""
    _is_begun: bool = False
    _is_answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def turn(self) -> None:
        """Wait a little behind the first call to an endpoint that has not answered yet.

        A wrong key is refused at once, and an answer takes seconds: so one call finds it out, and
        the others lose no time worth telling. Raises EndpointRefusedError.
        """
        if not self._is_begun and self.llm.usage.calls:
            self._is_answered.set()
        if self._is_begun:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_answered.wait(), HEAD_START)
        self._is_begun = True
        if self.refused is not None:
            raise self.refused

    async def reply(self, asking: Coroutine[Any, Any, T]) -> T:
        """A reply, unless somebody stops it. Raises Halted, or LanguageModelError."""
        try:
            return await unless(self.stop, asking)
        except EndpointRefusedError as error:
            self.refused = error
            raise
        finally:
            self._is_answered.set()

    def wait_for(self, replies: int) -> None:
        """Say that so many more are waited for."""
        self.of += replies
        if replies:
            self._tell("", "")

    def heard(self, element: str, name: str) -> None:
        """Say that a reply has come, or will not come."""
        self.done += 1
        self._tell(element, name)

    def _tell(self, element: str, name: str) -> None:
        usage = self.llm.usage
        self.say(Drafting(done=self.done, of=self.of, element=element, name=name, usage=usage))
