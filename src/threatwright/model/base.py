"""The base of every domain value: frozen, closed, and documented on its attributes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Value(BaseModel):
    """An immutable value. Unknown fields are errors, so a typo in a file cannot pass."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        populate_by_name=True,
        serialize_by_alias=True,
    )


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]
"""A readable id: lower case, digits, dots, dashes and underscores."""

Rating = Annotated[int, "1 (least) to 5 (most)"]
