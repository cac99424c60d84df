"""The interview's values: a question, and why it is asked."""

from __future__ import annotations

from threatwright.model.base import Value
from threatwright.model.knowledge import Choice
from threatwright.model.terms import Role


class Also(Value):
    """A further fact that is asked about in the same breath."""

    id: str
    """`ELEMENT.KEY`."""
    fact: str
    text: str
    choices: tuple[Choice, ...]
    proposed: str | None = None


class Question(Value):
    """One question: an unknown fact of one element, and others of it that belong to its theme."""

    id: str
    """`ELEMENT.KEY`."""
    element: str
    element_name: str
    fact: str
    text: str
    why: str
    decides: tuple[str, ...] = ()
    """Titles of threats that it decides or whose residual risk it moves, most at stake first."""
    choices: tuple[Choice, ...]
    proposed: str | None = None
    """The answer to confirm on one key; never a favourable one about a control."""
    role: Role
    is_gate: bool = False
    value: float
    """Expected change to the model; only its order means something."""
    also: tuple[Also, ...] = ()
    """What its text asks about besides; free text may answer all of it, a choice only the first."""
    publisher: str = ""
    """The organisation whose question it is; empty for ours."""


class Progress(Value):
    """How far an interview has come."""

    answered: int
    open: int
    """Questions that are still worth asking."""
    coverage: float
    """Share of the model's risk that rests on what was stated, 0 to 1."""
