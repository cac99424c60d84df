"""An interview on two text streams, for people: the drawing, then questions, a line an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol, TextIO

from threatwright.cli import line_words
from threatwright.cli.line_commands import Change, Deeper, Say, Show, Strike, TakeBack, read
from threatwright.engine.interview.questions import about
from threatwright.exchange.drawing import assumptions, drawing, kinds_of, numbered
from threatwright.exchange.history import Input, inputs
from threatwright.exchange.names import Names
from threatwright.model.document import ThreatModel
from threatwright.model.interview import CONFIRMED
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Correct, Preview, Retry, Revise, Said, SetDepth, Stop, Undo
from threatwright.model.terms import Depth
from threatwright.workflow.events import Asked, Drafted, Drawn, Event, Finished, Previewed, Warned
from threatwright.workflow.jsonl import next_line

WIDTH = 80
YES = frozenset({"", "y", "yes"})


class Conversable(Protocol):
    """What is driven: a session."""

    @property
    def model(self) -> ThreatModel:
        """The model as it stands."""
        ...

    def start(self) -> AsyncIterator[Event]:
        """Go to the first wait."""
        ...

    def send(self, said: Said) -> AsyncIterator[Event]:
        """Take something in, and go to the next wait."""
        ...


async def converse(
    session: Conversable,
    lines: TextIO,
    say: Callable[[str], None],
    knowledge: Knowledge,
    width: int | None = None,
    aside: Callable[[str], None] = lambda _: None,
) -> None:
    """Run a session from its start to its end. The end of the input is a stop.

    `aside` is told how far a language model has come.
    """
    await _Conversation(session, lines, say, knowledge, width or WIDTH, aside).run()


def _is_about_the_drawing(event: Event) -> bool:
    return isinstance(event, Asked) and event.question.id == CONFIRMED


class _Conversation:
    """Where a conversation stands."""

    def __init__(
        self,
        session: Conversable,
        lines: TextIO,
        say: Callable[[str], None],
        knowledge: Knowledge,
        width: int,
        aside: Callable[[str], None],
    ) -> None:
        self._session, self._lines, self._say, self._aside = session, lines, say, aside
        self._knowledge, self._width = knowledge, width
        self._waiting: Asked | Drafted | None = None
        """What the session waits with."""
        self._is_over = False
        self._has_stopped = False
        self._owes = False
        """The language model failed at something."""

    async def run(self) -> None:
        """Go on until the session has ended."""
        await self._hear(self._session.start())
        while not self._is_over:
            if isinstance(self._waiting, Drafted) and self._has_stopped:
                await self._send(Stop())
                continue
            if isinstance(self._waiting, Drafted):
                again = " · again asks the language model again" if self._owes else ""
                self._say(f"Enter ends · history · d or depth … goes on asking · tell …{again}")
            line = await next_line(self._lines)
            await (self._take(line) if line else self._send(Stop()))

    async def _take(self, line: str) -> None:
        """Do what a line says."""
        question = self._waiting.question if isinstance(self._waiting, Asked) else None
        if question is None and not line.strip():
            return await self._send(Stop())
        match read(line, question):
            case Say(said=said):
                await self._send(*said)
            case Show(what=what):
                self._tell(self._looked_at(what))
                self._ask_again()
            case Deeper():
                await self._send(SetDepth(depth=self._deeper()))
            case Strike(number=number):
                await self._strike(number)
            case Change(number=number, words=words):
                await self._change(number, words)
            case TakeBack(number=number):
                entry = self._entry(number)
                await self._try(Undo(entry=entry.n) if entry else None)

    async def _send(self, *said: Said) -> None:
        """Say something; of several, only what comes after the last is asked."""
        for at, one in enumerate(said, 1):
            self._has_stopped = self._has_stopped or isinstance(one, Stop)
            self._owes = self._owes and not isinstance(one, Retry)
            await self._hear(self._session.send(one), asks=at == len(said))

    async def _hear(self, events: AsyncIterator[Event], *, asks: bool = True) -> list[Event]:
        """Tell what happens in a turn."""
        heard: list[Event] = []
        async for event in events:
            is_drawn = bool(heard) and isinstance(heard[-1], Drawn)
            heard.append(event)
            if progress := line_words.progress(event):
                self._aside(progress)
            self._owes |= isinstance(event, Warned) and event.of_model
            if isinstance(event, Asked | Drafted):
                self._waiting = event
            elif isinstance(event, Finished):
                self._is_over = True
            if asks or not isinstance(event, Asked | Drafted):
                if is_drawn or _is_about_the_drawing(event):
                    self._tell(self._drawing())
                self._tell(line_words.shown(event))
        return heard

    # --- looking --------------------------------------------------------------------------

    def _tell(self, lines: Iterator[str]) -> None:
        for line in lines:
            self._say(line)

    def _drawing(self) -> Iterator[str]:
        system = self._session.model.system
        marks = numbered(system)
        yield ""
        yield from drawing(system, kinds_of(self._knowledge), width=self._width, marks=marks)
        yield from (f"  {line}" for line in assumptions(system, marks))

    def _looked_at(self, what: str) -> Iterator[str]:
        match what:
            case "history":
                yield from line_words.listed(self._inputs())
            case "drawing":
                yield from self._drawing()
            case _:
                yield line_words.HELP

    def _ask_again(self) -> None:
        if isinstance(self._waiting, Asked):
            self._tell(line_words.shown(self._waiting))

    def _inputs(self) -> list[Input]:
        return inputs(self._session.model, Names(self._knowledge))

    def _deeper(self) -> Depth:
        waiting = self._waiting
        now = waiting.rest.depth if isinstance(waiting, Drafted) else Depth.STANDARD
        if isinstance(waiting, Asked):
            now = waiting.progress.depth
        return now.deeper

    # --- going back -----------------------------------------------------------------------

    def _entry(self, number: int) -> Input | None:
        entries = self._inputs()
        if 1 <= number <= len(entries):
            return entries[number - 1]
        self._say(f"  There is no input {number}.")
        self._say("  `history` lists what was said, with its numbers.")
        return None

    async def _strike(self, number: int) -> None:
        marks = numbered(self._session.model.system)
        gone = next((id_ for id_, mark in marks.items() if mark == f"?{number}"), None)
        if gone is None:
            self._say(f"  There is no part ?{number} in the drawing.")
            self._say("  `drawing` shows it, with the numbers of what is assumed.")
        else:
            await self._send(Correct(remove=gone))

    async def _change(self, number: int, words: str) -> None:
        entry = self._entry(number)
        if entry is None:
            return
        if entry.question is None:
            self._say("  That is no answer to a question.")
            self._say(f"  `back {number}` takes it back.")
        elif not words:
            asked = about(entry.question, self._session.model, self._knowledge)
            self._tell(line_words.question(asked))
            self._say(f"  It was: {entry.said}. Type `change {number} ANSWER`.")
        elif words == "?":
            await self._try(Revise(question=entry.question, unknown=True))
        else:
            await self._try(Revise(question=entry.question, text=words))

    async def _try(self, said: Revise | Undo | None) -> None:
        """Show what something would change, and say it if the person wants it."""
        if said is None:
            return
        heard = await self._hear(self._session.send(Preview(said=said)), asks=False)
        if not any(isinstance(event, Previewed) for event in heard):
            return self._ask_again()
        self._say("Enter does it, n leaves everything as it was.")
        line = await next_line(self._lines)
        if line and line.strip().lower() in YES:
            await self._send(said)
        else:
            self._say("  Nothing was changed.")
            self._ask_again()
