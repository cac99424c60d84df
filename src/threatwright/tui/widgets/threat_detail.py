"""One threat in full: how it goes, why it is rated so, what it rests on, what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from textual.content import Content

from threatwright.engine.decisions.settled import decision, unsettled
from threatwright.exchange.names import spaced
from threatwright.exchange.plain import one_line, plain
from threatwright.exchange.publisher import marked
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.terms import Level, MitigationStatus, Status
from threatwright.model.threats import (
    AppliedMitigation,
    Band,
    Evidence,
    StaleDecision,
    Threat,
    Verdict,
)
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


def described(
    threat: Threat,
    element: str,
    *,
    today: date = date.min,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Content:
    """The threat, section by section; sections with nothing in them are left out.

    `titles` are those of all threats, by id.
    """
    sections = (
        _head(threat, element),
        _decided(threat, today, titles),
        _section(
            "Disputed by a language model", _bullets([threat.dispute] if threat.dispute else [])
        ),
        _duplicate(threat, titles),
        Content(plain(threat.scenario)),
        _proposed(threat),
        _by_rule(threat),
        _section("Attack path", chain(threat.attack_path)),
        _section(
            f"Likelihood {threat.likelihood} of 5{_within(threat.likelihood_band)}",
            _bullets(threat.likelihood_reasons),
        ),
        _section(
            f"Impact {threat.impact} of 5{_within(threat.impact_band)}",
            _bullets(threat.impact_reasons),
        ),
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


def _decided(threat: Threat, today: date, titles: Mapping[str, str]) -> Content:
    """What was decided, and why that does not settle it, if it does not."""
    if threat.status is Status.PROPOSED:
        return Content.assemble((f"{STATUS_MARKS[threat.status]} nobody decided yet", MUTED))
    told = (f"{STATUS_MARKS[threat.status]} {one_line(decision(threat))}", "bold")
    loose = unsettled(threat, today, titles)
    late = threat.due is not None and threat.due < today
    open_ = [f"To be decided anew: {loose}."] if loose else []
    open_ += [f"Overdue: it was due on {threat.due}."] if late else []
    lines = [Content.styled(one_line(line), "bold $text-error") for line in open_]
    return Content("\n").join([Content.assemble(told), *lines])


def _duplicate(threat: Threat, titles: Mapping[str, str]) -> Content:
    if not threat.duplicate_of:
        return Content()
    is_decided = threat.status is Status.REJECTED
    other = titles.get(threat.duplicate_of)
    named = f"{other} ({threat.duplicate_of})" if other else f"{threat.duplicate_of}, not there"
    return _section("The same as" if is_decided else "Perhaps the same as", _bullets([named]))


def _proposed(threat: Threat) -> Content:
    """What the draft proposes now, where a person worded or rated it otherwise."""
    now = threat.proposed
    if now is None:
        return Content()
    title = f"Edited; the draft proposes (likelihood {now.likelihood}, impact {now.impact})"
    said = [] if now.title == threat.title else [now.title]
    said += [] if now.scenario == threat.scenario else [now.scenario]
    return Content("\n").join([Content.styled(title, "bold $primary"), *_bullets(said)])


def gone(stale: StaleDecision) -> Content:
    """A decision about what is no threat any more, and what took its grounds away."""
    owner = f", owner {one_line(stale.owner)}" if stale.owner else ""
    reason = f": {one_line(stale.reason)}" if stale.reason else ""
    cause = f" ({stale.cause})" if stale.cause else ""
    head = Content.assemble(
        (one_line(stale.title), "bold"),
        ("\nno threat any more; the decision is kept, and counts again if it returns\n", MUTED),
        (f"{STATUS_MARKS[stale.status]} {stale.status}{owner}", "bold"),
        f"{reason}",
        (f"  {one_line(stale.threat)}", MUTED),
    )
    why = _section("What took its grounds away", _bullets([f"{stale.because}{cause}"]))
    keys = Content.assemble(("o", "bold $primary"), (" puts the decision away", MUTED))
    return Content("\n\n").join([head, why, keys])


def _by_rule(threat: Threat) -> Content:
    """The rule's own words and ratings, where a language model put others in their place."""
    rule = threat.by_rule
    if rule is None:
        return Content()
    said = [] if rule.title == threat.title else [rule.title]
    said += [] if rule.scenario == threat.scenario else [rule.scenario]
    title = f"The rule itself says (likelihood {rule.likelihood}, impact {rule.impact})"
    return Content("\n").join([Content.styled(title, "bold $primary"), *_bullets(said)])


def _within(band: Band | None) -> str:
    """How far what is open could move a rating."""
    return f", {band} by what is open" if band else ""


NO_ENTRY = Content.styled("No catalogue entry fits.", MUTED)


def _head(threat: Threat, element: str) -> Content:
    stride = ", ".join(spaced(s) for s in threat.stride)
    return Content.assemble(
        (one_line(threat.title), "bold"),
        "\n",
        (f"{threat.risk} {threat.level}", LEVEL_STYLES[threat.level]),
        (f"  {stride} · {one_line(element)} · {threat.stage}\n", MUTED),
        (f"{by_whom(threat)} · confidence {threat.confidence:.0%} · {threat.id}", MUTED),
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
        _follow_up(mitigation),
    )


def _follow_up(mitigation: AppliedMitigation) -> str:
    """Who does it, until when, and what shows it, on a line of its own."""
    owner = f"owner {mitigation.owner}" if mitigation.owner else ""
    due = f"due {mitigation.due}" if mitigation.due else ""
    told = ", ".join(filter(None, (owner, due, mitigation.reason)))
    return f"\n  {one_line(told)}" if told else ""


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
