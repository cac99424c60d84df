"""NIST AI RMF 1.0 as a view of a model: function, category, subcategory, and what covers each."""

from __future__ import annotations

from enum import StrEnum

from threatwright.model.base import Value
from threatwright.model.catalogue import Reference


class Covering(StrEnum):
    """How far something covers a subcategory."""

    COVERED = "covered"
    """All mitigations of the model that serve it are in place."""
    PARTLY = "partly"
    """Something is in place, or the model itself is a part of it."""
    OPEN = "open"
    """Mitigations would serve it; none is in place."""
    NOT_COVERED = "not-covered"
    """Nothing in this model serves it."""


class Covered(Value):
    """A mitigation that serves a subcategory."""

    mitigation: str
    title: str
    covering: Covering


class Subcategory(Value):
    """A subcategory, and what covers it here."""

    reference: Reference
    description: str
    covering: Covering
    mitigations: tuple[Covered, ...] = ()
    """Those that are furthest first."""
    evidence: tuple[str, ...] = ()
    """What in the model itself is a part of it, in words."""
    elsewhere: bool = False
    """Whether nothing in the knowledge base serves it: it is a matter of the organisation."""


class Category(Value):
    """A category of a function."""

    id: str
    """As `MEASURE 2`."""
    name: str
    """A short label in our own words."""
    subcategories: tuple[Subcategory, ...]


class Function(Value):
    """One of the four functions."""

    id: str
    """`GOVERN`, `MAP`, `MEASURE` or `MANAGE`."""
    categories: tuple[Category, ...]


class RmfView(Value):
    """The whole framework, as it is covered in a model."""

    edition: str
    functions: tuple[Function, ...]
