"""One threat model being worked on: input in, events out. The only thing that runs the workflow."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeGuard, cast

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from threatwright.errors import ThreatwrightError
from threatwright.workflow.events import Asked, Drafted, Event, Finished, Refused, Retry, Warned
from threatwright.workflow.graph import build
from threatwright.workflow.replies import opening
from threatwright.workflow.state import Deps, Standing, State

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from threatwright.model.document import ThreatModel
    from threatwright.model.interview import Progress, Question
    from threatwright.model.said import Said


QUIET = 1.0
"""Seconds without input before the file follows the journal: to write it takes the processor."""
VERSION = 5
"""Raise it when nodes or state change, so that no old checkpoint is taken up."""


class Session:
    """A session on one model file.

        async with Session(deps, checkpoints) as session:
            async for event in session.start(): ...
            async for event in session.send(Answer(value="yes")): ...

    `start` and `send` go to the next wait. That they get there does not depend on who listens: a
    run whose listener has left is finished before the next begins. The journal is on disk before
    the next question is said; the file follows in a thread, and is written when the session closes.
    """

    def __init__(
        self,
        deps: Deps,
        checkpoints: BaseCheckpointSaver[str] | None = None,
        warnings: Sequence[Warned] = (),
    ) -> None:
        self._deps = deps
        self._checkpoints = checkpoints or InMemorySaver()
        self._graph = build(self._checkpoints)
        self._config = _thread(deps)
        self._warnings = list(warnings)
        self._warned: Warned | None = None
        self._waiting: Event | None = None
        self._finished: Finished | None = None
        self._owed: Warned | None = None
        self._run: asyncio.Task[None] | None = None
        self._saving: asyncio.Task[None] | None = None
        self._saved: Standing | None = None
        self._heard_at = 0.0
        self._closing = asyncio.Event()

    @property
    def model(self) -> ThreatModel:
        """The model as it stands, derived."""
        return self._deps.last.model if self._deps.last else self._deps.record

    @property
    def question(self) -> Question | None:
        """The question that waits; None in the review and at the end."""
        return self._waiting.question if isinstance(self._waiting, Asked) else None

    @property
    def progress(self) -> Progress | None:
        """How far the interview has come; None before the start."""
        return self._deps.last.progress if self._deps.last else None

    @property
    def path(self) -> Path:
        """The model file."""
        return self._deps.path

    @property
    def is_finished(self) -> bool:
        """Whether the session has come to its end and takes no more input."""
        return self._finished is not None

    @property
    def owed(self) -> Warned | None:
        """What the language model failed at last, if nobody asked it again since."""
        return self._owed

    async def start(self) -> AsyncIterator[Event]:
        """Go to the first wait: where an interrupted session of the same record stood, or anew."""
        journal = list(self._deps.record.journal)
        now = await self._deps.standing(journal)
        left = await self._graph.aget_state(self._config)
        waiting = left.interrupts[0].value if left.interrupts else None
        is_same = left.values.get("journal") == journal and not self._deps.hears(now.model)
        if is_same and self._is_at_depth(waiting):
            self._waiting = waiting
            for warning in self._told():
                yield warning
            for event in opening(now, self._deps):
                yield event
            yield waiting
            self._save_soon()
            return
        await self._forget()
        async for event in self._events(State(journal=journal)):
            yield event

    def _is_at_depth(self, waiting: object) -> TypeGuard[Asked | Drafted]:
        """Whether the session waits there, and would at this depth."""
        match waiting:
            case Asked():
                return waiting.progress.depth is self._deps.depth
            case Drafted():
                return waiting.rest.depth is self._deps.depth
            case _:
                return False

    async def send(self, said: Said) -> AsyncIterator[Event]:
        """Take something in and go to the next wait. A run that is still under way is halted."""
        await self._settled()
        if self._finished is not None:
            yield Refused(problem="The session has ended.", fix="Open the model again to go on.")
            return
        if isinstance(said, Retry):
            self._owed = None
        given: State | Command[Any] = Command(resume=said)
        if self._waiting is None:  # the last run failed: this one begins where the record stands
            await self._forget()
            given = State(journal=list(self.model.journal), said=said)
        async for event in self._events(given):
            yield event

    def halt(self) -> None:
        """Wait for the language model no longer: go on with what it has said by now."""
        self._deps.halt.set()

    async def close(self) -> None:
        """Let what runs come to its wait, and have the model on disk."""
        await self._settled()
        self._closing.set()
        if self._saving is not None:
            await self._saving
        await self._follow()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _settled(self) -> None:
        """Have a run that nobody listens to any more come to its end."""
        self.halt()
        if self._run is not None:
            await asyncio.wait([self._run])

    async def _forget(self) -> None:
        await self._checkpoints.adelete_thread(self._config["configurable"]["thread_id"])

    def _told(self) -> list[Warned]:
        """Warnings that were not said yet."""
        told, self._warnings = self._warnings, []
        return told

    async def _events(self, given: State | Command[Any]) -> AsyncIterator[Event]:
        """The events of one run. The run is a task: it ends whether or not anyone listens."""
        heard: asyncio.Queue[Event | None] = asyncio.Queue()
        self._deps.halt.clear()
        self._run = asyncio.create_task(self._to_the_wait(given, heard))
        for warning in self._told():
            yield warning
        while (event := await heard.get()) is not None:
            yield event
        await self._run

    async def _to_the_wait(
        self, given: State | Command[Any], heard: asyncio.Queue[Event | None]
    ) -> None:
        self._waiting = None
        try:
            async for mode, part in self._graph.astream(
                given,
                self._config,
                context=self._deps,
                stream_mode=["custom", "updates"],
                durability="exit",
            ):
                event = _event(mode, part)
                if event is not None:
                    self._note(event)
                    heard.put_nowait(event)
            if self._finished is not None:
                await self._forget()
        finally:
            heard.put_nowait(None)
            self._save_soon()

    def _note(self, event: Event) -> None:
        if isinstance(event, Asked | Drafted):
            self._waiting = event
        elif isinstance(event, Finished):
            self._finished = event
            self._saved = self._deps.last
        elif isinstance(event, Warned) and event.of_model:
            self._owed = event

    def _until_quiet(self) -> float:
        """Seconds until nothing was said for long enough."""
        if self._run is not None and not self._run.done():
            return QUIET
        return self._heard_at + QUIET - asyncio.get_running_loop().time()

    def _save_soon(self) -> None:
        """Have the file follow the journal, off the event loop; one writer at a time."""
        self._heard_at = asyncio.get_running_loop().time()
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        """Write what is not written yet, when it is quiet; all of it once the session closes."""
        while True:
            await self._quiet()
            now = self._deps.last
            if now is None or now is self._saved:
                return
            self._saved = now
            try:
                await asyncio.to_thread(self._deps.store.save, now.model, self.path)
            except ThreatwrightError as error:
                warning = Warned(problem=error.problem, fix=error.fix)
                if warning != self._warned:
                    self._warnings.append(warning)
                self._warned = warning

    async def _quiet(self) -> None:
        while not self._closing.is_set() and (left := self._until_quiet()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), left)


def _thread(deps: Deps) -> RunnableConfig:
    """The thread: of this model, in this file, on this ground, with the drawing first or not.

    Its journal is in the state.
    """
    key = f"{VERSION}\0{deps.path.resolve()}\0{deps.ground}\0{deps.shows_drawing}"
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"configurable": {"thread_id": f"{deps.record.id}:{digest[:16]}"}}


def _event(mode: str, part: Any) -> Event | None:
    """What a part of the stream says: an event of a node, or the one that waits."""
    if mode == "custom":
        return cast("Event", part)
    if "__interrupt__" in part:
        return cast("Event", part["__interrupt__"][0].value)
    return None
