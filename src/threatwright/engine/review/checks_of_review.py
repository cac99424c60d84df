"""What a gate asks of what people stood up for: accepted risk that still is so, and sign-offs."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.decisions.settled import is_expired
from threatwright.engine.record.decisions import decisions
from threatwright.engine.review.case import Case, Found, Rule
from threatwright.engine.review.signing import SHOWN, current, version_of
from threatwright.model.objections import Section
from threatwright.model.terms import Level, Status


def _expired(case: Case) -> Iterator[Found]:
    for threat in case.threats:
        if is_expired(threat, case.today):
            owner = f", owner {threat.owner}" if threat.owner else ""
            yield Found(
                subject=threat.id,
                text=f"{threat.title}: its acceptance ended on {threat.until}{owner}",
                section=Section.THREATS,
                id=threat.id,
                level=case.knowledge.risk.level(threat.residual),
                weight=threat.residual,
                references=threat.references,
            )


def _stale(case: Case) -> Iterator[Found]:
    """Acceptances whose threat is none any more, or has more risk left than was accepted."""
    for one in case.derived.model.stale:
        if one.status is Status.ACCEPTED and case.asks_for(one.threat):
            text = f"{one.title}: accepted, and no threat any more: {one.because}"
            yield Found(one.threat, text, Section.STALE, one.threat, level=Level.MEDIUM)
    decided = decisions(case.derived.model.journal)
    for threat in case.threats:
        then = decided[threat.id].residual if threat.id in decided else None
        if threat.status is Status.ACCEPTED and then is not None and threat.residual > then:
            yield Found(
                subject=threat.id,
                text=f"{threat.title}: residual risk {then} was accepted, and {threat.residual} "
                "is left now",
                section=Section.THREATS,
                id=threat.id,
                level=case.knowledge.risk.level(threat.residual),
                weight=threat.residual,
                references=threat.references,
            )


def _signed_off(case: Case) -> Iterator[Found]:
    model = case.derived.model
    if not case.demands.signed_off or current(model):
        return
    signed = model.scope.sign_off
    version = version_of(model)[:SHOWN]
    if signed:
        last = signed[-1]
        text = (
            f"{last.who} ({last.role}) signed off version {last.version[:SHOWN]}, and the model "
            f"is {version} now"
        )
    else:
        text = f"nobody signed off the model, version {version}"
    yield Found("sign-off", text, Section.ID)


RULES = (
    Rule(
        "acceptance-expired",
        "An accepted risk is accepted no longer.",
        "Whoever accepted it did so up to a day that is over.",
        "Decide anew: threatwright review FILE --accept ID --reason WHY --until DATE, or lower it.",
        _expired,
    ),
    Rule(
        "acceptance-stale",
        "What was accepted is not what is there.",
        "Its grounds are gone or have changed since: nobody accepted what is there now.",
        "Look at what changed, then decide anew, or put it away: threatwright review FILE "
        "--reopen ID",
        _stale,
    ),
    Rule(
        "not-signed-off",
        "Nobody signed off the model as it is.",
        "A sign-off is about one version; what changed since, nobody stood up for.",
        "Have it signed off: threatwright sign-off FILE --by NAME --role ROLE",
        _signed_off,
    ),
)
