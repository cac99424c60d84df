"""The threats, highest risk first, each with everything a reviewer needs to agree or to object."""

from __future__ import annotations

from collections.abc import Iterable

from threatwright.exchange import marks
from threatwright.exchange.publisher import marked
from threatwright.exchange.report import risk
from threatwright.exchange.report.content import Content, words
from threatwright.model.terms import Origin, Status
from threatwright.model.threats import Evidence, Step, Threat


def threats(content: Content) -> list[str]:
    """The section, as lines of Markdown."""
    if not content.standing:
        return []
    lines = ["## Threats", ""]
    for threat in content.standing:
        lines += _threat(content, threat)
    return lines


def rejected(content: Content) -> list[str]:
    """What a reviewer rejected, and why; nothing if nothing was."""
    rows = [
        (
            marks.text(t.title),
            content.name(t.element),
            marks.text(why_rejected(t)),
            marks.text(t.owner),
        )
        for t in content.rejected
    ]
    lines = marks.table(("Threat", "Element", "Reason", "Owner"), rows)
    return ["## Rejected in review", "", *lines] if lines else []


def why_rejected(threat: Threat) -> str:
    """The reviewer's reason, and the threat that says the same where that is why."""
    other = threat.duplicate_of
    names_it = not other or other in threat.reason
    return threat.reason if names_it else f"{threat.reason} (a duplicate of {other})"


def stale(content: Content) -> list[str]:
    """Decisions about what is no threat any more, each with what took its grounds away."""
    rows = [
        (
            f"{marks.text(one.title)} {marks.code(one.threat)}",
            f"{one.status} (entry {one.entry})",
            marks.text(one.reason),
            marks.text(one.owner),
            (f"{content.origin(one.cause)}: " if one.cause else "") + marks.text(one.because),
        )
        for one in content.model.stale
    ]
    lines = marks.table(("Threat", "Decision", "Reason", "Owner", "What changed"), rows)
    return ["## Stale decisions", "", STALE, "", *lines] if lines else []


STALE = (
    "Nothing makes these threats any more. The decisions are kept, and count again if a threat "
    "returns. Look at what changed before you rely on it."
)


def _threat(content: Content, threat: Threat) -> list[str]:
    return [
        f"### {content.numbers[threat.id]}. {marks.text(threat.title)}",
        "",
        *marks.table(
            ("STRIDE", "Stage", "Attacker", "Confidence", "Status"),
            [_facts(content, threat)],
        ),
        marks.paragraph(marks.text(threat.scenario)),
        "",
        *_contested(content, threat),
        *_part("Attack path", marks.numbered(_step(content, s) for s in threat.attack_path)),
        *risk.table(content, threat),
        *_part("Likelihood, factor by factor", _texts(threat.likelihood_reasons)),
        *_part("Impact, by what is harmed", _texts(threat.impact_reasons)),
        *_part("What controls in place take off", _texts(threat.residual_reasons)),
        *_part("What planned ones would take off", _texts(risk.planned_off(content, threat))),
        *_part("Assumptions", marks.bullets(map(marks.text, threat.assumptions))),
        *_part("Mitigations", _mitigations(content, threat)),
        *_references(content, threat),
        *_part("Evidence", marks.bullets(_evidence(content, e) for e in threat.evidence)),
        *_decision(threat),
        *_exception(threat),
        *_by_rule(threat),
        *_proposed(threat),
        *_part("To be known of this entry", marks.bullets(map(marks.text, threat.notes))),
        _identity(content, threat),
        "",
    ]


def _exception(threat: Threat) -> Iterable[str]:
    return (
        (f"**Does not apply when:** {marks.text(threat.not_when)}", "") if threat.not_when else ()
    )


def _contested(content: Content, threat: Threat) -> Iterable[str]:
    """What speaks against it, first of all: that is for the reviewer to decide."""
    if threat.dispute:
        yield from (f"**Disputed by a language model:** {marks.text(threat.dispute)}", "")
    if threat.duplicate_of:
        other = next((t for t in content.standing if t.id == threat.duplicate_of), None)
        named = content.link(other) if other else marks.code(threat.duplicate_of)
        yield from (f"**Perhaps the same as** {named}", "")


