"""A draft with what people stated, and the words and ratings that they put in place of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.engine.contributions.suggested import Made, Suggestions
from threatwright.engine.decisions.rewording import as_it_reads
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.risk import Standing, judged
from threatwright.model.contributions import Proposed, Rating, Suggested
from threatwright.model.journal import Edited, JournalEntry, Stated, standing
from threatwright.model.terms import Origin
from threatwright.model.threats import ByRule, Evidence, Threat, by_risk


def with_stated(
    threats: Sequence[Threat], journal: Sequence[JournalEntry], assessment: Assessment
) -> tuple[Threat, ...]:
    """The threats with those that people stated; each worded and rated as people last did."""
    entries = standing(tuple(journal))
    stated = [e for e in entries if isinstance(e, Stated)]
    edited = [e for e in entries if isinstance(e, Edited)]
    if not (stated or edited):
        return tuple(threats)
    hand = _Hand(entries, assessment)
    found = {threat.id: threat for threat in (*threats, *hand.stated(stated))}
    for entry in edited:
        if (threat := found.get(entry.threat)) is not None and not threat.inherited:
            found[threat.id] = hand.edited(threat, entry)
    for entry in {entry.threat: entry for entry in edited}.values():
        if (threat := found.get(entry.threat)) is not None:
            found[threat.id] = _told(threat, entry)
    return tuple(sorted(found.values(), key=by_risk))


class _Hand:
    """What people do to a draft."""

    def __init__(self, entries: Sequence[JournalEntry], assessment: Assessment) -> None:
        self._assessment = assessment
        self._suggestions = Suggestions(assessment)
        self._patterns = {p.id: p for p in assessment.knowledge.patterns}
        self._suggested: dict[str, Suggested] = {}
        for entry in entries:
            if isinstance(entry, Proposed):
                self._suggested.update((one.id, one) for one in entry.suggested)
            elif isinstance(entry, Stated):
                self._suggested[entry.threat.id] = entry.threat

    def stated(self, entries: Sequence[Stated]) -> Iterator[Threat]:
        """The threats that people stated, of elements that are there."""
        for entry in entries:
            made = self._made(entry.threat, _by(entry, "stated"))
            if made is not None:
                notes = (f"A part of {entry.of}, which was split.",) if entry.of else ()
                yield made.threat.model_copy(
                    update={"origin": Origin.PERSON, "notes": (*made.threat.notes, *notes)}
                )

    def _made(self, suggested: Suggested, by: Evidence) -> Made | None:
        return self._suggestions.threat(suggested, by)

    def edited(self, threat: Threat, entry: Edited) -> Threat:
        """The threat as a person has it; what is proposed stays beside it."""
        likelihood, likely = _moved(threat.likelihood, threat.likelihood_reasons, entry.likelihood)
        impact, grave = _moved(threat.impact, threat.impact_reasons, entry.impact)
        changed = threat.model_copy(
            update={
                "title": entry.title or threat.title,
                "scenario": entry.scenario or threat.scenario,
                "likelihood_reasons": likely,
                "impact_reasons": grave,
                "proposed": threat.proposed or as_it_reads(threat),
                "evidence": (*threat.evidence, _by(entry, "edited")),
            }
        )
        return self._rated(changed, likelihood, impact)

    def _rated(self, threat: Threat, likelihood: int, impact: int) -> Threat:
        if (likelihood, impact) == (threat.likelihood, threat.impact):
            return threat
        against = self._standings(threat)
        left = self._assessment.risk.residual(likelihood, impact, against)
        risk = likelihood * impact
        return threat.model_copy(
            update={
                **judged(threat, likelihood, impact),
                "likelihood": likelihood,
                "impact": impact,
                "risk": risk,
                "level": self._assessment.knowledge.risk.level(risk),
                "residual": left.likelihood * left.impact,
                "residual_likelihood": left.likelihood,
                "residual_impact": left.impact,
                "residual_reasons": left.reasons,
            }
        )

    def _standings(self, threat: Threat) -> Sequence[Standing]:
        if threat.pattern in self._patterns:
            element = self._assessment.system.elements[threat.element]
            return self._assessment.standings(self._patterns[threat.pattern], element)
        suggested = self._suggested.get(threat.id)
        made = suggested and self._made(suggested, threat.evidence[0])
        return made.standings if made else ()


def _by(entry: Stated | Edited, what: str) -> Evidence:
    who = ", ".join(filter(None, (entry.by, entry.role))) or "a person"
    return Evidence(kind="answer", ref=f"answer:{entry.n}", text=f"{what} by {who}")


def _moved(
    value: int, reasons: tuple[str, ...], rating: Rating | None
) -> tuple[int, tuple[str, ...]]:
    if rating is None:
        return value, reasons
    return rating.value, (f"a reviewer rates it {rating.value}: {rating.because}", *reasons)


def _told(threat: Threat, entry: Edited) -> Threat:
    """The threat, with a note if what is proposed is not what its last editor read."""
    if entry.read is None or threat.proposed == entry.read:
        return threat
    note = f"Since a person edited it, the draft says otherwise. It said: {_words(entry.read)}"
    return threat.model_copy(update={"notes": (*threat.notes, note)})


def _words(read: ByRule) -> str:
    rated = f"likelihood {read.likelihood}, impact {read.impact}"
    return f"{read.title}. {read.scenario} ({rated})"
