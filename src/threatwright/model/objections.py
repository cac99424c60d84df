"""What a gate asks of a threat model, and what it objects to."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.catalogue import Reference
from threatwright.model.terms import Level


class Demands(Value):
    """What is asked for besides what is always asked. Nothing here turns that off."""

    max_residual: Level | None = None
    """The highest level of residual risk that a threat may have, unless somebody settled it."""
    verified: bool = False
    """References are those of the catalogues at hand, and controls in place have evidence."""
    decisions: bool = False
    """Every threat is decided, with a reason."""
    fresh: int | None = Field(default=None, ge=0)
    """Days since somebody last spoke."""
    signed_off: bool = False
    """Somebody signed off the model as it is."""
    open_questions: int | None = Field(default=None, ge=0)
    """The most questions that may be open."""
    only: tuple[str, ...] = ()
    """Patterns of threat ids, as `T-*@scoring-api`: of threats, these alone are looked at."""


class Baseline(StrEnum):
    """An objection beside those to an earlier state; the words are SARIF's."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    """It was there before, and less grave."""
    ABSENT = "absent"
    """It was there before, and is not any more."""


class Section(StrEnum):
    """Where in a model file something stands: a list of things with ids, or a part of the whole."""

    ID = "id"
    THREATS = "threats"
    COMPONENTS = "components"
    FLOWS = "flows"
    SYSTEM = "system"
    JOURNAL = "journal"
    INHERITS = "inherits"
    DERIVED = "derived"
    CONSIDERED = "considered"
    STALE = "stale"


class Objection(Value):
    """One thing that a gate stops at."""

    rule: str
    subject: str
    """What it is about: the id of a threat, `ELEMENT.KEY` of a fact, or the name of a section. With
    the rule it tells the objection from all others, in this state of the model and in any later."""
    section: Section
    id: str = ""
    """The id that it stands under, in a section that is a list."""
    text: str
    why: str
    fix: str
    level: Level = Level.HIGH
    weight: int = 1
    """How grave it is beside itself in an earlier state."""
    references: tuple[Reference, ...] = ()
    """Of the threat that it is about."""
    settled: str = ""
    """Why a reviewer let it pass: then the gate does not stop at it."""
    baseline: Baseline | None = None
    """None where it is not held against an earlier state."""

    @property
    def stops(self) -> bool:
        """Whether the gate stops at it."""
        passing = (Baseline.UNCHANGED, Baseline.ABSENT)
        return not self.settled and self.baseline not in passing
