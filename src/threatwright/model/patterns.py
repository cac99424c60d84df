"""Threat patterns, and the mitigations that stand against them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from threatwright.model.base import Slug, Value
from threatwright.model.conditions import Condition
from threatwright.model.organisation import Published
from threatwright.model.terms import (
    Access,
    ComponentKind,
    Dimension,
    Effect,
    Effort,
    Stage,
    Stride,
)
from threatwright.model.vocabulary import FactKey


class Adjustment(Value):
    """A change of a rating that only a stated condition makes."""

    if_: Condition = Field(alias="if")
    by: int = 1
    because: str


class Likelihood(Value):
    """How likely an attempt succeeds, before controls."""

    access: Access
    effort: Effort
    because: str
    """The reason for access and effort, in a sentence."""
    raise_: tuple[Adjustment, ...] = Field(default=(), alias="raise")
    lower: tuple[Adjustment, ...] = ()


class ImpactOn(Value):
    """What one dimension suffers, unless an asset's own rating says otherwise."""

    dimension: Dimension
    base: int = Field(ge=1, le=5)
    fixed: bool = False
    """Whether the loss is the same whatever the element holds or decides."""
    because: str


class Countermeasure(Value):
    """What stands against a pattern, and where on the attack path it acts."""

    control: str
    """Id of a mitigation."""
    effect: Effect
    at: Literal["element", "source", "path", "system"] = "element"


class Cited(Value):
    """A reference of a pattern, possibly only for some kinds of element."""

    id: str
    """As patterns write it: `AML.T0020`, `ML02:2023`, `ASI06:2026`, `CWE-502`, `T1078`."""
    kinds: tuple[ComponentKind, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value


class Pattern(Published):
    """One threat, as the knowledge base states it."""

    id: Slug
    title: str
    """May hold {element}, {source} and {target}."""
    scenario: str
    """Two or three sentences: who does what to {element}, through what, and what follows."""
    stride: tuple[Stride, ...] = Field(min_length=1, max_length=2)
    element: Literal["component", "flow"] = "component"
    kinds: tuple[ComponentKind, ...] = ()
    """Kinds of component; for a flow, kinds of its target. Empty: any."""
    stage: Stage
    when: Condition
    likelihood: Likelihood
    impact: tuple[ImpactOn, ...] = Field(min_length=1)
    lowers: tuple[Countermeasure, ...] = ()
    no_countermeasure: str = ""
    """Why none is known, where `lowers` is empty."""
    references: tuple[Cited, ...] = ()
    """What the harm is in the catalogues, the closest first; none where no entry fits."""
    steps: tuple[Cited, ...] = ()
    """Techniques of ATLAS that lead up to the harm: preparation, access, discovery, cover."""
    not_when: str
    """When it does not apply, in words for the reviewer."""

    @model_validator(mode="after")
    def _something_stands_against_it(self) -> Pattern:
        if not self.lowers and not self.no_countermeasure:
            raise ValueError("name what lowers it, or say in no_countermeasure why nothing does")
        return self


class MitigationEntry(Published):
    """A control of the catalogue."""

    id: str
    """The ATLAS id where there is one, else a slug."""
    title: str
    description: str
    stage: Stage
    effort: Effort
    fact: FactKey | None = None
    """The control fact of the vocabulary that states how far it is in place."""
    nist: tuple[str, ...] = ()
    """NIST AI RMF 1.0 subcategories, as `MEASURE 2.7`."""
    after: tuple[str, ...] = ()
    """Ids of mitigations without which it has nothing to work with: those come first."""
    verify: str
    """How to check that it is in place."""
