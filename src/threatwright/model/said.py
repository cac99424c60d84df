"""What a session can be told: a closed union. And what is taken from it, in words."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.terms import ComponentKind, Status


class Taken(Value):
    """One thing that was taken from a text or an answer, with the words it rests on."""

    what: str
    """In words: "Feature store “Feast”", "Caller authentication of Scoring API: API key"."""
    quote: str = ""
    source: str
    """Provenance, as `document:description.md:3`."""


class Answer(Value):
    """A choice, or free text, or both."""

    type: Literal["answer"] = "answer"
    question: str | None = None
    """`ELEMENT.KEY`; None answers the question that stands."""
    value: str | None = None
    text: str = ""
    default: bool = False
    """The proposed answer was accepted as it stood."""


class DontKnow(Value):
    """The person does not know."""

    type: Literal["dont-know"] = "dont-know"
    question: str | None = None


class Skip(Value):
    """Later, perhaps."""

    type: Literal["skip"] = "skip"
    question: str | None = None


class Undo(Value):
    """Take back the last `steps` inputs."""

    type: Literal["undo"] = "undo"
    steps: int = Field(default=1, ge=1)


class Tell(Value):
    """Free text outside a question: "there is also a Redis cache"."""

    type: Literal["tell"] = "tell"
    text: str


class Correct(Value):
    """The proposed system is wrong in one place."""

    type: Literal["correct"] = "correct"
    remove: str | None = None
    """An element that does not exist."""
    rename: str | None = None
    name: str = ""
    add: ComponentKind | None = None
    boundary: str = ""


class Decide(Value):
    """A decision about a threat."""

    type: Literal["decide"] = "decide"
    threat: str
    status: Status
    reason: str = ""
    owner: str = ""


class Resume(Value):
    """Back to the questions from the review."""

    type: Literal["resume"] = "resume"


class Stop(Value):
    """Enough: draft with what is known (from a question), or finish (from the review)."""

    type: Literal["stop"] = "stop"


Said = Annotated[
    Answer | DontKnow | Skip | Undo | Tell | Correct | Decide | Resume | Stop,
    Field(discriminator="type"),
]
"""One input."""
