"""The report that a reviewer gets, in Markdown (GitHub's flavour, with a Mermaid diagram)."""

from __future__ import annotations

from threatwright.exchange import marks
from threatwright.exchange.report import (
    attack_paths,
    claims,
    closing,
    conflicts,
    inherited,
    language_model,
    nist,
    probed,
    roadmap,
    scope,
    summary,
    system,
    tables,
    threats,
)
from threatwright.exchange.report.content import Content
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

SECTIONS = (
    summary.summary,
    scope.scope,
    system.system,
    threats.threats,
    probed.probed,
    inherited.inherited,
    tables.matrix,
    tables.coverage_table,
    tables.mitigations,
    attack_paths.attack_paths,
    roadmap.roadmap,
    nist.nist,
    threats.rejected,
    threats.stale,
    closing.left_out,
    conflicts.conflicts,
    closing.open_questions,
    closing.gaps,
    claims.claims,
    language_model.language_model,
    closing.editions,
)


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The report. What people wrote stays text, whatever it looks like."""
    content = Content(model, knowledge)
    lines = [f"# Threat model: {marks.text(model.name) or 'unnamed system'}", ""]
    if model.scope.handling:
        lines += [f"*{marks.text(model.scope.handling)}*", ""]
    for section in SECTIONS:
        lines += section(content)
    return "\n".join(lines).rstrip("\n") + "\n"
