"""What a language model contributed, as the journal keeps it. All of it was checked before.

These are entries beside those of people: what follows from them is worked out by the same pure
functions, so that a model file means the same with and without a model at hand. Of the entries
about the same thing the last counts.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.catalogue import Reference
from threatwright.model.reading import Reading
from threatwright.model.recorded import Recorded
from threatwright.model.terms import Stage, Stride
from threatwright.model.usage import Usage


class Contributed(Recorded):
    """What all contributions share; `by` stays empty."""

    model: str
    """The name of the model, as the endpoint calls it."""
    ground: str
    """SHA-256 of what the reply depended on: while that is the same, nobody is asked again."""


class Heard(Contributed):
    """A text was read by a model, beside what was read without one."""

    type: Literal["heard"] = "heard"
    origin: str
    """`document:NAME` or `answer:N`."""
    reading: Reading
    """Each part with words that occur in the text; its provenance begins with `llm:`."""
    dropped: int = Field(default=0, ge=0)
    """Parts of the reply that were left out, as their words do not occur in the text."""


class Rating(Value):
    """A likelihood or an impact, and why."""

    value: int = Field(ge=1, le=5)
    because: str


class Tailored(Value):
    """A threat of a pattern, worded and rated for this system."""

    threat: str
    title: str = ""
    """Empty keeps the pattern's."""
    scenario: str = ""
    likelihood: Rating | None = None
    impact: Rating | None = None
    note: str = ""
    """What a reviewer should know of its words."""


class Disputed(Value):
    """A threat of a pattern that a model holds not to be one here. A reviewer decides."""

    threat: str
    because: str


class Suggested(Value):
    """A threat that no pattern found."""

    id: str
    """Of element, category, first technique and ordinal; never of its wording."""
    element: str
    stride: tuple[Stride, ...]
    title: str
    scenario: str
    stage: Stage
    likelihood: Rating
    impact: Rating
    references: tuple[Reference, ...] = ()
    mitigations: tuple[str, ...] = ()
    """Ids of the mitigation catalogue."""
    rests_on: tuple[str, ...] = ()
    """Facts that it follows from, as `ELEMENT.KEY`, and flows."""
    note: str = ""
    """What a reviewer should know of its words."""


class Doubted(Value):
    """A fact or a part of the system that a model holds to be misread. It stays as it is."""

    about: str
    """`ELEMENT.KEY` of a fact, or the id of a component or a flow."""
    because: str
    words: str = ""
    """What the text says instead, word for word."""
    value: str = ""
    """Of a fact, the value that is in doubt: another one is not."""
    source: str = ""
    """What it was read in: once somebody says it otherwise, the doubt is over."""


class Refused(Value):
    """A part of a reply that was not taken: what it was, and what is wrong with it."""

    what: str
    because: str


class Proposed(Contributed):
    """What a model made of one component and the flows that lead to it."""

    type: Literal["proposed"] = "proposed"
    element: str
    known: tuple[str, ...] = ()
    """What was known then, as `ELEMENT.KEY=VALUE`: once it differs, the reply is about the past."""
    gaps: tuple[str, ...] = ()
    """What the draft was silent about and was asked for once more."""
    tailored: tuple[Tailored, ...] = ()
    disputed: tuple[Disputed, ...] = ()
    suggested: tuple[Suggested, ...] = ()
    doubted: tuple[Doubted, ...] = ()
    refused: tuple[Refused, ...] = ()


class Merged(Value):
    """A threat that says the same as another."""

    threat: str
    into: str
    because: str
    is_worded_better: bool = False
    """Whether its words are the ones to be kept."""


class Withdrawn(Value):
    """A suggested threat that would be true of any system, and so says nothing of this one."""

    threat: str
    because: str


class Calibrated(Value):
    """A rating held against those of the whole draft."""

    threat: str
    likelihood: Rating | None = None
    impact: Rating | None = None


class Criticised(Contributed):
    """What a model found when it looked at the whole draft once."""

    type: Literal["criticised"] = "criticised"
    merged: tuple[Merged, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    calibrated: tuple[Calibrated, ...] = ()
    refused: tuple[Refused, ...] = ()


class Summarised(Contributed):
    """A summary for the reviewer. The threats that it names exist."""

    type: Literal["summarised"] = "summarised"
    text: str


class Ran(Recorded):
    """The manifest of one run of drafting with a model."""

    type: Literal["ran"] = "ran"
    models: dict[str, str] = Field(default_factory=dict)
    """Tier → name of the model."""
    prompts: dict[str, str] = Field(default_factory=dict)
    """Name of a prompt → SHA-256 of its file."""
    editions: dict[str, str] = Field(default_factory=dict)
    """Catalogue → edition."""
    usage: Usage = Field(default_factory=Usage)
    kept: int = Field(default=0, ge=0)
    """Replies that were at hand and not asked for again."""
    failed: tuple[str, ...] = ()
    """Elements whose threats could not be drafted, to be tried again; `system` for the whole."""
    seed: int | None = None
    seconds: float | None = None
    """How long it took; None where no time is kept."""
