"""A release of MITRE ATLAS as MITRE words it, whatever form it was read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from threatwright.model.base import Value

_VISIBLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
TacticId = Annotated[str, StringConstraints(pattern=r"^AML\.TA\d{4}$")]
TechniqueId = Annotated[str, StringConstraints(pattern=r"^AML\.T\d{4}(\.\d{3})?$")]
MitigationId = Annotated[str, StringConstraints(pattern=r"^AML\.M\d{4}$")]
CaseStudyId = Annotated[str, StringConstraints(pattern=r"^AML\.CS\d{4}$")]
Number = Annotated[str, StringConstraints(pattern=r"^\d{1,4}(\.\d{1,4}){1,2}$")]
"""Of a release (`5.6.0`, `2026.09`) or of a format."""
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=_VISIBLE)
]
Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_VISIBLE)
]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200_000)]


class Foreign(BaseModel):
    """A type of the publisher's files. Fields that a later version of a form adds are passed by."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True, populate_by_name=True)


class Tactic(Value):
    """A tactic, and what MITRE says of it."""

    id: TacticId
    name: Name
    description: Prose


class Technique(Value):
    """A technique or sub-technique, and what MITRE says of it."""

    id: TechniqueId
    name: Name
    """Its own; a sub-technique is shown as "Parent: Name"."""
    description: Prose
    tactics: tuple[TacticId, ...]
    parent: TechniqueId | None = None
    platforms: tuple[Word, ...] = ()
    maturity: Word | None = None


class Addressed(Value):
    """A technique that a mitigation addresses, and how."""

    technique: TechniqueId
    use: Prose = ""


class Mitigation(Value):
    """A mitigation, and what MITRE says of it."""

    id: MitigationId
    name: Name
    description: Prose
    techniques: tuple[Addressed, ...] = ()


class Step(Value):
    """What was done in a case study, in the order of the telling."""

    technique: TechniqueId
    tactic: TacticId | None = None
    description: Prose = ""


class CaseStudy(Value):
    """An incident or exercise that MITRE tells."""

    id: CaseStudyId
    name: Name
    description: Prose = ""
    steps: tuple[Step, ...] = ()


class Release(Value):
    """One release, whole and consistent."""

    release: Number
    format: Number
    tactics: tuple[Tactic, ...]
    """In the order of the matrix."""
    techniques: tuple[Technique, ...]
    mitigations: tuple[Mitigation, ...]
    case_studies: tuple[CaseStudy, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Release:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    @cached_property
    def objects(self) -> dict[str, Tactic | Technique | Mitigation]:
        """Everything that has a text, by id."""
        groups = (self.tactics, self.techniques, self.mitigations)
        return {found.id: found for group in groups for found in group}

    def full_name(self, id_: str) -> str:
        """The name, a sub-technique's with its parent's before it."""
        found = self.objects[id_]
        parent = found.parent if isinstance(found, Technique) else None
        return f"{self.objects[parent].name}: {found.name}" if parent else found.name

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind of thing."""
        return {
            "tactics": len(self.tactics),
            "techniques": len(self.techniques),
            "parents": sum(t.parent is None for t in self.techniques),
            "sub-techniques": sum(t.parent is not None for t in self.techniques),
            "mitigations": len(self.mitigations),
            "mitigation edges": sum(len(m.techniques) for m in self.mitigations),
            "case studies": len(self.case_studies),
        }


def order_of(release: str) -> tuple[int, ...]:
    """What sorts releases by age: 5.6.0 came before 2026.05."""
    return tuple(int(part) for part in release.split("."))


def _problems(release: Release) -> Iterator[str]:
    """What keeps its parts from fitting together."""
    for what in ("tactics", "techniques", "mitigations", "case_studies"):
        objects: tuple[Any, ...] = getattr(release, what)
        yield from (
            f"{id_} stands there twice"
            for id_, n in Counter(o.id for o in objects).items()
            if n > 1
        )
        if not objects and what != "case_studies":
            yield f"it holds no {what}"
    tactics = {t.id for t in release.tactics}
    top = {t.id for t in release.techniques if t.parent is None}
    known = {t.id for t in release.techniques}
    for technique in release.techniques:
        if technique.parent is not None and technique.parent not in top:
            yield f"the parent of {technique.id}, {technique.parent}, is no technique of it"
        if not technique.tactics:
            yield f"{technique.id} has no tactic"
        yield from (
            f"the tactic {tactic} of {technique.id} is not in it"
            for tactic in technique.tactics
            if tactic not in tactics
        )
    for mitigation in release.mitigations:
        yield from (
            f"{mitigation.id} addresses {edge.technique}, which is not in it"
            for edge in mitigation.techniques
            if edge.technique not in known
        )
