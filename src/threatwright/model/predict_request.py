"""How an endpoint that predicts is asked: rows in, labels or scores out, and what a row is.

What is here comes from the owner of the endpoint. A probe of it needs rows of the owner's own; what
may change in a row, and how far, is theirs to say too: a changed row that nobody could send shows
nothing.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from threatwright.model.base import Value
from threatwright.model.probe_request import Path, Words, checked_headers

ROWS = "{ROWS}"
"""Where a list of rows goes in a body."""
ROW = "{ROW}"
"""Where one row goes."""


Count = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("it is one line")
    return text


Line = Annotated[Words, AfterValidator(_one_line)]


class Feature(Value):
    """One column of a row."""

    name: Line
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    """The least and the largest value that occur."""
    type: Literal["number", "whole"] = "number"
    """`whole` for counts, and for yes and no as 0 and 1."""
    mutable: bool
    """Whether whoever sends a row can change it."""

    @model_validator(mode="after")
    def _has_room(self) -> Feature:
        if self.high <= self.low:
            raise ValueError(f"{self.name}: `high` is above `low`")
        return self


class Samples(Value):
    """Rows of the owner's own, in a file: CSV, JSON (a list of objects) or NPZ."""

    file: Line
    """Where it is, from the folder in which a probe is started."""
    label: Line = "label"
    """The column with the true class."""
    member: Line | None = None
    """The column that says with 1 that a row was trained on, and with 0 that it was not."""


class Predict(Value):
    """An endpoint that answers rows with labels or scores."""

    shape: Literal["predict"]
    path: Path
    headers: dict[str, Words] = Field(default_factory=dict)
    """Fixed ones. A key goes under `authentication`."""
    body: str = Field(max_length=20_000)
    """With {ROWS} where a list of rows goes, or {ROW} for one row a request."""
    rows_as: Literal["lists", "objects"] = "lists"
    """Whether a row is a list of values, or an object by the features' names."""
    response: Words
    """Where the labels or scores are in the JSON that comes back: `result.scores`; `.` for all."""
    gives: Literal["label", "scores"]
    """`scores`: of each class, in their order; with two classes, also of the second alone."""
    classes: tuple[Line, ...] = Field(min_length=2, max_length=1000)
    """As the labels name them."""
    features: tuple[Feature, ...] = Field(min_length=1, max_length=10_000)
    """The columns of a row, in order."""
    samples: Samples
    rows: Count
    """The most rows that may be sent in all."""
    rows_per_request: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 100
    largest_change: float = Field(default=0.1, gt=0, le=1)
    """A change of a feature counts as small up to this share of its range."""

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, headers: dict[str, str]) -> dict[str, str]:
        return checked_headers(headers)

    @model_validator(mode="after")
    def _has_place(self) -> Predict:
        if self.body.count(ROWS) + self.body.count(ROW) != 1:
            raise ValueError(f"{ROWS} or {ROW} stands once in the body")
        if ROW in self.body and self.rows_per_request != 1:
            raise ValueError(f"with {ROW} one row goes in a request: `rows_per_request` is 1")
        return self

    @model_validator(mode="after")
    def _names_each_once(self) -> Predict:
        for what, names in (
            ("class", self.classes),
            ("feature", tuple(feature.name for feature in self.features)),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"one {what} stands there twice")
        return self
