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


class Scope(Value):
    """What is in, what is out, and against whom."""

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
