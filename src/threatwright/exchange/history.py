"""What was said so far, as a list to go back in."""

from __future__ import annotations

from dataclasses import dataclass

from threatwright.engine.changes.causes import altered, edited, mitigated, rescoped, signed_off
from threatwright.engine.probes.found import told
from threatwright.engine.said import undoing
from threatwright.exchange.names import Names, spaced
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.interview import CONFIRMED
from threatwright.model.journal import (
    Added,
    Answered,
    Changed,
    Confirmed,
    Connected,
    Decided,
    Edited,
    JournalEntry,
    Mitigated,
    Removed,
    Renamed,
    Rescoped,
    Retracted,
    SignedOff,
    Skipped,
    Stated,
    Told,
    Unknown,
)
from threatwright.model.system import SYSTEM, SystemModel


@dataclass(frozen=True)
class Input:
    """Something said earlier that still counts."""

    topic: str
    said: str
    steps: int
    """How many inputs to take back to be before this one."""
    n: int = 0
    """The number of its journal entry."""
    question: str | None = None
    """The question that it answered, if it was to one that can be answered anew."""
    value: str | None = None
    """The choice that was made."""


def taken_back(model: ThreatModel, names: Names) -> list[Input]:
    """What was taken back and counts no more, the last first."""
    entries = {entry.n: entry for entry in model.journal}
    back = (entries.get(e.entry) for e in reversed(model.journal) if isinstance(e, Retracted))
    return [Input(*_words(entry, model, names), steps=0, n=entry.n) for entry in back if entry]


def inputs(model: ThreatModel, names: Names) -> list[Input]:
    """Everything that still counts, oldest first."""
    said = undoing.inputs(model)
    entries = [(entry, len(said) - n) for n, input_ in enumerate(said) for entry in input_]
    return [
        Input(
            *_words(entry, model, names),
            steps=steps,
            n=entry.n,
            question=_question(entry, model),
            value=entry.value if isinstance(entry, Answered) else None,
        )
        for entry, steps in entries
    ]


def _question(entry: JournalEntry, model: ThreatModel) -> str | None:
    if not isinstance(entry, Answered | Unknown | Skipped) or entry.question == CONFIRMED:
        return None
    element = entry.question.rpartition(".")[0]
    return entry.question if element in (SYSTEM, *model.system.elements) else None


def _words(entry: JournalEntry, model: ThreatModel, names: Names) -> tuple[str, str]:
    """(what it was about, what was said), each on one line."""
    system = model.system
    match entry:
        case Answered(question=question, value=value, text=text):
            said = names.value(question.rpartition(".")[2], value) if value is not None else ""
            return names.question(system, question), one_line(
                " · ".join(filter(None, (said, text)))
            )
        case Unknown(question=question, text=text):
            return names.question(system, question), one_line(text) or "don’t know"
        case Skipped(question=question):
            return names.question(system, question), "skipped"
        case Told(text=text):
            return "told", one_line(text)
        case Removed() | Renamed() | Added() | Connected() | Changed():
            return "correction", one_line(_correction(entry, system))
        case Stated() | Edited() | Decided():
            return _of_review(entry, model)
        case Mitigated():
            return "mitigation", one_line(mitigated(entry))
        case Rescoped():
            return "the scope", one_line(rescoped(entry))
        case SignedOff():
            return "sign-off", one_line(signed_off(entry))
        case Consented() | Probed() | Ruled():
            return "probes", one_line(told(entry))
        case Confirmed():
            return "the system", "confirmed as drawn"
        case _:
            return "", ""


def _correction(entry: Removed | Renamed | Added | Connected | Changed, system: SystemModel) -> str:
    match entry:
        case Removed():
            return f"{spaced(entry.element)} does not exist"
        case Renamed():
            return f"{spaced(entry.element)} is called {entry.name}"
        case Added():
            return f"there is also {entry.name}"
        case Connected():
            return f"{system.name_of(entry.source)} to {system.name_of(entry.target)}"
        case Changed():
            return f"{system.name_of(entry.element)}: {', '.join(altered(entry))}"


def _of_review(entry: Stated | Edited | Decided, model: ThreatModel) -> tuple[str, str]:
    titles = {threat.id: one_line(threat.title) for threat in model.threats}
    match entry:
        case Stated():
            return "threat", one_line(entry.threat.title)
        case Edited():
            title = titles.get(entry.threat, entry.threat)
            return f"threat · {title}", one_line(", ".join(edited(entry)))
        case Decided():
            told = f"{entry.status}: {entry.reason}" if entry.reason else entry.status.value
            return f"decision · {titles.get(entry.threat, entry.threat)}", one_line(told)
