"""Drives one session: what is said queues up, and every generator is run to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, cast

from threatwright.errors import ThreatwrightError

if TYPE_CHECKING:
    from threatwright.model.document import ThreatModel
    from threatwright.model.interview import Progress, Question
    from threatwright.tui.contract import Opening, OpenSession, Session
    from threatwright.tui.watched import WatchedLlm
    from threatwright.workflow.events import Drafting, Event, Listening, Said, Summing

    Turn = Said | Event
    Doing = Listening | Drafting | Summing
    """One thing said by either side."""

AT_WORK = frozenset({"listening", "drafting", "summing"})
"""Events that only say how far the language model has come."""


class Conversation:
    """A session and what was said in it so far. The screens read it; only `say` changes it."""

    def __init__(
        self,
        heard: Callable[[Turn], None],
        changed: Callable[[], None],
        failed: Callable[[ThreatwrightError], None],
    ) -> None:
        self._heard, self._changed, self._failed = heard, changed, failed
        self._said: asyncio.Queue[Said | None] = asyncio.Queue()
        self._session: Session | None = None
        self.turns: list[tuple[Turn, Question | None]] = []
        """What was said by either side, with the question that stood then."""
        self.is_busy = True
        """The session is working and does not wait for input."""
        self.llm: WatchedLlm | None = None
        """The language model; None where there is none to be used."""
        self.trouble: ThreatwrightError | None = None
        """Why the language model cannot be used at all."""
        self.doing: Doing | None = None
        """What the language model is doing for the session."""
        self.owes = False
        """The language model failed at something or was stopped: it can be asked again."""
        self.before: ThreatModel | None = None
        """The model as it was when it was opened."""
        self.opened = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def session(self) -> Session | None:
        """The session, once it is open."""
        return self._session

    @property
    def model(self) -> ThreatModel | None:
        """The model as it stands."""
        return self._session.model if self._session else None

    @property
    def question(self) -> Question | None:
        """The question that waits for an answer."""
        return self._session.question if self._session else None

    @property
    def progress(self) -> Progress | None:
        """How far the interview has come."""
        return self._session.progress if self._session else None

    @property
    def is_asking(self) -> bool:
        """Whether the session waits for the language model."""
        at_work = self.doing is not None or (self.llm is not None and self.llm.under_way > 0)
        return self.is_busy and at_work

    def halt(self) -> None:
        """Wait for the language model no longer; what it has said by now is kept."""
        if self._session is not None and self.is_asking:
            self.owes |= self.doing is not None
            self._session.halt()

    def say(self, said: Said) -> None:
        """Put something in the queue. Never waits."""
        self.is_busy = True
        self._said.put_nowait(said)

    def close(self) -> None:
        """End after what is queued. `closed` is set when the session has written its file."""
        self.halt()
        self._said.put_nowait(None)

    async def run(self, open_session: OpenSession, opening: Opening) -> None:
        """Open the session and serve it until `close`. Raises ThreatwrightError if it cannot."""
        try:
            async with open_session(opening) as opened:
                session = self._session = opened.session
                self.llm, self.trouble = opened.llm, opened.trouble
                if opened.trouble is not None:
                    self._failed(opened.trouble)
                self.before = session.model
                self.opened.set()
                await self._run_out(session.start())
                while (said := await self._said.get()) is not None:
                    await self._take(session, said)
                self._set_busy(True)
        finally:
            self.opened.set()
            self.closed.set()

    async def _take(self, session: Session, said: Said) -> None:
        self._note(said)
        if said.type == "retry":
            self.owes = False
        try:
            await self._run_out(session.send(said))
        except ThreatwrightError as error:
            self._failed(error)
        finally:
            self._set_busy(False)

    async def _run_out(self, events: AsyncIterator[Event]) -> None:
        self._set_busy(True)
        async for event in events:
            self._hear(event)
        self._set_busy(False)

    def _hear(self, event: Event) -> None:
        if event.event in AT_WORK:
            is_other = self.doing is None or self.doing.event != event.event
            self.doing = cast("Doing", event)
            if is_other:
                self._changed()
            return
        if event.event == "warned":
            self.owes |= event.of_model
        self._note(event)

    def _note(self, turn: Turn) -> None:
        self.turns.append((turn, self.question))
        self._heard(turn)

    def _set_busy(self, busy: bool) -> None:
        self.is_busy = busy
        self.doing = None
        self._changed()
