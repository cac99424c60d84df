"""What the core needs from the outside, as Protocols no larger than their callers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel

from threatwright.model.base import Value
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry
from threatwright.model.probe_run import Converted, ConvertRequest, ProbeEvent, ProbeRun
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.terms import Stage
from threatwright.model.usage import Usage

T = TypeVar("T", bound=BaseModel)


class Hit(Value):
    """A catalogue entry that was found."""

    reference: Reference
    score: float
    """Cosine similarity, 0 to 1; a mean of two where meaning counts beside words."""
    text: str = ""


class PatternHit(Value):
    """A threat pattern that was found."""

    id: str
    title: str
    score: float
    """Cosine similarity, 0 to 1."""


class KnowledgeIndex(Protocol):
    """Search over the catalogues."""

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        lists: Iterable[ListName] = (),
        tactic: str | None = None,
        stage: Stage | None = None,
    ) -> Sequence[Hit]:
        """The k entries that fit best, best first."""
        ...


class PatternIndex(Protocol):
    """Search over the threat patterns."""

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        tactic: str | None = None,
        stage: Stage | None = None,
    ) -> Sequence[PatternHit]:
        """The k patterns that fit best, best first."""
        ...


class ModelStore(Protocol):
    """Where threat models live."""

    def load(self, path: Path) -> ThreatModel:
        """Read a model. Raises InputError naming file, line and field of every error."""
        ...

    def save(self, model: ThreatModel, path: Path) -> None:
        """Write a model atomically. Raises StaleFileError if the file changed since it was read."""
        ...

    def append(self, entry: JournalEntry, path: Path) -> None:
        """Put one journal entry safely on disk beside the model, before the next question."""
        ...


class Llm(Protocol):
    """A language model. What it says is checked by whoever asked."""

    @property
    def usage(self) -> Usage:
        """What the calls came to so far."""
        ...

    def model(self, tier: Tier) -> str:
        """The name of the model that answers prompts of a tier."""
        ...

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        """The reply, as a value of the type.

        A reply that does not validate is asked for again with what is wrong, at most twice. Raises
        LanguageModelError if there is no usable reply, or the budget is spent.
        """
        ...

    def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        """The reply as text, a piece at a time. Raises as `ask` does."""
        ...


class Prober(Protocol):
    """Works out payloads and runs plans, each in a worker of its own. Keys reach it by environment.

    There is no way to run anything without the consent that stands in a `ProbeRun`.
    """

    async def convert(self, request: ConvertRequest) -> Sequence[Converted]:
        """The payloads of each entry. Nothing is sent.

        Raises ThreatwrightError if a worker cannot be started, or seeds are missing.
        """
        ...

    def run(self, run: ProbeRun) -> AsyncGenerator[ProbeEvent]:
        """What happens, as it happens, to `Ended`.

        Where the folder holds a run of the same plan that was interrupted, that goes on, and what
        happened before is not told again. Closing the generator cancels the run. Raises TargetError
        if the run is not allowed, or the worker cannot go on.
        """
        ...
