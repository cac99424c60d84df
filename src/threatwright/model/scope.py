"""What the threat model is about: in and out, attackers, who is responsible for what, sign-off."""

from __future__ import annotations

from pydantic import Field

from threatwright.model.base import Value
from threatwright.model.terms import Access


class Attacker(Value):
    """An attacker profile that the model reckons with."""

    id: str
    name: str
    motive: str
    access: Access


class SignOff(Value):
    """Somebody stood up for a version."""

    who: str
    role: str
    version: str
    """Digest of what the model said then; a change since makes it outdated."""
    at: str = ""
    """When (ISO 8601, UTC)."""
    open: tuple[str, ...] = ()
    """What was open then, in words: "12 open questions"."""
    entry: int = 0
    """The number of its journal entry; 0 where it was written into the file by hand."""


class Scope(Value):
    """What is in, what is out, and against whom."""

    purpose: str = ""
    """What the system is for, where that is not what was read of it."""
    objectives: tuple[str, ...] = ()
    in_scope: tuple[str, ...] = ()
    out_of_scope: tuple[str, ...] = ()
    attackers: tuple[Attacker, ...] = ()
    responsibility: dict[str, str] = Field(default_factory=dict)
    """Component id → `ours`, `vendor` or `customer`."""
    review_triggers: tuple[str, ...] = ()
    handling: str = ""
    """Handling label, such as "internal"."""
    sign_off: tuple[SignOff, ...] = ()


class ScopeParts(Value):
    """Parts of a scope; those that are None are not spoken of."""

    purpose: str | None = None
    objectives: tuple[str, ...] | None = None
    in_scope: tuple[str, ...] | None = None
    out_of_scope: tuple[str, ...] | None = None
    attackers: tuple[Attacker, ...] | None = None
    responsibility: dict[str, str] | None = None
    review_triggers: tuple[str, ...] | None = None
    handling: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The parts that are spoken of."""
        return tuple(part for part in type(self).model_fields if getattr(self, part) is not None)