def _proposed(threat: Threat) -> Iterable[str]:
    """What the draft says, where a person worded or rated it otherwise."""
    draft = threat.proposed
    if draft is None:
        return
    rated = f"likelihood {draft.likelihood}, impact {draft.impact}"
    words_too = f": {marks.text(draft.title)}. {marks.text(draft.scenario)}"
    is_worded = (draft.title, draft.scenario) != (threat.title, threat.scenario)
    yield f"**Edited by a person; the draft proposes** ({rated}){words_too if is_worded else ''}"
    yield ""


def _by_rule(threat: Threat) -> Iterable[str]:
    """The rule's own words and ratings, where others stand in their place."""
    rule = threat.by_rule
    if rule is None:
        return
    rated = f"likelihood {rule.likelihood}, impact {rule.impact}"
    words_too = f": {marks.text(rule.title)}. {marks.text(rule.scenario)}"
    is_worded = (rule.title, rule.scenario) != (threat.title, threat.scenario)
    yield f"**The rule itself says** ({rated}){words_too if is_worded else ''}"
    yield ""


ADDED_BY = {
    Origin.PATTERN: "",
    Origin.LLM: " · added by a language model",
    Origin.PERSON: " · added by a person",
    Origin.IMPORT: " · imported",
}


def _identity(content: Content, threat: Threat) -> str:
    element = f"{content.name(threat.element)} {marks.code(threat.element)}"
    return f"On {element} · {marks.code(threat.id)}{ADDED_BY[threat.origin]}"


def _facts(content: Content, threat: Threat) -> tuple[str, ...]:
    return (
        ", ".join(words(s) for s in threat.stride),
        words(threat.stage),
        marks.text(risk.who(content, threat)),
        f"{threat.confidence:.0%}",
        threat.status.value,
    )


def _part(title: str, lines: list[str]) -> list[str]:
    return [f"**{title}**", "", *lines] if lines else []


def _step(content: Content, step: Step) -> str:
    flow = content.model.system.elements.get(step.via) if step.via else None
    via = f" (over {content.name(flow.id)})" if flow else ""
    return f"**{marks.text(step.name)}**: {marks.text(step.text)}{via}"


def _texts(texts: Iterable[str]) -> list[str]:
    return marks.bullets(map(marks.text, texts))


def _mitigations(content: Content, threat: Threat) -> list[str]:
    return marks.table(
        ("Mitigation", "Effect", "Where", "In place", "Status"),
        [
            (
                f"{marks.text(marked(m.title, m.publisher))} {marks.code(m.id)}",
                words(m.effect),
                ", ".join(content.name(element) for element in m.at),
                words(m.coverage) + (f", **{marks.text(m.probed)}**" if m.probed else ""),
                words(m.status),
            )
            for m in threat.mitigations
        ],
    )


def _references(content: Content, threat: Threat) -> list[str]:
    items = [
        f"{content.title_of_list(r)} {marks.text(r.edition)}: **{marks.text(r.id)}** "
        f"{marks.text(r.name)}"
        for r in threat.references
    ]
    return _part("References", marks.bullets(items or ["No entry of the catalogues fits."]))


def _evidence(content: Content, evidence: Evidence) -> str:
    origin = content.origin(evidence.ref)
    if names_its_kind(evidence):
        origin = f"{words(evidence.kind)} {origin}"
    return f"{origin}: {marks.text(evidence.text)}" if evidence.text else origin


def names_its_kind(evidence: Evidence) -> bool:
    """Whether its kind is to be said, as its reference does not tell."""
    return evidence.ref.partition(":")[0] != evidence.kind


def _decision(threat: Threat) -> Iterable[str]:
    if threat.status is Status.PROPOSED:
        return ()
    reason = f": {marks.text(threat.reason)}" if threat.reason else ""
    until = f" until {threat.until}" if threat.until else ""
    more = (("Owner", threat.owner), ("Due", str(threat.due or "")))
    told = "".join(f" {name}: {marks.text(value)}." for name, value in more if value)
    return (f"**{threat.status.value.capitalize()}{until}**{reason}{told}", "")
