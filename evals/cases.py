"""Labelled systems in `evals/cases/`, and how a draft is held against what a reviewer expects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from threatwright import yamltext
from threatwright.model.base import Value
from threatwright.model.catalogue import Reference
from threatwright.model.document import ThreatModel
from threatwright.model.terms import ComponentKind, Stride
from threatwright.model.threats import Threat

FOLDER = Path(__file__).parent / "cases"
_UNVERSIONED = frozenset({"atlas", "cwe", "attack", "nist-ai-rmf"})


class SaidWhenAsked(Value):
    """One atomic fact that a stakeholder would reveal."""

    text: str
    hidden: bool = False
    """Not in the description."""


class Expected(Value):
    """One threat that a good reviewer would look for."""

    what: str
    stride: tuple[Stride, ...]
    any_reference: tuple[str, ...] = ()
    """Any one is an honest mapping; a parent technique counts for its sub-techniques."""
    element_kinds: tuple[ComponentKind, ...]
    priority: Literal["must", "should"]


class Forbidden(Value):
    """What must not appear, because the system has no such thing."""

    lists: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


class Case(Value):
    """One labelled system."""

    id: str
    title: str
    description: str = ""
    sample: str | None = None
    """A shipped sample, in place of a description."""
    facts: tuple[SaidWhenAsked, ...] = ()
    gates: dict[str, str] = Field(default_factory=dict)
    expect: tuple[Expected, ...]
    forbid: Forbidden = Forbidden()

    @cached_property
    def is_held_out(self) -> bool:
        """Whether the case was written without sight of the patterns, and not to fit them."""
        return self.id.startswith("heldout-")


def load_cases(folder: Path = FOLDER) -> tuple[Case, ...]:
    """Every case, in order of name."""
    return tuple(
        Case.model_validate(yamltext.parse(path.read_text(encoding="utf-8"), path.name))
        for path in sorted(folder.glob("*.yaml"))
    )


class Score(NamedTuple):
    """How one draft stands against one case."""

    case: Case
    threats: int
    met: tuple[Expected, ...]
    missed: tuple[Expected, ...]
    forbidden: tuple[str, ...]
    """What the draft holds though it must not, one sentence each."""
    wrong_gates: tuple[str, ...]

    def recall(self, priority: str) -> tuple[int, int]:
        """(met, all) of the expectations of a priority."""
        met = sum(e.priority == priority for e in self.met)
        return met, met + sum(e.priority == priority for e in self.missed)


def score(case: Case, model: ThreatModel) -> Score:
    """Hold a draft against what is expected of it."""
    kinds = {c.id: c.kind for c in model.system.components}
    kinds |= {f.id: kinds[f.target] for f in model.system.flows if f.target in kinds}
    met = tuple(e for e in case.expect if any(_meets(e, t, kinds) for t in model.threats))
    return Score(
        case=case,
        threats=len(model.threats),
        met=met,
        missed=tuple(e for e in case.expect if e not in met),
        forbidden=tuple(_violations(case.forbid, model.threats)),
        wrong_gates=tuple(_wrong_gates(case, model)),
    )


def _meets(expected: Expected, threat: Threat, kinds: dict[str, ComponentKind]) -> bool:
    if not set(expected.stride) & set(threat.stride):
        return False
    if not expected.any_reference:
        return kinds.get(threat.element) in expected.element_kinds
    return any(_is_cited(wanted, threat.references) for wanted in expected.any_reference)


def _is_cited(wanted: str, references: Sequence[Reference]) -> bool:
    keys = {r.id if r.list in _UNVERSIONED else f"{r.id}:{r.edition}" for r in references}
    return wanted in keys or any(key.startswith(f"{wanted}.") for key in keys)


def _violations(forbid: Forbidden, threats: Sequence[Threat]) -> list[str]:
    found = []
    for threat in threats:
        for reference in threat.references:
            if reference.list in forbid.lists:
                found.append(f"{threat.id} cites {reference.list} {reference.id}")
            if any(_is_cited(wanted, (reference,)) for wanted in forbid.references):
                found.append(f"{threat.id} cites {reference.id} {reference.name}")
        words = threat.title.lower()
        found += [f"{threat.id} is about “{word}”" for word in forbid.about if word in words]
    return found


def _wrong_gates(case: Case, model: ThreatModel) -> list[str]:
    found = []
    for gate, truth in case.gates.items():
        fact = model.system.facts.get(gate)
        read = fact.value if fact is not None else None
        if truth in ("yes", "no") and read not in (None, truth):
            found.append(f"{gate}: read as {read}, is {truth}")
    return found
