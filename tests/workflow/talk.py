"""A small model to be interviewed about, fakes for what a session needs, and ways to talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from tests.engine import small
from threatwright.adapters.store_file import FileStore
from threatwright.engine.derive import begin
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry, Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Said
from threatwright.model.system import SystemModel
from threatwright.model.vocabulary import Telling, Theme
from threatwright.workflow.events import Asked, Event
from threatwright.workflow.session import Session
from threatwright.workflow.state import Deps


def _worth_asking(known: Knowledge) -> Knowledge:
    """The knowledge with every question sure to be answered, so that none is left out as idle."""
    facts = tuple(fact.model_copy(update={"likely": 1.0}) for fact in known.facts)
    themes = tuple(Theme(id=fact.key.replace("_", "-"), facts=(fact.key,)) for fact in facts)
    telling = Telling(others=1.0)
    return known.model_copy(update={"facts": facts, "themes": themes, "telling": telling})


KNOWLEDGE = _worth_asking(small.knowledge())


def scoring() -> SystemModel:
    """A scoring service that outsiders call; its training was only assumed."""
    return small.system(
        (
            small.component("caller", "person", "internet"),
            small.component("api", "inference-endpoint"),
            small.component("training", "training", by=small.ASSUMED),
        ),
        (small.flow("caller", "api"), small.flow("training", "api", "send", by=small.ASSUMED)),
    )


def new_model() -> ThreatModel:
    """A model of the scoring service, with nothing answered."""
    source = Source(kind=SourceKind.SYSTEM, name="scoring.json", system=scoring())
    return begin("Scoring", [source], KNOWLEDGE)


class MemoryStore:
    """A store that keeps what it is given, in the order it was given it."""

    def __init__(self) -> None:
        self.log: list[JournalEntry | ThreatModel] = []

    def load(self, path: Path) -> ThreatModel:
        raise InputError(f"There is no {path}.", "Save one first.")

    def save(self, model: ThreatModel, path: Path) -> None:
        self.log.append(model)

    def append(self, entry: JournalEntry, path: Path) -> None:
        self.log.append(entry)

    @property
    def entries(self) -> list[JournalEntry]:
        return [item for item in self.log if not isinstance(item, ThreatModel)]

    @property
    def saved(self) -> ThreatModel:
        return [item for item in self.log if isinstance(item, ThreatModel)][-1]


class FullDisk(MemoryStore):
    """A store that cannot write while it is full."""

    def __init__(self) -> None:
        super().__init__()
        self.is_full = True

    def _check(self) -> None:
        if self.is_full:
            raise InputError("The disk is full.", "Make room.")

    def save(self, model: ThreatModel, path: Path) -> None:
        self._check()
        super().save(model, path)

    def append(self, entry: JournalEntry, path: Path) -> None:
        self._check()
        super().append(entry, path)


def deps_for(path: Path, store: MemoryStore | FileStore, model: ThreatModel | None = None) -> Deps:
    return Deps(model or new_model(), path, KNOWLEDGE, store)


async def heard(events: AsyncIterator[Event]) -> list[Event]:
    return [event async for event in events]


async def say(session: Session, *inputs: Said) -> list[Event]:
    """The events of the last of the inputs."""
    events: list[Event] = []
    for said in inputs:
        events = await heard(session.send(said))
    return events


def names(events: list[Event]) -> list[str]:
    return [event.event for event in events]


def question_of(events: list[Event]) -> str:
    last = events[-1]
    assert isinstance(last, Asked)
    return last.question.id
