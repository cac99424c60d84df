"""An interview on two text streams, for people: a question, its choices, a line of answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol, TextIO

from threatwright.exchange.marks import count
from threatwright.exchange.publisher import marked
from threatwright.model.interview import Question
from threatwright.model.said import Answer, DontKnow, Said, Skip, Stop, Tell, Undo
from threatwright.workflow.events import (
    Asked,
    Drafted,
    Event,
    Finished,
    Refused,
    Reviewed,
    Understood,
    Undone,
    Warned,
)
from threatwright.workflow.jsonl import next_line

Say = Callable[[str], None]
TELL = "tell "


class Conversable(Protocol):
    """What is driven: a session."""

    def start(self) -> AsyncIterator[Event]:
        """Go to the first wait."""
        ...

    def send(self, said: Said) -> AsyncIterator[Event]:
        """Take something in, and go to the next wait."""
        ...


async def converse(session: Conversable, lines: TextIO, say: Say) -> None:
    """Run a session from its start to its end. The end of the input is a stop."""
    last = await _told(session.start(), say)
    while not isinstance(last, Finished):
        said: Said = Stop()
        if isinstance(last, Asked | Refused):
            line = await next_line(lines)
            said = said_of(line) if line else Stop()
        last = await _told(session.send(said), say)


async def _told(events: AsyncIterator[Event], say: Say) -> Event | None:
    """Say what happens in a turn. Returns the last of it."""
    last: Event | None = None
    async for last in events:
        for line in shown(last):
            say(line)
    return last


def said_of(line: str) -> Said:
    """What a person means with a line: an answer, unless it is one of the few commands."""
    words = line.strip()
    match words.lower():
        case "":
            return Answer(default=True)
        case "?":
            return DontKnow()
        case "skip":
            return Skip()
        case "undo":
            return Undo()
        case "stop" | "quit":
            return Stop()
        case lowered if lowered.startswith(TELL):
            return Tell(text=words[len(TELL) :])
        case _:
            return Answer(text=words)


def shown(event: Event) -> Iterator[str]:
    """An event in lines for a person."""
    match event:
        case Asked():
            share = f"{event.progress.coverage:.0%}"
            yield ""
            yield f"{count(event.progress.open, 'question')} left; {share} of the risk is settled."
            yield from _question(event.question)
        case Understood():
            yield from (f"  + {taken.what}" for taken in event.taken)
            if event.note:
                yield f"  {event.note}"
        case Undone():
            yield f"  {event.note}"
        case Refused() | Warned():
            yield f"  {event.problem}"
            yield f"  {event.fix}"
        case Drafted():
            levels = ", ".join(f"{n} {level}" for level, n in event.by_level.items() if n)
            yield ""
            yield f"{count(event.threats, 'threat')}" + (f": {levels}" if levels else "")
        case Finished():
            yield f"The model is in {event.file}." if event.file else "The model was not written."
        case Reviewed():
            return


def _question(question: Question) -> Iterator[str]:
    yield ""
    yield marked(question.text, question.publisher)
    yield f"  Why: {question.why}"
    if question.decides:
        yield f"  It decides: {'; '.join(question.decides[:3])}"
    for number, choice in enumerate(question.choices, 1):
        mark = "  (proposed)" if choice.value == question.proposed else ""
        yield f"  {number}  {choice.label}{mark}"
    accept = "Enter takes the proposed · " if question.proposed else ""
    yield f"A number or your own words · {accept}? don't know · skip · undo · tell … · stop"
