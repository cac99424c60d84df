"""What goes over the wire in one trial, and which answer belongs to which message.

The guard of the HTTP client writes here what was sent and came back, the targets which messages it
was for; both find the trial by its context, through whatever of PyRIT lies between them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

from threatwright.adapters.probes.one_at_a_time import Share
from threatwright.engine.probes.scoring import Scored
from threatwright.model.probe_evidence import Exchange


class Answered(NamedTuple):
    """One answer of the target."""

    sent: tuple[str, ...]
    """All messages of its conversation up to it."""
    at: int
    """Which of the trial's exchanges it is."""
    exchange: Exchange


Rate = Callable[[Answered], Scored]


@dataclass
class Trace:
    """One trial under way."""

    trial: str
    """Its id."""
    rate: Rate | None = None
    """What the scorer of its probe says of an answer; None for controls."""
    share: Share = field(default_factory=lambda: Share(asyncio.Lock()))
    """Of the processor, which it shares with the other trials of a run."""
    exchanges: list[Exchange] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    """Those that are scored, in order."""
    _asked: tuple[str, ...] | None = None
    _rated: dict[int, Scored] = field(default_factory=dict)

    def ask(self, sent: tuple[str, ...] | None) -> None:
        """A message is about to be sent, the last of these; None if its answer is not scored."""
        self._asked = sent

    def add(self, exchange: Exchange) -> None:
        """A request was sent, and answered or not. The last try of a message is what counts."""
        at = len(self.exchanges)
        self.exchanges.append(exchange)
        if exchange.side != "target" or self._asked is None or exchange.status is None:
            return
        if self.answers and self.answers[-1].sent is self._asked:
            self.answers.pop()
        self.answers.append(Answered(self._asked, at, exchange))

    def forget_answers(self) -> None:
        """What was answered so far only prepares what is scored."""
        self.answers.clear()

    def scored(self, answer: Answered) -> Scored:
        """What the scorer says of an answer; worked out once."""
        if answer.at not in self._rated:
            assert self.rate is not None, "controls are not scored"
            self._rated[answer.at] = self.rate(answer)
        return self._rated[answer.at]


current: ContextVar[Trace] = ContextVar("current")
"""The trial that the running task is of."""
