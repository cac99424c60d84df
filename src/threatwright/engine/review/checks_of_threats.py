"""What a gate may ask of threats: how much risk is left, who decided, what is shown."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.decisions.settled import settled, unsettled
from threatwright.engine.review.case import Case, Found, Rule
from threatwright.engine.review.shown import unshown
from threatwright.knowledge.current import outdated
from threatwright.model.objections import Section
from threatwright.model.system import Flow
from threatwright.model.terms import Coverage, Level
from threatwright.model.threats import Threat

MOST_NAMED = 3


def _too_high(case: Case) -> Iterator[Found]:
    limits = case.limits
    if limits is None:
        return
    by = case.today, case.ids
    for threat in case.threats:
        above = limits.above(threat, case.knowledge.risk)
        if above is None:
            continue
        of = f" for {above.dimension}" if above.dimension else ""
        within = f"within the appetite of {limits.publisher}" if limits.publisher else "allowed"
        why = unsettled(threat, *by) or settled(threat, *by)
        yield Found(
            subject=threat.id,
            text=f"{threat.title}: residual risk {above.risk}{of} is {above.level}; at most "
            f"{above.limit} is {within}, and {why}",
            section=Section.THREATS,
            id=threat.id,
            level=above.level,
            weight=above.risk,
            why="; ".join((*threat.likelihood_reasons, *threat.impact_reasons)),
            fix=_lowered_by(threat),
            settled=settled(threat, *by),
            references=threat.references,
        )


def _lowered_by(threat: Threat) -> str:
    open_ = [m.title for m in threat.mitigations if m.coverage is not Coverage.FULL]
    decide = "decide on it with a reason"
    if not open_:
        return f"Nothing more is known that lowers it: {decide}."
    more = f" and {len(open_) - MOST_NAMED} more" if len(open_) > MOST_NAMED else ""
    return (
        f"Put in place, or state how far it is: {', '.join(open_[:MOST_NAMED])}{more}. Or {decide}."
    )


def _undecided(case: Case) -> Iterator[Found]:
    if not case.demands.decisions:
        return
    by = case.today, case.ids
    for threat in case.threats:
        if why := unsettled(threat, *by):
            yield Found(
                subject=threat.id,
                text=f"{threat.title} ({threat.level} {threat.risk}): {why}",
                section=Section.THREATS,
                id=threat.id,
                level=case.knowledge.risk.level(threat.residual),
                references=threat.references,
            )


def _references(case: Case) -> Iterator[Found]:
    if not case.demands.verified:
        return
    for threat in filter(case.is_looked_at, case.in_file):
        cited = (*threat.references, *(s.technique for s in threat.attack_path if s.technique))
        wrong = [why for one in dict.fromkeys(cited) if (why := outdated(one, case.knowledge))]
        if wrong:
            text = f"{threat.title}: {'; '.join(wrong)}"
            yield Found(threat.id, text, Section.THREATS, threat.id, Level.MEDIUM)


def _claimed(case: Case) -> Iterator[Found]:
    if case.demands.verified:
        for claim in unshown(case.derived.model, case.threats, case.knowledge):
            element = case.model.system.elements.get(claim.element)
            section = Section.FLOWS if isinstance(element, Flow) else Section.COMPONENTS
            yield Found(
                subject=claim.id,
                text=claim.text,
                section=section if element is not None else Section.SYSTEM,
                id=claim.element if element is not None else "",
                why=f"It lowers the residual risk of: {', '.join(claim.threats[:MOST_NAMED])}"
                + (" and others." if len(claim.threats) > MOST_NAMED else "."),
                level=Level.MEDIUM,
            )


RULES = (
    Rule(
        "max-residual",
        "A residual risk is higher than is allowed.",
        "What is left of it, after the controls that are stated to be in place, is above the "
        "limit that was set, or the appetite that the risk table of your organisation states.",
        "Lower it, or decide on it with a reason.",
        _too_high,
    ),
    Rule(
        "undecided",
        "Nobody decided about a threat.",
        "A draft is a proposal until somebody has accepted, rejected or transferred each threat, "
        "and said why.",
        "Decide on it with a reason: threatwright review FILE, or in the user interface.",
        _undecided,
    ),
    Rule(
        "reference-not-current",
        "A reference is not one of the catalogues at hand.",
        "An id that was renumbered, renamed or retired leads a reader to something else.",
        "Draft the model anew with the catalogues of today: threatwright draft FILE -o FILE",
        _references,
    ),
    Rule(
        "mitigation-without-evidence",
        "A control is claimed to be in place, and nothing shows it.",
        "A choice on a form is a claim. Evidence is words that can be held against something: a "
        "line of a document, an import, or what a person says of how it is done.",
        "Answer it anew in words (which setting, which runbook, which test), or hand in the "
        "document that states it.",
        _claimed,
    ),
)
