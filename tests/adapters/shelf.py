"""Knowledge for tests of search: a handful of entries, or all catalogues that we ship."""

from __future__ import annotations

from functools import cache
from typing import Any

from threatwright import resources
from threatwright.knowledge.catalogues import load_catalogues
from threatwright.knowledge.entries import parse_file
from threatwright.knowledge.load import digest_of
from threatwright.model.catalogue import Catalogue, Entry, ListName
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import MitigationEntry, Pattern
from threatwright.model.risk_table import RiskTable
from threatwright.model.terms import Stage
from threatwright.ports import KnowledgeIndex


def _catalogue(list_: ListName, edition: str, *entries: dict[str, Any]) -> Catalogue:
    return Catalogue(
        list=list_,
        edition=edition,
        title=list_.value,
        publisher="",
        licence="",
        url="",
        entries=tuple(Entry(list=list_, edition=edition, **entry) for entry in entries),
    )


ATLAS = _catalogue(
    ListName.ATLAS,
    "2026.09",
    {"id": "AML.TA0006", "name": "Persistence", "type": "tactic"},
    {"id": "AML.TA0005", "name": "Execution", "type": "tactic"},
    {"id": "AML.TA0010", "name": "Exfiltration", "type": "tactic"},
    {
        "id": "AML.T0020",
        "name": "Training Data Poisoning",
        "type": "technique",
        "tactics": ("AML.TA0006",),
        "description": "Wrong records are put into a training set.",
        "examples": ("our labels were flipped overnight",),
    },
    {
        "id": "AML.T0051",
        "name": "LLM Prompt Injection",
        "type": "technique",
        "tactics": ("AML.TA0005",),
        "description": "Text makes the model follow orders of an attacker.",
    },
    {
        "id": "AML.T0051.001",
        "name": "LLM Prompt Injection: Indirect",
        "type": "technique",
        "parent": "AML.T0051",
        "tactics": ("AML.TA0005",),
        "description": "The orders stand in a web page that the assistant reads.",
    },
    {
        "id": "AML.T0024",
        "name": "Exfiltration via AI Inference API",
        "type": "technique",
        "tactics": ("AML.TA0010", "AML.TA0006"),
        "description": "Many queries draw private records out of the model.",
    },
    {
        "id": "AML.M0007",
        "name": "Sanitize Training Data",
        "type": "mitigation",
        "description": "Look for poisoned records before training.",
    },
)
LLM_2025, LLM_2026 = (
    _catalogue(
        ListName.OWASP_LLM,
        edition,
        {"id": "LLM01", "name": "Prompt Injection", "description": "Orders hidden in text."},
    )
    for edition in ("2025", "2026")
)
CWE = _catalogue(
    ListName.CWE,
    "4.18",
    {"id": "CWE-502", "name": "Deserialization of Untrusted Data", "description": "Pickle files."},
)


def _pattern(id_: str, stage: Stage, *references: str) -> Pattern:
    return Pattern.model_validate(
        {
            "id": id_,
            "title": id_,
            "scenario": id_,
            "stride": ["tampering"],
            "stage": stage,
            "when": {"fact": "trains", "is": "yes"},
            "likelihood": {"access": "black-box", "effort": "low", "because": "anyone can"},
            "impact": [{"dimension": "integrity", "base": 3, "because": "it errs"}],
            "no_countermeasure": "None is known.",
            "references": references,
            "not_when": "never",
        }
    )


def _mitigation(id_: str, stage: Stage) -> MitigationEntry:
    return MitigationEntry.model_validate(
        {
            "id": id_,
            "title": id_,
            "description": id_,
            "stage": stage,
            "effort": "low",
            "verify": "Look.",
        }
    )


def knowledge(digest: str = "small", catalogues: tuple[Catalogue, ...] = ()) -> Knowledge:
    return Knowledge(
        digest=digest,
        catalogues=catalogues or (ATLAS, LLM_2025, LLM_2026, CWE),
        kinds=(),
        facts=(),
        patterns=(
            _pattern("poison", Stage.DATA, "AML.T0020"),
            _pattern("inject", Stage.OPERATION, "AML.T0051.001", "LLM01:2026"),
        ),
        mitigations=(
            _mitigation("AML.M0007", Stage.TRAINING),
            _mitigation("review-feedback", Stage.DATA),
        ),
        archetypes=(),
        risk=RiskTable(effort={}, access={}, sensitivity={}, effects={}, levels={}),
    )


@cache
def shipped() -> Knowledge:
    """All catalogues that we ship."""
    folder = resources.folder("knowledge") / "catalogues"
    catalogues, _ = load_catalogues(folder, parse_file)
    return knowledge(digest_of(folder), catalogues)


def ids(index: KnowledgeIndex, query: str, **filters: object) -> list[str]:
    """The ids that a search finds, best first."""
    return [hit.reference.id for hit in index.search(query, **filters)]  # type: ignore[arg-type]
