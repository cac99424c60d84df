"""What is wrong with references, as SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from threatwright.knowledge.references.verdicts import Checked, Verdict

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_RULES: dict[Verdict, tuple[str, str, str]] = {
    Verdict.RENAMED: ("ReferenceRenamed", "warning", "The entry has another name today."),
    Verdict.RETIRED: ("ReferenceRetired", "error", "The id was retired."),
    Verdict.WRONG_NAME: ("ReferenceWrongName", "error", "The name is not that of the id."),
    Verdict.UNKNOWN_ID: ("ReferenceUnknownId", "error", "No catalogue holds the id."),
    Verdict.EDITION_UNCLEAR: (
        "ReferenceEditionUnclear",
        "warning",
        "The id means different things in different editions, and the edition is not stated.",
    ),
}
"""Verdict → name, level, description. The ids of the rules are `reference/` and the verdict."""


def sarif(found: Mapping[str, Sequence[Checked]], version: str) -> dict[str, Any]:
    """A log with one run. `found` is what was checked, by file; what is right is left out."""
    verdicts = list(_RULES)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "threatwright",
                        "semanticVersion": version,
                        "rules": [_rule(verdict) for verdict in verdicts],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(file, checked, verdicts.index(checked.verdict))
                    for file, checks in found.items()
                    for checked in checks
                    if checked.is_wrong
                ],
            }
        ],
    }


def _rule(verdict: Verdict) -> dict[str, Any]:
    name, level, text = _RULES[verdict]
    return {
        "id": f"reference/{verdict}",
        "name": name,
        "shortDescription": {"text": text},
        "defaultConfiguration": {"level": level},
    }


def _result(file: str, checked: Checked, rule: int) -> dict[str, Any]:
    region = {
        "startLine": checked.line,
        "startColumn": checked.column,
        "endColumn": checked.column + checked.end - checked.start,
    }
    return {
        "ruleId": f"reference/{checked.verdict}",
        "ruleIndex": rule,
        "level": _RULES[checked.verdict][1],
        "message": {"text": sentence(checked)},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": region}}
        ],
    }


def _uri(file: str) -> str:
    return quote(PurePath(file).as_posix())


def sentence(checked: Checked) -> str:
    """What is said of a mention, on one line."""
    named = f" “{checked.name}”" if checked.name else ""
    expected = f"; expected {checked.expected}" if checked.expected else ""
    note = f" ({checked.note})" if checked.note else ""
    return f"{checked.id}{named}: {checked.verdict}{expected}{note}"
