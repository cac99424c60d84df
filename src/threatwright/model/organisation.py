"""An organisation's knowledge beside ours: whose an entry is, and what theirs changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from threatwright.model.base import Value

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""What outputs call an organisation, on one line."""


class Published(Value):
    """An entry that an organisation may add, or put in the place of one of ours."""

    publisher: str = ""
    """The organisation whose entry it is; empty for ours. The loader sets it, a file never."""
    replaces: bool = False
    """Whether it stands in the place of one of ours."""

    @property
    def provenance(self) -> Literal["threatwright", "organisation"]:
        """Whose it is, in a word."""
        return "organisation" if self.publisher else "threatwright"


class Organisation(Value):
    """Whose knowledge stands beside ours, and what it changes."""

    name: Name
    folder: str = ""
    """The name of its folder, without the way there, which differs from machine to machine."""
    digest: str
    """SHA-256 of its files."""
    adds: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """`pattern`, `mitigation`, `fact`, `archetype`, `claim` or `probe` → ids."""
    overrides: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The same of entries that take the place of ours; `risk` → sections of the risk table."""
    removes: dict[str, str] = Field(default_factory=dict)
    """Pattern of ours → why it does not count there, where a reason is given."""
