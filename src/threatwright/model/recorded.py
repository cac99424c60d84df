"""What all entries of a journal share."""

from __future__ import annotations

from pydantic import Field

from threatwright.model.base import Value


class Recorded(Value):
    """An entry: which, by whom, when."""

    n: int = Field(ge=1)
    """Its number, counted from 1; `answer:n` in provenance."""
    by: str = ""
    role: str = ""
    at: str = ""
    """When (ISO 8601, UTC); empty in a headless draft."""
    first: int | None = None
    """The first entry of the same input, where one input made several: they are taken back
    together. None where it is that, or the only one."""
