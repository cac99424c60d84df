"""What a line that a person types means: an answer, unless it is one of the few commands."""

from __future__ import annotations

import re
from typing import NamedTuple

from threatwright.model.interview import Question
from threatwright.model.said import Answer, DontKnow, Retry, Said, SetDepth, Skip, Stop, Tell, Undo
from threatwright.model.terms import Depth
from threatwright.workflow.typed import choices_in, struck_out


class Say(NamedTuple):
    """Something to say to the session."""

    said: tuple[Said, ...]


class Show(NamedTuple):
    """Something to look at."""

    what: str
    """`history`, `drawing` or `help`."""


class Strike(NamedTuple):
    """An assumed part of the drawing, by its number, does not exist."""

    number: int


class Change(NamedTuple):
    """An earlier answer, by its number in the history, is to be another."""

    number: int
    words: str


class TakeBack(NamedTuple):
    """An earlier input, by its number in the history, is not to count."""

    number: int


class Deeper(NamedTuple):
    """The next depth."""


Command = Say | Show | Strike | Change | TakeBack | Deeper

_SHOWN = {"history": "history", ":history": "history", "h": "history", "drawing": "drawing"}
_CHANGE = re.compile(r"change (\d{1,3})(?:\s+(.+))?", re.DOTALL)
_BACK = re.compile(r"back (\d{1,3})")
_TELL = "tell "


def read(line: str, question: Question | None = None) -> Command:
    """What a person means with a line; `question` is the one that stands, if any."""
    words = line.strip()
    lowered = words.lower()
    if lowered in _SHOWN:
        return Show(_SHOWN[lowered])
    if lowered in ("help", ":help"):
        return Show("help")
    if lowered in ("d", "depth", "deeper"):
        return Deeper()
    if (number := struck_out(words)) is not None:
        return Strike(number)
    if found := _CHANGE.fullmatch(words):
        return Change(int(found[1]), (found[2] or "").strip())
    if found := _BACK.fullmatch(lowered):
        return TakeBack(int(found[1]))
    return Say(_said(words, lowered, question))


def _said(words: str, lowered: str, question: Question | None) -> tuple[Said, ...]:
    kind, _, rest = lowered.partition(" ")
    if kind == "depth" and rest in list(Depth):
        return (SetDepth(depth=Depth(rest)),)
    match lowered:
        case "":
            return (Answer(default=True),)
        case "?":
            return (DontKnow(),)
        case "again":
            return (Retry(),)
        case "skip":
            return (Skip(),)
        case "undo":
            return (Undo(),)
        case "stop" | "quit":
            return (Stop(),)
        case _ if lowered.startswith(_TELL):
            return (Tell(text=words[len(_TELL) :]),)
        case _:
            several = choices_in(words, question) if question else ()
            return several or (Answer(text=words),)
