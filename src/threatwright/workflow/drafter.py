"""What a language model's draft is made with, and how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.redaction import Personal
from threatwright.ports import KnowledgeIndex, Llm
from threatwright.workflow.events import Drafting, Event
from threatwright.workflow.patience import unless

T = TypeVar("T")


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

    async def reply(self, asking: Coroutine[Any, Any, T]) -> T:
        """A reply, unless somebody stops it. Raises Halted, or LanguageModelError."""
        return await unless(self.stop, asking)

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
