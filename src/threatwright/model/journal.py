"""What was said, in order: sources and an append-only journal. The system is folded from them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.contributions import (
    Contributed,
    Criticised,
    Heard,
    Proposed,
    Ran,
    Rating,
    Suggested,
    Summarised,
)
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.places import Places
from threatwright.model.recorded import Recorded
from threatwright.model.scope import ScopeParts
from threatwright.model.system import SystemModel
from threatwright.model.terms import ComponentKind, MitigationStatus, Movement, Status
from threatwright.model.threats import ByRule


class SourceKind(StrEnum):
    """What a source is."""

    PROSE = "prose"
    SYSTEM = "system"
    """A system written by hand or imported: taken as it is."""


class Source(Value):
    """Something the model was made from."""

    kind: SourceKind
    name: str
    """`description.md`, `dragon.json`; never a path that tells of the machine."""
    places: Places = Field(default_factory=Places)
    """How a place in the text is told; by its line where nothing is said."""
    left_out: str = ""
    """What of it could not be read, or only by guessing: "there is no text on page 2"."""
    text: str = ""
    system: SystemModel | None = None
    after: int = Field(default=0, ge=0)
    """Length of the journal when this was taken in: it is the ground for later entries only."""


class Answered(Recorded):
    """A question was answered, with a choice or in free text."""

    type: Literal["answered"] = "answered"
    question: str
    """`ELEMENT.KEY`."""
    value: str | None = None
    """The choice; None where the text alone says it."""
    text: str = ""
    """The person's own words, read for whatever else they say."""
    default: bool = False
    """The proposed answer was merely accepted (on a control this earns no credit)."""
    hedged: bool = False
    """The choice was made with doubt: it counts as an assumption."""
    also: tuple[str, ...] = ()
    """Other questions that were asked in the same breath."""
    instead: tuple[int, ...] = ()
    """Earlier entries about the question, in whose place this one counts."""
    seen: int | None = Field(default=None, ge=0)
    """The last entry that was known to who answered, where others have spoken of it since."""
    claim: str = ""
    """The claim that the choice was taken from, in the words in which it was made. Never read."""
    evidence: str = ""
    """What was shown for it. Never read: a report speaks of more than this system."""


class Unknown(Recorded):
    """The person does not know."""

    type: Literal["unknown"] = "unknown"
    question: str
    also: tuple[str, ...] = ()
    """Other questions that were asked in the same breath, and are not known either."""
    text: str = ""
    """How they said it, where that is more than that they do not know."""
    instead: tuple[int, ...] = ()
    """Earlier entries about the question, in whose place this one counts."""


class Skipped(Recorded):
    """The question was put off."""

    type: Literal["skipped"] = "skipped"
    question: str
    also: tuple[str, ...] = ()
    """Other questions that were asked in the same breath, and put off with it."""


class Told(Recorded):
    """Something was said in free text, outside a question."""

    type: Literal["told"] = "told"
    text: str


class Confirmed(Recorded):
    """The proposed system was looked at and confirmed as drawn."""

    type: Literal["confirmed"] = "confirmed"
    elements: tuple[str, ...] = ()
    """The ids confirmed."""


class Removed(Recorded):
    """An element does not exist."""

    type: Literal["removed"] = "removed"
    element: str


class Renamed(Recorded):
    """An element is called otherwise."""

    type: Literal["renamed"] = "renamed"
    element: str
    name: str


class Added(Recorded):
    """A component was added by hand."""

    type: Literal["added"] = "added"
    id: str
    name: str
    kind: ComponentKind
    boundary: str


class Connected(Recorded):
    """A flow was added by hand."""

    type: Literal["connected"] = "connected"
    id: str
    source: str
    target: str
    carries: str
    movement: Movement = Movement.CALL


class Changed(Recorded):
    """A component or a flow is another than it was drawn."""

    type: Literal["changed"] = "changed"
    element: str
    kind: ComponentKind | None = None
    boundary: str = ""
    carries: str = ""
    movement: Movement | None = None


