"""What a model takes over from others: the files that it names, and what they bring along."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from threatwright.model.base import Prefix, Value
from threatwright.model.system import SystemModel
from threatwright.model.threats import Threat, Verdict


class Inherits(Value):
    """A model file whose elements are taken over as they are, to be read and not changed."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """Relative to the file that names it; it may not lead out of the project."""
    as_: Prefix | Literal[""] = Field(default="", alias="as")
    """What the ids of its elements begin with, as `platform` in `platform/registry`. Without one,
    the beginning of the file's name."""
    model: str = ""
    """The id of the model that it held when this one was last derived."""
    digest: str = ""
    """SHA-256 of its content then, and of the content of what it inherits itself."""
    outline: dict[str, str] = Field(default_factory=dict)
    """What it brought then: id of an element or of a decided threat → it in a line. A digest tells
    that a file has changed; this tells what has."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """A bare name is a file that was not derived with yet."""
        return {"file": value} if isinstance(value, str) else value


class Inherited(Value):
    """What one model file brings: its own elements and threats, under its prefix."""

    prefix: Prefix
    file: str
    """The file's name, to show."""
    path: str = ""
    """Where it is on this machine; never written anywhere."""
    model: str
    name: str
    digest: str
    """SHA-256 of its content."""
    by: str = ""
    """The prefix of the file that inherits it, where that is not the model itself."""
    system: SystemModel
    """Its own elements with prefixed ids, and with names that say whose they are."""
    threats: tuple[Threat, ...] = ()
    """As they were drafted and decided there."""
    considered: tuple[Verdict, ...] = ()
    """What was held against its elements there and makes no threat."""
