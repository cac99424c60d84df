"""What the terminal UI is given from outside: how to open a session, and what to show besides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from threatwright.errors import ThreatwrightError
    from threatwright.model.document import ThreatModel
    from threatwright.model.interview import Progress, Question
    from threatwright.model.knowledge import Knowledge
    from threatwright.model.prompt import Prompt
    from threatwright.model.threats import CoverageCell
    from threatwright.tui.probe_desk import ProbeDesk
    from threatwright.tui.watched import WatchedLlm
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

    def halt(self) -> None:
        """Wait for the language model no longer: go on with what it has said by now."""
        ...


@dataclass(frozen=True)
class Opened:
    """A session, and the language model that it may ask."""

    session: Session
    llm: WatchedLlm | None = None
    """None where there is none to be used."""
    trouble: ThreatwrightError | None = None
    """Why the language model that is named cannot be used."""


OpenSession = Callable[[Opening], AbstractAsyncContextManager[Opened]]


@dataclass(frozen=True)
class Engaged:
    """The language model that the settings name, and what one run may spend on it."""

    model: str
    fast_model: str = ""
    tokens: int | None = None
    money: Decimal | None = None
    currency: str = ""


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
    engaged: Engaged | None = None
    """The language model; None where none is named, or no network may be used."""
    asked_to_explain: Callable[[ThreatModel, str], Prompt] | None = None
    """What is asked about the threat with an id."""
    check: Callable[[Said, ThreatModel], None] | None = None
    """Raises InputError if something cannot be taken down as it is."""
    desk: ProbeDesk | None = None
    """Where probes are planned and run."""
    targets: Callable[[ThreatModel], Mapping[str, tuple[int, int]]] | None = None
    """Id of a threat → likelihood and impact once all that is planned against it is done."""


LoadCore = Callable[[], Core]
