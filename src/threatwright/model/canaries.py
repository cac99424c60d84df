"""The canary kit: texts that occur nowhere else, to plant where a probe looks for them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from threatwright.model.base import Value
from threatwright.model.probes import Place

CanaryText = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{12,40}$")]
"""Letters and digits: no form of it is broken by how a system prints it."""


class PlantedCanary(Value):
    """One canary, and where it is to stand."""

    place: Place
    text: CanaryText
    sentence: str
    """What to plant, whole: a sentence that holds the text."""

    @model_validator(mode="after")
    def _holds_its_text(self) -> PlantedCanary:
        if self.text not in self.sentence:
            raise ValueError(f"the sentence to plant does not hold {self.text}")
        return self


class CanaryKit(Value):
    """The canaries of one threat model and target."""

    format: Literal["threatwright-canaries/1"] = "threatwright-canaries/1"
    model: str
    """The id of the threat model."""
    element: str
    """The component whose endpoint is probed."""
    canaries: tuple[PlantedCanary, ...] = Field(min_length=1)

    @field_validator("canaries")
    @classmethod
    def _tells_them_apart(cls, canaries: tuple[PlantedCanary, ...]) -> tuple[PlantedCanary, ...]:
        for what in ("place", "text"):
            if len({getattr(one, what) for one in canaries}) < len(canaries):
                raise ValueError(f"two canaries have the same {what}")
        return canaries

    def of(self, place: Place) -> PlantedCanary | None:
        """The canary of a place; None where the kit has none, or it was struck out."""
        return next((c for c in self.canaries if c.place is place), None)
