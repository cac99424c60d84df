"""What is checkpointed between two nodes, and what nodes are given besides."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypedDict

from threatwright.engine.derive import derived
from threatwright.engine.interview.asking import Agenda
from threatwright.engine.interview.confirming import confirmation, was_looked_at
from threatwright.engine.interview.preview import preview
from threatwright.engine.reading.passages import Key, unheard
from threatwright.engine.record.speaker import Speaker
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Progress, Question
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.preview import Change
from threatwright.model.redaction import Personal
from threatwright.model.said import Said
from threatwright.model.system import SystemModel
from threatwright.model.terms import Depth
from threatwright.ports import KnowledgeIndex, Llm, ModelStore
from threatwright.uncollected import uncollected
from threatwright.workflow.events import Asked, Drafted

KEPT = "Until then the answers are kept in memory alone."


class Phase(StrEnum):
    """Which wait a session goes to."""

    ASKING = "asking"
    REVIEWING = "reviewing"
    DONE = "done"


@dataclass(frozen=True)
class State:
    """Where a session stands. Lists, as tuples do not come back from a checkpoint."""

    journal: list[JournalEntry] = field(default_factory=list)
    phase: Phase = Phase.ASKING
    said: Said | None = None
    """Input that was not taken in yet."""
    asked: Asked | None = None
    """The question that waits or is to wait."""
    drafted: Drafted | None = None
    """The draft under review."""
    note: str = ""
    """That nothing was recognised: not said until a language model has read the same words."""


class Update(TypedDict, total=False):
    """What a node changes of the state."""

    journal: list[JournalEntry]
    phase: Phase
    said: Said | None
    asked: Asked | None
    drafted: Drafted | None
    note: str


class Standing(NamedTuple):
    """A model, and all that the nodes need to know of it. Follows from its journal and a depth."""

    agenda: Agenda
    """What is open."""
    question: Question | None
    """The question to ask now."""
    progress: Progress
    confirmation: Question | None
    """Whether the system is drawn right, while that is still to be asked."""
    was_looked_at: bool
    """Whether somebody confirmed the drawing before, or put that off."""

    @property
    def model(self) -> ThreatModel:
        """The model, derived."""
        return self.agenda.model


def _undrawn(_: SystemModel) -> str:
    """No diagram, where nobody is there to draw."""
    return ""


@dataclass
class Deps:
    """What nodes are given: the record, the knowledge, the outside. Keeps the last derivation."""

    record: ThreatModel
    """The model as it was opened. A session adds only to its journal."""
    path: Path
    knowledge: Knowledge
    store: ModelStore
    clock: Callable[[], str] | None = None
    """The time as ISO 8601, UTC; without a clock, no times are kept."""
    by: str = ""
    role: str = ""
    depth: Depth = Depth.STANDARD
    """How far the interview goes; it may change on the way."""
    shows_drawing: bool = False
    """Whoever holds the session shows the drawing, so it is confirmed before anything is asked."""
    draw: Callable[[SystemModel], str] = _undrawn
    """The system as a diagram of text."""
    llm: Llm | None = None
    """The language model; None where there is none, or it is not to be used."""
    index: Callable[[], KnowledgeIndex] | None = None
    """Opens the search over the catalogues, for what the language model is told."""
    halt: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, it ends the waiting for the language model, with what it has said by then."""
    drafted_for: str = ""
    """Digest of the system that the language model was last asked about."""
    is_incomplete: bool = False
    """Whether its last draft of that system failed in part, or was halted."""
    summed_for: str = ""
    """Digest of the system whose draft it was last asked to sum up."""
    personal: Collection[Personal] = ()
    """What of people is taken out of prompts."""
    phrases: bool = True
    """Whether the language model puts questions into the words of the people who are asked."""
    unsaved: InputError | None = None
    """Why journal entries could not be put on disk."""
    not_heard: set[Key] = field(default_factory=set)
    """Texts that the language model was asked to read, and did not."""
    worded: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """(id, our text) of a question → the language model's text, and its reason for asking."""
    unworded: int = 0
    """Questions in a row that it did not word."""
    _unkept: list[JournalEntry] = field(default_factory=list)
    _last: tuple[list[JournalEntry], Standing] | None = None

    @property
    def ground(self) -> str:
        """Digest of everything but the journal that a session's course follows from."""
        ground = self.record.model_dump_json(include={"id", "scope", "inherits", "sources"})
        return hashlib.sha256(f"{ground}\0{self.knowledge.digest}".encode()).hexdigest()

    @property
    def last(self) -> Standing | None:
        """What followed from the journal that was looked at last."""
        return self._last[1] if self._last else None

    def speaker(self) -> Speaker:
        """Who speaks, now."""
        return Speaker(by=self.by, role=self.role, at=self.clock() if self.clock else "")

    def hears(self, model: ThreatModel) -> bool:
        """Whether a language model is to read something now: a text that was not tried before."""
        waiting = (passage.key for passage in unheard(model))
        return self.llm is not None and any(key not in self.not_heard for key in waiting)

    async def standing(self, journal: Sequence[JournalEntry]) -> Standing:
        """What follows from the record with this journal. Worked out in a thread, once."""
        journal = list(journal)
        if self._last is None or self._last[0] != journal:
            self._last = journal, await asyncio.to_thread(self._derive, journal)
        elif self._last[1].progress.depth is not self.depth:
            self._last = journal, self._at_depth(self._last[1].agenda)
        return self._last[1]

    @uncollected()
    def _derive(self, journal: list[JournalEntry]) -> Standing:
        model = self.record.model_copy(update={"journal": tuple(journal)})
        before = self._last[1].agenda.assessment if self._last else None
        return self._at_depth(Agenda(*derived(model, self.knowledge, before)))

    def _at_depth(self, agenda: Agenda) -> Standing:
        return Standing(
            agenda=agenda,
            question=agenda.next(self.depth),
            progress=agenda.progress(self.depth),
            confirmation=confirmation(agenda.model),
            was_looked_at=was_looked_at(agenda.model),
        )

    async def look_ahead(self, now: Standing, entries: Sequence[JournalEntry]) -> Change:
        """What entries at the end of the journal would change. Worked out in a thread."""
        return await asyncio.to_thread(preview, now.model, entries, self.knowledge, now.agenda)

    async def keep(self, entries: Sequence[JournalEntry]) -> InputError | None:
        """Put entries safely on disk, with those that could not be put there before.

        Returns why they could not, unless that was said before.
        """
        self._unkept += entries
        was_told = self.unsaved is not None
        try:
            while self._unkept:
                await asyncio.to_thread(self.store.append, self._unkept[0], self.path)
                del self._unkept[0]
        except InputError as error:
            self.unsaved = error
        else:
            self.unsaved = None
        return None if was_told else self.unsaved
