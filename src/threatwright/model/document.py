"""The threat model as one document: what `NAME.threatmodel.yaml` holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, PrivateAttr

from threatwright.model.base import Value
from threatwright.model.inheritance import Inherited, Inherits
from threatwright.model.journal import JournalEntry, Source
from threatwright.model.scope import Scope
from threatwright.model.system import SystemModel
from threatwright.model.threats import Gap, StaleDecision, Threat, Verdict

FORMAT: Literal["threatwright/1"] = "threatwright/1"


class Derivation(Value):
    """By what the derived part was made, so that a change by hand is noticed."""

    knowledge: str = ""
    """Digest of the knowledge base, an organisation's included."""
    organisation: str = ""
    """Whose knowledge it was besides ours."""
    editions: dict[str, str] = Field(default_factory=dict)
    system: str = ""
    """Digest of the system as it was folded from sources and journal, without what is inherited."""
    scoped: int = 0
    """The last entry of the journal that has gone into the scope. What is edited there by hand
    stays, and later entries build on it."""


class ThreatModel(Value):
    """A whole threat model: sources and journal are the record, the rest follows from them."""

    format: Literal["threatwright/1"] = FORMAT
    id: str
    """UUID; of a headless draft, derived from its first source."""
    name: str
    scope: Scope = Field(default_factory=Scope)
    inherits: tuple[Inherits, ...] = ()
    """Files of others whose components, boundaries, flows and threats are part of this model too.
    They stay in their files: this one holds its own alone."""
    sources: tuple[Source, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    system: SystemModel
    threats: tuple[Threat, ...] = ()
    """In order of risk."""
    stale: tuple[StaleDecision, ...] = ()
    """Decisions whose threats nothing makes a threat any more."""
    considered: tuple[Verdict, ...] = ()
    """Patterns that were held against the system and do not make a threat, and why."""
    gaps: tuple[Gap, ...] = ()
    """What the model itself is missing."""
    derived: Derivation = Field(default_factory=Derivation)
    _inherited: tuple[Inherited, ...] = PrivateAttr(default=())

    @property
    def inherited(self) -> tuple[Inherited, ...]:
        """What the inherited files bring, those that they inherit themselves included.

        In memory alone: `system` and `threats` are the whole then. The file holds the model's own.
        """
        return self._inherited

    def inheriting(self, inherited: Sequence[Inherited]) -> Self:
        """The model with what its inherited files bring at hand; nothing is put together yet."""
        found = self.model_copy()
        found._inherited = tuple(inherited)
        return found
