"""What an input would change, before it is said."""

from __future__ import annotations

from threatwright.model.base import Value
from threatwright.model.terms import Level


class Weighed(Value):
    """A threat and its risk, inherent and residual, 1 to 25 each."""

    id: str
    title: str
    level: Level
    risk: int
    residual: int


class Moved(Value):
    """A threat whose risk changes."""

    before: Weighed
    after: Weighed


class Named(Value):
    """A question by its id, and what it is about in words."""

    id: str
    name: str


class Change(Value):
    """How a model would differ after an input. Each list has the gravest or most valuable first."""

    appearing: tuple[Weighed, ...] = ()
    going: tuple[Weighed, ...] = ()
    moving: tuple[Moved, ...] = ()
    settling: int = 0
    """Threats that would rest on less that is only assumed."""
    opening: tuple[Named, ...] = ()
    """Questions that would open."""
    retiring: tuple[Named, ...] = ()
    """Questions that would not be asked any more."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return self == Change()
