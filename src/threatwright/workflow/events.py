"""What a session says: a closed union of events, in the past tense; and what it can be told.

Nothing else crosses between the core and whoever talks with the person.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.interview import Progress, Question, Rest
from threatwright.model.preview import Change
from threatwright.model.said import (
    Answer,
    Correct,
    Decide,
    DontKnow,
    Preview,
    Resume,
    Retry,
    Revise,
    Said,
    SetDepth,
    Skip,
    Stop,
    Taken,
    Tell,
    Tried,
    Undo,
)
from threatwright.model.system import Boundary, Component, Flow
from threatwright.model.terms import Depth, Status
from threatwright.model.usage import Usage

__all__ = [
    "Answer",
    "Asked",
    "Correct",
    "Decide",
    "DepthSet",
    "DontKnow",
    "Drafted",
    "Drafting",
    "Drawn",
    "Event",
    "Finished",
    "Listening",
    "Preview",
    "Previewed",
    "Refused",
    "Resume",
    "Retry",
    "Reviewed",
    "Revise",
    "Said",
    "SetDepth",
    "Skip",
    "Stop",
    "Summed",
    "Summing",
    "Taken",
    "Tell",
    "Tried",
    "Understood",
    "Undo",
    "Undone",
    "Warned",
]


class Understood(Value):
    """A text was read, or an answer taken in: what is new, and what it settled."""

    event: Literal["understood"] = "understood"
    taken: tuple[Taken, ...] = ()
    retired: tuple[str, ...] = ()
    """Ids of questions that this settled besides what was asked."""
    retired_names: tuple[str, ...] = ()
    """What they were about, in the same order: "Rate limit of Scoring API"."""
    note: str = ""
    """A sentence for the person: nothing was understood, a conflict arose, …"""


class Drawn(Value):
    """The system as it is drawn: what was read, and what is assumed."""

    event: Literal["drawn"] = "drawn"
    boundaries: tuple[Boundary, ...]
    components: tuple[Component, ...]
    flows: tuple[Flow, ...]
    assumed: int
    """How many of these, and of the assets, nobody stated or confirmed yet."""
    diagram: str = ""
    """The same as a picture of lines of text."""


class Asked(Value):
    """A question stands and waits for an answer. The only event that waits in `--jsonl`."""

    event: Literal["question"] = "question"
    question: Question
    progress: Progress


class Undone(Value):
    """Earlier input was taken back."""

    event: Literal["undone"] = "undone"
    entries: tuple[int, ...]
    note: str


class Previewed(Value):
    """What an input would change. Nothing did change."""

    event: Literal["previewed"] = "previewed"
    said: Tried
    change: Change


class DepthSet(Value):
    """The interview goes another way deep from now on."""

    event: Literal["depth-set"] = "depth-set"
    depth: Depth
    open: int
    """Questions that are worth asking then."""


class Listening(Value):
    """A language model reads what was said."""

    event: Literal["listening"] = "listening"
    done: int
    """Texts that were read, or could not be."""
    of: int
    """Texts that are read."""
    name: str = ""
    """The document or answer that was done last; empty before the first."""
    usage: Usage = Field(default_factory=Usage)
    """What it came to so far."""


class Drafting(Value):
    """A language model is asked about one component after another."""

    event: Literal["drafting"] = "drafting"
    done: int
    """Replies that have come, or failed to come."""
    of: int
    """Replies that are waited for; 0 until that is known. What the draft is silent about adds."""
    element: str = ""
    """The component that the last reply was about; empty before the first, and of the whole."""
    name: str = ""
    usage: Usage = Field(default_factory=Usage)
    """What it came to so far."""


class Summing(Value):
    """A language model is asked to sum the draft up."""

    event: Literal["summing"] = "summing"
    usage: Usage = Field(default_factory=Usage)


class Summed(Value):
    """A language model summed the draft up for whoever reviews it."""

    event: Literal["summed"] = "summed"
    model: str
    text: str


class Drafted(Value):
    """The threats follow from what is known now."""

    event: Literal["drafted"] = "drafted"
    threats: int
    by_level: dict[str, int]
    open_questions: int
    """Questions that are still worth asking, at whatever depth."""
    rest: Rest
    """What was not asked."""


class Reviewed(Value):
    """A decision about a threat was taken down."""

    event: Literal["reviewed"] = "reviewed"
    threat: str
    status: Status


class Refused(Value):
    """Input could not be used; nothing changed, and the question stands."""

    event: Literal["refused"] = "refused"
    problem: str
    fix: str


class Warned(Value):
    """Something besides the model went wrong, such as a folder that cannot be written to.

    The session goes on.
    """

    event: Literal["warned"] = "warned"
    problem: str
    fix: str
    of_model: bool = False
    """The language model failed at something, which can be asked for again."""


class Finished(Value):
    """The session has ended."""

    event: Literal["finished"] = "finished"
    file: str
    """Where the model was written; empty if it could not be, which a warning told before."""


Event = Annotated[
    Understood
    | Drawn
    | Asked
    | Undone
    | Previewed
    | DepthSet
    | Listening
    | Drafting
    | Summing
    | Summed
    | Drafted
    | Reviewed
    | Refused
    | Warned
    | Finished,
    Field(discriminator="event"),
]
"""One thing that a session says."""
