"""The 6.x form of the official ATLAS file: maps of objects by id, and all relations apart."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, model_validator

from threatwright.knowledge.official.release import (
    Addressed,
    CaseStudy,
    CaseStudyId,
    Foreign,
    Mitigation,
    MitigationId,
    Name,
    Number,
    Prose,
    Release,
    Step,
    Tactic,
    TacticId,
    Technique,
    TechniqueId,
    Word,
)


class _Object(Foreign):
    id: str | None = None
    """The key that it stands under, once more."""
    name: Name
    description: Prose


class _Technique(_Object):
    maturity: Word | None = None
    platforms: tuple[Word, ...] = ()


class _Collection(Foreign):
    version: Number


class _Relation(Foreign):
    source: str | None = None
    target: str


class _Sequences(_Relation):
    target: TacticId
    position: int = 0


class _Achieves(_Relation):
    target: TacticId


class _Specializes(_Relation):
    target: TechniqueId


class _Mitigates(_Relation):
    target: TechniqueId
    description: Prose | None = None


class _Employs(_Relation):
    target: TechniqueId
    tactic: TacticId | None = None
    description: Prose | None = None
    step: Word | None = Field(default=None, alias="step-id")


class _Relations(Foreign):
    """Those of one source. Types that a later version adds are passed by."""

    sequences: tuple[_Sequences, ...] = ()
    achieves: tuple[_Achieves, ...] = ()
    specializes: tuple[_Specializes, ...] = Field(default=(), max_length=1)
    mitigates: tuple[_Mitigates, ...] = ()
    employs: tuple[_Employs, ...] = ()


class _File(Foreign):
    format: Number = Field(alias="format-version")
    collection: _Collection
    tactics: dict[TacticId, _Object]
    techniques: dict[TechniqueId, _Technique]
    mitigations: dict[MitigationId, _Object]
    case_studies: dict[CaseStudyId, _Object] = Field(default={}, alias="case-studies")
    relationships: dict[str, _Relations]

    @model_validator(mode="after")
    def _says_it_once(self) -> _File:
        """What stands there twice, as a key and in the object, must agree."""
        sections: tuple[dict[str, Any], ...] = (
            self.tactics,
            self.techniques,
            self.mitigations,
            self.case_studies,
        )
        for section in sections:
            for key, found in section.items():
                if found.id not in (None, key):
                    raise ValueError(f"{key} calls itself {found.id}")
        for key, relations in self.relationships.items():
            for relation in (*relations.achieves, *relations.specializes, *relations.mitigates):
                if relation.source not in (None, key):
                    raise ValueError(f"a relation of {key} names {relation.source} as its source")
        return self


def read(content: dict[str, Any]) -> Release:
    """The release that such a file holds. Raises ValidationError."""
    file = _File.model_validate(content)
    return Release(
        release=file.collection.version,
        format=file.format,
        tactics=tuple(
            Tactic(id=id_, name=file.tactics[id_].name, description=file.tactics[id_].description)
            for id_ in _in_order(file)
        ),
        techniques=tuple(_technique(file, id_) for id_ in file.techniques),
        mitigations=tuple(
            Mitigation(
                id=id_,
                name=found.name,
                description=found.description,
                techniques=tuple(
                    Addressed(technique=edge.target, use=edge.description or "")
                    for edge in _of(file, id_).mitigates
                ),
            )
            for id_, found in file.mitigations.items()
        ),
        case_studies=tuple(
            CaseStudy(
                id=id_, name=found.name, description=found.description, steps=_steps(file, id_)
            )
            for id_, found in file.case_studies.items()
        ),
    )


def _of(file: _File, id_: str) -> _Relations:
    return file.relationships.get(id_) or _Relations()


def _in_order(file: _File) -> list[str]:
    """The tactics in the order of the matrix; one that it leaves out comes last."""
    positions = {
        relation.target: relation.position
        for relations in file.relationships.values()
        for relation in relations.sequences
    }
    return sorted(file.tactics, key=lambda id_: positions.get(id_, len(positions) + 1))


def _technique(file: _File, id_: str) -> Technique:
    found, relations = file.techniques[id_], _of(file, id_)
    parent = relations.specializes[0].target if relations.specializes else None
    achieved = relations.achieves or (_of(file, parent).achieves if parent else ())
    return Technique(
        id=id_,
        name=found.name,
        description=found.description,
        tactics=tuple(relation.target for relation in achieved),
        parent=parent,
        platforms=found.platforms,
        maturity=found.maturity,
    )


def _steps(file: _File, id_: str) -> tuple[Step, ...]:
    """The steps as they were told: the file has them sorted by technique."""
    employed = sorted(_of(file, id_).employs, key=lambda step: _number(step.step))
    return tuple(
        Step(technique=step.target, tactic=step.tactic, description=step.description or "")
        for step in employed
    )


def _number(step: str | None) -> int:
    digits = re.search(r"\d{1,6}", step or "")
    return int(digits.group()) if digits else 0
