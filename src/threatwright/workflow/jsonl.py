"""Drives a session over two text streams, one JSON object a line.

Out: each event, as it happens; only a `question` waits for a line. In:

    {"answer": "…"}     a choice (value, label or number) or free text; may name its question: "id"
    {"dont_know": true} · {"skip": true} · {"accept": true}    the last takes the proposed answer
    {"undo": 1} · {"tell": "…"} · {"depth": "quick"} · {"retry": true} · {"stop": true}

What names a question that was answered before counts in the place of that answer. With
`"preview": true`, an answer, what is told, or an undo changes nothing: it is said what it would.

The end of the input is a stop. Once the threats are drafted, the driver ends the session itself.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, Protocol, TextIO

from pydantic import ValidationError

from threatwright.errors import InputError
from threatwright.model.base import Value
from threatwright.model.interview import Also
from threatwright.model.said import (
    Answer,
    DontKnow,
    Preview,
    Retry,
    Said,
    SetDepth,
    Skip,
    Stop,
    Tell,
    Undo,
)
from threatwright.model.terms import Depth
from threatwright.model.vocabulary import Choice
from threatwright.workflow.events import Asked, Drafted, Drawn, Event, Finished, Previewed, Refused

MAX_LINE = 1_000_000
"""Characters of one line."""
EXAMPLE = 'Write one JSON object on a line, such as {"answer": "yes"}.'


class Conversable(Protocol):
    """What is driven: a session."""

    def start(self) -> AsyncIterator[Event]:
        """Go to the first wait."""
        ...

    def send(self, said: Said) -> AsyncIterator[Event]:
        """Take something in, and go to the next wait."""
        ...


class Line(Value):
    """One line of input: exactly one of these, and `id` only with what is said to a question."""

    answer: str | int | bool | None = None
    dont_know: bool = False
    skip: bool = False
    accept: bool = False
    undo: int = 0
    tell: str | None = None
    depth: Depth | None = None
    retry: bool = False
    stop: bool = False
    id: str | None = None
    preview: bool = False


async def converse(session: Conversable, lines: TextIO, out: TextIO) -> None:
    """Run a session from its start to its end."""
    last = await _say(session.start(), out)
    while not isinstance(last, Finished):
        said = Stop() if isinstance(last, Drafted) else await _heard(lines, out)
        last = await _say(session.send(said), out)


async def _say(events: AsyncIterator[Event], out: TextIO) -> Event | None:
    """Write the events of a turn. Returns the last."""
    last: Event | None = None
    async for last in events:
        _write(last, out)
    return last


def _write(event: Event, out: TextIO) -> None:
    # Escaped to ASCII, no text in it can steer a terminal or break a line.
    out.write(json.dumps(flat(event), ensure_ascii=True) + "\n")
    out.flush()


def flat(event: Event) -> dict[str, Any]:
    """An event as data: of a question, its fields stand beside `event`."""
    match event:
        case Asked(question=question):
            return {
                "event": event.event,
                **question.model_dump(mode="json", exclude={"choices", "also"}),
                "facts": list(question.facts),
                "choices": _choices(question.choices),
                "also": [_part(also) for also in question.also],
                "progress": event.progress.model_dump(mode="json"),
            }
        case Previewed():
            said = {"type": event.said.type}
            said |= event.said.model_dump(mode="json", exclude_defaults=True)
            return {"event": event.event, "said": said, **event.change.model_dump(mode="json")}
        case Drawn():
            return event.model_dump(mode="json", exclude=WITHOUT_FACTS)
        case _:
            return event.model_dump(mode="json")


WITHOUT_FACTS = {"components": {"__all__": {"facts"}}, "flows": {"__all__": {"facts"}}}


def _part(also: Also) -> dict[str, Any]:
    fields = also.model_dump(mode="json", exclude={"choices"})
    return fields | {"choices": _choices(also.choices)}


def _choices(choices: Sequence[Choice]) -> list[dict[str, str]]:
    """Without what only the reading of free text needs."""
    return [{"value": choice.value, "label": choice.label} for choice in choices]


async def _heard(lines: TextIO, out: TextIO) -> Said:
    """The next usable line. Each that is not is refused, and the question goes on waiting."""
    while line := await next_line(lines):
        if not line.strip():
            continue
        try:
            return said_of(line)
        except InputError as error:
            _write(Refused(problem=error.problem, fix=error.fix), out)
    return Stop()


async def next_line(lines: TextIO) -> str:
    """The next line; empty at the end of the input.

    Read in a daemon thread: a thread of the loop's own would hold up Ctrl-C until a line came.
    """
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def hand_over(read: str) -> None:
        if not line.done():
            line.set_result(read)

    def read() -> None:
        try:
            found = lines.readline(MAX_LINE)
        except UnicodeDecodeError:
            found = "\ufffd\n"  # refused as any line that is not JSON
        with suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(hand_over, found)

    threading.Thread(target=read, daemon=True).start()
    return await line


def said_of(line: str) -> Said:
    """What a line says. Raises InputError if it is not exactly one of the known inputs."""
    try:
        given = json.loads(line)
        if not isinstance(given, dict):
            raise InputError("The line is not a JSON object.", EXAMPLE)
        read = Line.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{where}: {first['msg']}.", EXAMPLE) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"The line is not JSON: {error}.", EXAMPLE) from error
    meant = _meant(read)
    if len(meant) != 1:
        raise InputError(f"The line says {len(meant)} things; it must say one.", EXAMPLE)
    said = meant[0]
    if not read.preview:
        return said
    if isinstance(said, Answer | DontKnow | Undo | Tell):
        return Preview(said=said)
    raise InputError(
        "Only an answer, what is told, or an undo can be previewed.",
        'Leave "preview" out.',
    )


def _meant(line: Line) -> list[Said]:
    found: list[Said] = []
    if line.answer is not None:
        found.append(Answer(question=line.id, text=_words(line.answer)))
    if line.accept:
        found.append(Answer(question=line.id, default=True))
    if line.dont_know:
        found.append(DontKnow(question=line.id))
    if line.skip:
        found.append(Skip(question=line.id))
    if line.undo > 0:
        found.append(Undo(steps=line.undo))
    if line.tell is not None:
        found.append(Tell(text=line.tell))
    if line.depth is not None:
        found.append(SetDepth(depth=line.depth))
    if line.retry:
        found.append(Retry())
    if line.stop:
        found.append(Stop())
    return found


def _words(answer: str | int | bool) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer)
