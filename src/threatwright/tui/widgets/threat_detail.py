"""One threat in full: how it goes, why it is rated so, what it rests on, what stands against it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from threatwright.exchange.names import spaced
from threatwright.exchange.plain import one_line, plain
from threatwright.exchange.publisher import marked
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.terms import Level, MitigationStatus
from threatwright.model.threats import AppliedMitigation, Evidence, Threat, Verdict
from threatwright.tui.marks import OUTCOMES, STATUS_MARKS
from threatwright.tui.part_of_model import by_whom
from threatwright.tui.widgets.attack_chain import chain
from threatwright.tui.wording import MUTED

LISTS = {
    ListName.ATLAS: "MITRE ATLAS",
    ListName.OWASP_ML: "OWASP ML Top 10",
    ListName.OWASP_LLM: "OWASP LLM Top 10",
    ListName.OWASP_AGENTIC: "OWASP Agentic Top 10",
    ListName.NIST_AI_RMF: "NIST AI RMF",
    ListName.CWE: "CWE",
    ListName.ATTACK: "MITRE ATT&CK",
}

LEVEL_STYLES = {
    Level.CRITICAL: "bold $text-error on $error-muted",
    Level.HIGH: "bold $text-error",
    Level.MEDIUM: "bold $text-warning",
    Level.LOW: "bold $text-success",
}

MITIGATION_MARKS = {
    MitigationStatus.IN_PLACE: "●",
    MitigationStatus.PARTIAL: "◐",
    MitigationStatus.PLANNED: "◔",
    MitigationStatus.PROPOSED: "○",
    MitigationStatus.NOT_DOING: "✗",
}


def described(threat: Threat, element: str) -> Content:
    """The threat, section by section; sections with nothing in them are left out."""
    sections = (
        _head(threat, element),
        _section(
            "Disputed by a language model", _bullets([threat.dispute] if threat.dispute else [])
        ),
        _section(
            "Perhaps the same as", _bullets([threat.duplicate_of] if threat.duplicate_of else [])
        ),
        Content(plain(threat.scenario)),
        _by_rule(threat),
        _section("Attack path", chain(threat.attack_path)),
        _section(f"Likelihood {threat.likelihood} of 5", _bullets(threat.likelihood_reasons)),
        _section(f"Impact {threat.impact} of 5", _bullets(threat.impact_reasons)),
        _residual(threat),
        _section("Assumptions", _bullets(threat.assumptions, "~ ")),
        _section("Mitigations", map(_mitigation, threat.mitigations)),
        _section(
            "References", map(_reference, threat.references) if threat.references else [NO_ENTRY]
        ),
        _section("Rests on", map(_evidence, threat.evidence)),
        _section(
            "Does not apply when", [Content(one_line(threat.not_when))] if threat.not_when else []
        ),
        _section("To be known", _bullets(threat.notes)),
    )
    return Content("\n\n").join(section for section in sections if section)


def _by_rule(threat: Threat) -> Content:
    """The rule's own words and ratings, where a language model put others in their place."""
    rule = threat.by_rule
    if rule is None:
        return Content()
    said = [] if rule.title == threat.title else [rule.title]
    said += [] if rule.scenario == threat.scenario else [rule.scenario]
    title = f"The rule itself says (likelihood {rule.likelihood}, impact {rule.impact})"
    return Content("\n").join([Content.styled(title, "bold $primary"), *_bullets(said)])


NO_ENTRY = Content.styled("No catalogue entry fits.", MUTED)


def _head(threat: Threat, element: str) -> Content:
    stride = ", ".join(spaced(s) for s in threat.stride)
    owner = f" · owner {one_line(threat.owner)}" if threat.owner else ""
    reason = f" · {one_line(threat.reason)}" if threat.reason else ""
    return Content.assemble(
        (one_line(threat.title), "bold"),
        "\n",
        (f"{threat.risk} {threat.level}", LEVEL_STYLES[threat.level]),
        (f"  {stride} · {one_line(element)} · {threat.stage}\n", MUTED),
        (f"{STATUS_MARKS[threat.status]} {threat.status}", "bold"),
        f"{owner}{reason}",
        (f"  {by_whom(threat)} · confidence {threat.confidence:.0%} · {threat.id}", MUTED),
    )


def _section(title: str, lines: Iterable[Content]) -> Content:
    found = list(lines)
    return (
        Content("\n").join([Content.styled(title, "bold $primary"), *found]) if found else Content()
    )


def _bullets(texts: Iterable[str], mark: str = "– ") -> list[Content]:
    return [Content.assemble((mark, MUTED), one_line(text)) for text in texts]


def _residual(threat: Threat) -> Content:
    changed = (
        "no stated control lowers it"
        if threat.residual == threat.risk
        else f"likelihood {threat.residual_likelihood}, impact {threat.residual_impact}"
    )
    title = f"Residual {threat.residual} ({changed})"
    head = Content.styled(title, "bold $primary")
    return Content("\n").join([head, *_bullets(threat.residual_reasons)])


def _mitigation(mitigation: AppliedMitigation) -> Content:
    return Content.assemble(
        (f"{MITIGATION_MARKS[mitigation.status]} ", "$text-accent"),
        one_line(marked(mitigation.title, mitigation.publisher)),
        (
            f"  {mitigation.effect} · {spaced(mitigation.status)}"
            f" · coverage {mitigation.coverage} · {mitigation.id}",
            MUTED,
        ),
    )


def _reference(reference: Reference) -> Content:
    return Content.assemble(
        ("✓ ", "$text-success"),
        (reference.id, "bold"),
        f" {one_line(reference.name)}",
        (f"  {LISTS[reference.list]} {reference.edition}", MUTED),
    )


def _evidence(evidence: Evidence) -> Content:
    return Content.assemble(
        (f"{one_line(evidence.kind)} ", MUTED),
        one_line(evidence.text),
        (f"  {one_line(evidence.ref)}", MUTED),
    )


def considered(verdict: Verdict, title: str, element: str) -> Content:
    """Why something that was considered is not a threat of this model."""
    sections = [
        Content.assemble(
            (title, "bold"),
            (f"\n{OUTCOMES[verdict.outcome]} · {one_line(element)}", MUTED),
        ),
        Content(plain(verdict.because)),
    ]
    if not verdict.because:
        sections.append(_section("Would apply if it were known", _bullets(verdict.unknown, "? ")))
        sections.append(_section("Decided by", _bullets(verdict.support)))
    return Content("\n\n").join(section for section in sections if section)
