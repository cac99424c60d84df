"""The 5.x form of the official ATLAS file: lists in a matrix, relations within the objects."""

from __future__ import annotations

from typing import Any

from pydantic import Field

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


class _Tactic(Foreign):
    id: TacticId
    name: Name
    description: Prose


class _Technique(Foreign):
    id: TechniqueId
    name: Name
    description: Prose
    tactics: tuple[TacticId, ...] = ()
    """A sub-technique has none of its own: it has those of its parent."""
    parent: TechniqueId | None = Field(default=None, alias="subtechnique-of")
    maturity: Word | None = None
    platforms: tuple[Word, ...] = ()


class _Addressed(Foreign):
    id: TechniqueId
    use: Prose = ""


class _Mitigation(Foreign):
    id: MitigationId
    name: Name
    description: Prose
    techniques: tuple[_Addressed, ...] = ()


class _Step(Foreign):
    technique: TechniqueId
    tactic: TacticId | None = None
    description: Prose = ""


class _CaseStudy(Foreign):
    id: CaseStudyId
    name: Name
    summary: Prose = ""
    procedure: tuple[_Step, ...] = ()


class _Matrix(Foreign):
    tactics: tuple[_Tactic, ...]
    techniques: tuple[_Technique, ...]
    mitigations: tuple[_Mitigation, ...]


class _File(Foreign):
    version: Number
    matrices: tuple[_Matrix, ...] = Field(min_length=1)
    case_studies: tuple[_CaseStudy, ...] = Field(default=(), alias="case-studies")


def read(content: dict[str, Any]) -> Release:
    """The release that such a file holds. Raises ValidationError."""
    file = _File.model_validate(content)
    matrix = file.matrices[0]
    tactics_of = {t.id: t.tactics for t in matrix.techniques}
    return Release(
        release=file.version,
        format=file.version,
        tactics=tuple(Tactic(**t.model_dump()) for t in matrix.tactics),
        techniques=tuple(
            Technique(
                id=t.id,
                name=t.name,
                description=t.description,
                tactics=t.tactics or tactics_of.get(t.parent or "", ()),
                parent=t.parent,
                platforms=t.platforms,
                maturity=t.maturity,
            )
            for t in matrix.techniques
        ),
        mitigations=tuple(
            Mitigation(
                id=m.id,
                name=m.name,
                description=m.description,
                techniques=tuple(Addressed(technique=a.id, use=a.use) for a in m.techniques),
            )
            for m in matrix.mitigations
        ),
        case_studies=tuple(
            CaseStudy(
                id=c.id,
                name=c.name,
                description=c.summary,
                steps=tuple(Step(**s.model_dump()) for s in c.procedure),
            )
            for c in file.case_studies
        ),
    )