class OfReview(Recorded):
    """What a reviewer says of threats. It counts whatever the system is drawn from later."""


class Decided(OfReview):
    """A reviewer decided about a threat."""

    type: Literal["decided"] = "decided"
    threat: str
    status: Status
    reason: str = ""
    owner: str = ""
    due: date | None = None
    """Until when its owner is to have done what was agreed."""
    until: date | None = None
    """The last day on which an acceptance counts; None where it does not expire."""
    duplicate_of: str = ""
    """The id of the threat that says the same, where that is why it was rejected."""
    title: str = ""
    """What the threat was called then: it is told by it once nothing makes it a threat any more."""
    residual: int | None = Field(default=None, ge=1, le=25)
    """The residual risk that was accepted: where more is left since, that is not what was."""


class Stated(OfReview):
    """A person stated a threat."""

    type: Literal["stated"] = "stated"
    threat: Suggested
    of: str = ""
    """The id of the threat that it is a part of, where that was split."""


class Edited(OfReview):
    """A person words or rates a threat otherwise than it was proposed."""

    type: Literal["edited"] = "edited"
    threat: str
    title: str = ""
    """Empty where it stays as it is."""
    scenario: str = ""
    likelihood: Rating | None = None
    impact: Rating | None = None
    read: ByRule | None = None
    """What was proposed then: where that becomes another, the reviewer is told."""


class Mitigated(OfReview):
    """A person said how far a mitigation has come against some threats."""

    type: Literal["mitigated"] = "mitigated"
    mitigation: str
    threat_ids: tuple[str, ...]
    status: MitigationStatus
    """Of each threat and mitigation the last counts; proposed puts it back to what facts state."""
    reason: str = ""
    """What shows that it is in place, or why it is not done."""
    owner: str = ""
    due: date | None = None
    title: str = ""
    """What the mitigation was called then."""


class Rescoped(OfReview):
    """A person said what the threat model is about, in some of its parts."""

    type: Literal["rescoped"] = "rescoped"
    before: ScopeParts
    """The same parts as they were, to which they return if this is taken back."""
    after: ScopeParts


class SignedOff(OfReview):
    """A person stood up for the model as it was then."""

    type: Literal["signed-off"] = "signed-off"
    version: str
    """Digest of what the model said."""
    open: tuple[str, ...] = ()
    """What was open, in words."""


class Retracted(Recorded):
    """An earlier entry does not count any more. The journal keeps both."""

    type: Literal["retracted"] = "retracted"
    entry: int = Field(ge=1)


JournalEntry = Annotated[
    Answered
    | Unknown
    | Skipped
    | Told
    | Confirmed
    | Removed
    | Renamed
    | Added
    | Connected
    | Changed
    | Decided
    | Stated
    | Edited
    | Mitigated
    | Rescoped
    | SignedOff
    | Retracted
    | Heard
    | Proposed
    | Criticised
    | Summarised
    | Ran
    | Consented
    | Probed
    | Ruled,
    Field(discriminator="type"),
]


def standing(journal: tuple[JournalEntry, ...]) -> tuple[JournalEntry, ...]:
    """The entries that count: no retractions, and nothing that was retracted or replaced.

    What takes something back counts only while it stands itself: an answer that came instead of
    another gives its place back when it is retracted. What a model heard in an answer goes with it.
    """
    gone: set[int] = set()
    for entry in reversed(journal):
        if entry.n in gone:
            continue
        match entry:
            case Retracted():
                gone.add(entry.entry)
            case Answered() | Unknown():
                gone.update(entry.instead)
    silent = {f"answer:{n}" for n in gone}
    return tuple(
        e
        for e in journal
        if not (isinstance(e, Retracted) or e.n in gone)
        and not (isinstance(e, Heard) and e.origin in silent)
    )


def by_people(journal: tuple[JournalEntry, ...]) -> tuple[JournalEntry, ...]:
    """The entries that somebody said, without what a language model contributed."""
    return tuple(e for e in journal if not isinstance(e, Contributed | Ran))
