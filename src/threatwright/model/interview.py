"""The interview's values: a question, and why it is asked."""

from __future__ import annotations

from collections.abc import Iterable

from threatwright.model.base import Value
from threatwright.model.system import SYSTEM
from threatwright.model.terms import Depth, Role
from threatwright.model.vocabulary import Choice

ALSO = "If you know, say too:"
"""What leads over from a question to the others of its theme."""
CONFIRMED = f"{SYSTEM}.confirmed"
"""Id of the question whether the system is drawn right."""


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
    told: tuple[str, ...] = ()
    """What is known of other elements that it asks for, in a line each."""
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

    @property
    def lead(self) -> str:
        """Its text without what it asks about besides."""
        return self.text.removesuffix(besides(also.text for also in self.also))

    @property
    def facts(self) -> tuple[str, ...]:
        """The keys of all the facts that it asks about."""
        return (self.fact, *(also.fact for also in self.also))


def besides(texts: Iterable[str]) -> str:
    """What a question says after its lead, when it asks for more in the same breath."""
    told = " ".join(texts)
    return f" {ALSO} {told}" if told else ""


class Progress(Value):
    """How far an interview has come."""

    answered: int
    open: int
    """Questions that are still worth asking, as many as the depth leaves."""
    coverage: float
    """Share of the model's risk that rests on what was stated, 0 to 1."""
    depth: Depth = Depth.STANDARD


class Rest(Value):
    """What was not asked when an interview came to its end."""

    worth: int
    """Turns that would still be worth it."""
    little: int
    """Turns that would change little."""
    best: str = ""
    """The most valuable of them, as it would be asked."""
    depth: Depth = Depth.STANDARD
    """How far the interview was to go."""
    is_cut: bool = False
    """The depth ended it, and nothing else did."""
