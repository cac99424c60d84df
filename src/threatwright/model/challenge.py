"""A claim held against a model: what it bears on there, what it does not, and what to ask."""

from __future__ import annotations

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.catalogue import Reference
from threatwright.model.claims import ClaimQuestion
from threatwright.model.terms import Coverage, Effect, Level


class Recognised(Value):
    """A claim that was made, and the words that made it."""

    claim: str
    words: str
    likeness: float = Field(ge=0, le=1)
    """1 where the words are known, else how like they are to sentences that make it."""


class Near(Value):
    """A claim that words might have meant."""

    claim: str
    name: str
    likeness: float = Field(ge=0, le=1)


class Unrecognised(Value):
    """Words that make no claim that is known, and the nearest ones."""

    words: str
    nearest: tuple[Near, ...] = ()
    is_denied: bool = False
    """Whether they say that it is not so, or not yet; the nearest are the claims that they deny."""


class HeardClaims(Value):
    """The claims of a text, in the order in which they were made."""

    claims: tuple[Recognised, ...] = ()
    others: tuple[Unrecognised, ...] = ()


class Countered(Value):
    """A mitigation that the claim is, or whose control it states, as it stands against a threat."""

    id: str
    title: str
    effect: Effect
    coverage: Coverage
    """As the model states it now."""


class Borne(Value):
    """A threat of the model that the claim bears on."""

    threat: str
    pattern: str
    title: str
    element: str
    level: Level
    risk: int
    residual: int
    fully: int = Field(ge=0, le=25)
    """What its residual risk would be if the claim held fully; 0: it would be no threat here."""
    partly: int | None = Field(default=None, ge=0, le=25)
    """The same if only a part held; None if a part of the claim would be nothing."""
    mitigations: tuple[Countered, ...] = ()
    but: str = ""
    """Why the claim does less here than it sounds."""
    still: str = ""
    """Why its residual risk would stay as it is, where it would."""


class Untouched(Value):
    """Threats of the model that a claim does not touch, though it sounds as if it did."""

    threats: tuple[str, ...]
    """Ids, in the order of the model."""
    titles: tuple[str, ...]
    residual: int
    """The highest of them."""
    because: str


class Against(Value):
    """Something that is stated in the model and that the claim does not go together with."""

    stated: str
    """What is stated, and by whom."""
    because: str


class Placed(Value):
    """A question of the model that the claim would answer."""

    question: str
    """`ELEMENT.KEY`."""
    about: str
    """In words: "Robustness of the model of Scoring API"."""
    now: str = ""
    """What is stated of it now; empty while nothing is."""
    fully: str
    partly: str | None = None
    stands: bool = False
    """Whether as much, or more, is stated already."""


class Challenge(Value):
    """One claim, held against one model."""

    claim: str
    name: str
    words: str
    likeness: float
    publisher: str = ""
    is_: str = Field(alias="is")
    bears_on: tuple[Borne, ...] = ()
    """What it would lower most stands first."""
    nothing: str = ""
    """Why it bears on no threat, where it does not."""
    untouched: tuple[Untouched, ...] = ()
    against: tuple[Against, ...] = ()
    places: tuple[Placed, ...] = ()
    evidence: tuple[str, ...]
    ask: tuple[ClaimQuestion, ...]
    false_if: str
    references: tuple[Reference, ...] = ()


class Shifted(Value):
    """A threat whose residual risk moved, or that came or went."""

    threat: str
    title: str
    before: int = Field(ge=0, le=25)
    """0: there was no such threat."""
    after: int = Field(ge=0, le=25)
    """0: it is none any more."""


class Recording(Value):
    """What came of putting claims into a model."""

    entries: tuple[int, ...] = ()
    """The numbers of the journal entries."""
    by: str
    questions: tuple[str, ...] = ()
    """What was answered, in words."""
    evidence: str = ""
    moved: tuple[Shifted, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Questions, in words, that sources differ about since."""
    kept: tuple[str, ...] = ()
    """Questions, in words, on which the model states otherwise, and nothing was shown for it."""
    left_out: tuple[str, ...] = ()
    """Claims that could not be put anywhere, and why."""
