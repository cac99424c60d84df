"""The base of every domain value: frozen, closed, and documented on its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

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

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed.

        Pydantic copies cached properties along, which would then speak of the value as it was.
        """
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]
"""A readable id: lower case, digits, dots, dashes and underscores."""

Prefix = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
"""What the ids of an inherited model file begin with."""

ElementId = Annotated[
    str,
    StringConstraints(
        pattern=r"^(?:[a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9._-]*$",
        max_length=161,
    ),
]
"""A slug; of an inherited element `PREFIX/SLUG`, so that ids of two files cannot clash."""
