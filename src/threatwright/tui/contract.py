"""What the terminal UI is given from outside: how to open a session, and what to show besides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from threatwright.model.document import ThreatModel
    from threatwright.model.interview import Progress, Question
    from threatwright.model.knowledge import Knowledge
    from threatwright.model.threats import CoverageCell
    from threatwright.workflow.events import Event, Said


@dataclass(frozen=True)
class NewModel:
    """Begin a threat model from a description."""

    name: str
    text: str


@dataclass(frozen=True)
class FromFile:
    """Open a model file, or begin a model from prose or any format that can be imported."""

    path: Path


@dataclass(frozen=True)
class FromSample:
    """Begin a threat model of a sample system."""

    name: str


Opening = NewModel | FromFile | FromSample


class Session(Protocol):
    """One threat model being worked on. Each generator is run to its end before the next starts."""

    @property
    def model(self) -> ThreatModel:
        """The model as it stands, derived."""
        ...

    @property
    def question(self) -> Question | None:
        """The question that waits; None in the review."""
        ...

    @property
    def progress(self) -> Progress | None:
        """How far the interview has come."""
        ...

    @property
    def path(self) -> Path:
        """The model file."""
        ...

    def start(self) -> AsyncIterator[Event]:
        """Go to the first wait."""
        ...

    def send(self, said: Said) -> AsyncIterator[Event]:
        """Take something in, and go to the next wait."""
        ...


OpenSession = Callable[[Opening], AbstractAsyncContextManager[Session]]


@dataclass(frozen=True)
class Sample:
    """A sample system, in a line."""

    name: str
    description: str


@dataclass(frozen=True)
class Format:
    """A format that a model can be exported to."""

    name: str
    suffix: str
    """Of the files, with the dot: `.md`."""
    write: Callable[[ThreatModel], str | bytes]


@dataclass(frozen=True)
class Core:
    """What the UI calls of the core. Loaded in a thread, behind the first screen."""

    knowledge: Knowledge | None = None
    """For the names of facts, choices and kinds; without it, their ids are shown."""
    formats: tuple[Format, ...] = ()
    report: Callable[[ThreatModel], str] | None = None
    """The report in Markdown."""
    coverage: Callable[[ThreatModel], tuple[CoverageCell, ...]] | None = None
    """Element × STRIDE."""
    open_questions: Callable[[ThreatModel], int] | None = None
    question: Callable[[ThreatModel, str], Question] | None = None
    """The question with an id, whether or not it is open."""


LoadCore = Callable[[], Core]
