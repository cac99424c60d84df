"""The parts of a SARIF 2.1.0 log that all our logs share: run, taxonomies, places, severity."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from threatwright.exchange.json_file import dumped
from threatwright.exchange.plain import one_line
from threatwright.knowledge.references.sarif import SCHEMA
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.risk_table import RiskTable
from threatwright.model.terms import Level

Data = dict[str, Any]

LEVELS = {
    Level.LOW: "note",
    Level.MEDIUM: "warning",
    Level.HIGH: "error",
    Level.CRITICAL: "error",
}
_SEVERITIES = {
    Level.LOW: (0.1, 3.9),
    Level.MEDIUM: (4.0, 6.9),
    Level.HIGH: (7.0, 8.9),
    Level.CRITICAL: (9.1, 10.0),
}
"""The bands by which code scanning tells low, medium, high and critical."""
_NAMESPACE = uuid.UUID("0c6f4f0e-54a4-5a43-9b57-3e1f6d1c3a52")
_TITLES = {
    ListName.ATLAS: ("MITRE ATLAS", "MITRE", "https://atlas.mitre.org"),
    ListName.OWASP_ML: (
        "OWASP Machine Learning Security Top 10",
        "OWASP",
        "https://owasp.org/www-project-machine-learning-security-top-10/",
    ),
    ListName.OWASP_LLM: (
        "OWASP Top 10 for LLM Applications",
        "OWASP",
        "https://genai.owasp.org/llm-top-10/",
    ),
    ListName.OWASP_AGENTIC: (
        "OWASP Top 10 for Agentic Applications",
        "OWASP",
        "https://genai.owasp.org/",
    ),
    ListName.NIST_AI_RMF: (
        "NIST AI Risk Management Framework",
        "NIST",
        "https://www.nist.gov/itl/ai-risk-management-framework",
    ),
    ListName.CWE: ("Common Weakness Enumeration", "MITRE", "https://cwe.mitre.org"),
    ListName.ATTACK: ("MITRE ATT&CK Enterprise", "MITRE", "https://attack.mitre.org"),
}


class Taxonomies:
    """The catalogues that results refer to: each edition of each is a taxonomy of its own."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._taxa: dict[tuple[ListName, str], dict[str, Reference]] = {}
        for reference in sorted(references, key=lambda r: (r.list, r.edition, r.id)):
            taxa = self._taxa.setdefault((reference.list, reference.edition), {})
            taxa.setdefault(reference.id, reference)
        self._index = {key: n for n, key in enumerate(self._taxa)}
        self._position = {
            (key, id_): n for key, taxa in self._taxa.items() for n, id_ in enumerate(taxa)
        }

    @property
    def components(self) -> list[Data]:
        """The taxonomies with the entries that are referred to."""
        return [
            {
                **self._named(key),
                "version": key[1],
                "organization": _TITLES[key[0]][1],
                "informationUri": _TITLES[key[0]][2],
                "shortDescription": {"text": f"{_TITLES[key[0]][0]}, edition {key[1]}."},
                "isComprehensive": False,
                "taxa": [{"id": r.id, "name": r.name} for r in taxa.values()],
            }
            for key, taxa in self._taxa.items()
        ]

    @property
    def supported(self) -> list[Data]:
        """References to all of them."""
        return [self._component(key) for key in self._taxa]

    def taxa(self, references: Sequence[Reference]) -> list[Data]:
        """References to entries, each once."""
        return [
            {
                "id": reference.id,
                "index": self._position[key, reference.id],
                "toolComponent": self._component(key),
            }
            for reference in dict.fromkeys(references)
            for key in ((reference.list, reference.edition),)
        ]

    def _component(self, key: tuple[ListName, str]) -> Data:
        return {**self._named(key), "index": self._index[key]}

    @staticmethod
    def _named(key: tuple[ListName, str]) -> Data:
        list_, edition = key
        return {
            "name": _TITLES[list_][0],
            "guid": str(uuid.uuid5(_NAMESPACE, f"{list_}\0{edition}")),
        }


def log(
    category: str,
    rules: Sequence[Data],
    results: Sequence[Data],
    taxonomies: Taxonomies,
    problems: Sequence[str] = (),
) -> str:
    """A log of one run. `category` tells it from the other kinds of log that we write."""
    driver = {
        "name": "threatwright",
        "semanticVersion": version("threatwright"),
        "rules": list(rules),
        "supportedTaxonomies": taxonomies.supported,
    }
    notes = [{"level": "error", "message": {"text": one_line(one)}} for one in problems]
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"threatwright/{category}/"},
        "invocations": [{"executionSuccessful": not problems, "toolExecutionNotifications": notes}],
        "taxonomies": taxonomies.components,
        "results": list(results),
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def uri(name: str) -> str:
    """A file as it is named in a log: relative where it was named so."""
    path = PurePath(name)
    return ("file://" if path.is_absolute() else "") + quote(path.as_posix())


def location(file: str, line: int) -> Data:
    """A line of a file."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(file)},
            "region": {"startLine": line},
        }
    }


def fingerprints(*parts: str) -> dict[str, str]:
    """What tells a result from all others in any later log, wherever it has moved in the file.

    Code scanning at GitHub goes by the second, which otherwise is made of the text of the line.
    """
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return {"threatwright/v1": digest[:32], "primaryLocationLineHash": f"{digest[:16]}:1"}


def severity(risk: int, table: RiskTable) -> str:
    """A risk of 1 to 25 as 0.1 to 10.0, in the band of its level."""
    level = table.level(risk)
    least = table.levels[level]
    above = [at for at in table.levels.values() if at > least]
    share = (risk - least) / max(1, (min(above) if above else 26) - 1 - least)
    low, high = _SEVERITIES[level]
    return f"{low + share * (high - low):.1f}"


def severity_of(level: Level) -> str:
    """A level as the middle of its band."""
    low, high = _SEVERITIES[level]
    return f"{(low + high) / 2:.1f}"


def named(id_: str) -> str:
    """The id of a rule as a name: `model-extraction` is `ModelExtraction`."""
    return "".join(part[:1].upper() + part[1:] for part in id_.replace("_", "-").split("-"))
