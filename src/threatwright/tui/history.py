"""What was said so far, as a list to go back in."""

from __future__ import annotations

from dataclasses import dataclass

from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Added,
    Answered,
    Confirmed,
    Decided,
    JournalEntry,
    Removed,
    Renamed,
    Skipped,
    Told,
    Unknown,
    standing,
)
from threatwright.tui.wording import Names


@dataclass(frozen=True)
class Input:
    """Something said earlier that still counts."""

    topic: str
    said: str
    steps: int
    """How many inputs to take back to be before this one."""


def inputs(model: ThreatModel, names: Names) -> list[Input]:
    """Everything that still counts, oldest first."""
    # What came before a newer source is part of that source, and is not taken back any more.
    ground = max((source.after for source in model.sources), default=0)
    entries = [e for e in standing(model.journal) if e.n > ground or isinstance(e, Decided)]
    return [
        Input(*_words(entry, model, names), steps=len(entries) - position)
        for position, entry in enumerate(entries)
    ]


def _words(entry: JournalEntry, model: ThreatModel, names: Names) -> tuple[str, str]:
    """(what it was about, what was said), each on one line."""
    system = model.system
    match entry:
        case Answered(question=question, value=value, text=text):
            said = names.value(question.rpartition(".")[2], value) if value is not None else ""
            return names.question(system, question), one_line(
                " · ".join(filter(None, (said, text)))
            )
        case Unknown(question=question):
            return names.question(system, question), "don’t know"
        case Skipped(question=question):
            return names.question(system, question), "skipped"
        case Told(text=text):
            return "told", one_line(text)
        case Removed(element=element):
            return "correction", f"{element} does not exist"
        case Renamed(element=element, name=name):
            return "correction", one_line(f"{element} is called {name}")
        case Added(name=name):
            return "correction", one_line(f"there is also {name}")
        case Decided(threat=threat, status=status):
            title = next((t.title for t in model.threats if t.id == threat), threat)
            return f"decision · {one_line(title)}", status.value
        case Confirmed():
            return "the system", "confirmed as drawn"
        case _:
            return "", ""
