"""The events of a session as lines for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.exchange import telling
from threatwright.exchange.history import Input
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, shorten
from threatwright.exchange.publisher import marked
from threatwright.model.interview import CONFIRMED, Question
from threatwright.model.said import Taken
from threatwright.workflow.events import (
    Asked,
    DepthSet,
    Drafted,
    Drafting,
    Event,
    Finished,
    Listening,
    Previewed,
    Refused,
    Summed,
    Summing,
    Understood,
    Undone,
    Warned,
)
from threatwright.workflow.typed import parts

HELP = """\
  2                 the choice with that number; Enter alone takes the proposed one
  b1                a choice for a further part of the question; `2 b1` for both
  any other words   an answer in your own words
  ?                 not known: it stays an open assumption
  skip              later, perhaps
  undo              take the last input back
  history           all inputs so far, numbered
  change 3 yes      another answer to input 3: what it would change is shown first
  back 3            take input 3 back, and nothing else
  tell ...          something besides: "tell there is also a Redis cache"
  drawing           the system as it is drawn
  no 2              part ?2 of the drawing does not exist
  depth quick       how far the interview goes: quick, standard or thorough; d goes one deeper
  again             ask the language model for what it did not give
  stop              draft with what is known"""


def shown(event: Event) -> Iterator[str]:
    """An event in lines."""
    match event:
        case Asked():
            yield from asked(event)
        case Understood():
            yield from map(_taken, event.taken)
            yield from _indented(telling.settled(event.retired_names), event.note)
        case Undone():
            yield f"  {event.note}"
        case Previewed():
            yield from (f"  {line}" for line in telling.change(event.change))
        case DepthSet():
            left = count(event.open, "question")
            yield f"  From now on a {event.depth} interview: {left} worth asking."
        case Refused() | Warned():
            yield from _indented(event.problem, event.fix)
        case Drafted():
            levels = ", ".join(f"{n} {level}" for level, n in event.by_level.items() if n)
            yield ""
            yield f"{count(event.threats, 'threat')}" + (f": {levels}" if levels else "")
            yield telling.rest(event.rest, "type d to go on")
        case Summed():
            yield ""
            yield f"The language model {event.model} sums up:"
            yield from (f"  {line}" for line in event.text.splitlines())
        case Finished():
            yield f"The model is in {event.file}." if event.file else "The model was not written."
        case _:
            return


def progress(event: Event) -> str:
    """How far the language model has come, in a line; empty where there is nothing to say."""
    match event:
        case Listening(done=0):
            return f"The language model reads {count(event.of, 'text')} …"
        case Listening():
            return f"{event.done} of {event.of} read: {event.name}"
        case Drafting(of=0):
            return "The language model drafts …"
        case Drafting() if event.name:
            return f"{event.done} of {event.of} drafted: {event.name}"
        case Summing():
            return "The language model sums up …"
        case _:
            return ""


def asked(event: Asked) -> Iterator[str]:
    """A question, and how far the interview has come."""
    progress = event.progress
    left = count(progress.open, "question")
    yield ""
    yield f"{left} left ({progress.depth}); {progress.coverage:.0%} of the risk is settled."
    yield ""
    if event.question.id == CONFIRMED:
        yield event.question.text
        yield "Enter confirms it as drawn · no 2 strikes part ?2 out · or say what is different"
        yield "skip · undo · help · stop"
    else:
        yield from question(event.question)
        accept = "Enter takes the proposed · " if event.question.proposed else ""
        yield f"A number or your own words · {accept}? don't know · skip · undo · help · stop"


def question(of: Question) -> Iterator[str]:
    """A question with its reason, its choices, and what it asks for besides."""
    yield marked(of.lead, of.publisher)
    yield f"  Why: {of.why}"
    yield from (f"  Known already: {line}" for line in of.told)
    if of.decides:
        yield f"  It decides: {'; '.join(of.decides[:3])}"
    for number, choice in enumerate(of.choices, 1):
        mark = "  (proposed)" if choice.value == of.proposed else ""
        yield f"  {number}  {choice.label}{mark}"
    if of.also:
        yield "  And, if you know:"
        yield from (f"  {letter}  {telling.part_of(letter, also)}" for letter, also in parts(of))


def listed(entries: Sequence[Input]) -> Iterator[str]:
    """The inputs so far, numbered."""
    if not entries:
        yield "  Nothing was answered yet."
        return
    for number, entry in enumerate(entries, 1):
        yield f"  {number:>3}  {entry.topic}: {shorten(entry.said, 60)}"
    yield "  `change 3 ANSWER` answers anew, `back 3` takes one back; both show first what changes."


def _taken(taken: Taken) -> str:
    mark = "?" if taken.is_assumed else "+"
    quote = f"  “{shorten(taken.quote, 60)}”" if taken.quote else ""
    return f"  {mark} {one_line(taken.what)}{quote}"


def _indented(*texts: str) -> Iterator[str]:
    return (f"  {text}" for text in texts if text)
