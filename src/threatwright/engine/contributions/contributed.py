"""A draft with what a language model contributed to it: worded, rated, disputed, added, criticised.

What it is about may be gone since: then it has no effect, and has it again once that is back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.engine.contributions.contributed_words import by_rule, reworded, with_words
from threatwright.engine.contributions.suggested import Suggestions
from threatwright.engine.reading.doubts import doubts, holding
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.risk import Standing, judged
from threatwright.model.contributions import (
    Calibrated,
    Criticised,
    Doubted,
    Merged,
    Proposed,
    Rating,
    Suggested,
    Tailored,
)
from threatwright.model.journal import Decided, JournalEntry, standing
from threatwright.model.system import SYSTEM
from threatwright.model.terms import Status
from threatwright.model.threats import Evidence, Threat, by_risk


def contributed(
    threats: Sequence[Threat], journal: Sequence[JournalEntry], assessment: Assessment
) -> tuple[Threat, ...]:
    """The threats that the rules draft, with what the standing contributions make of them."""
    entries = standing(tuple(journal))
    proposals = [e for e in entries if isinstance(e, Proposed)]
    criticised = next((e for e in reversed(entries) if isinstance(e, Criticised)), None)
    if not proposals and criticised is None:
        return tuple(threats)
    decided = {e.threat: e for e in entries if isinstance(e, Decided)}
    drafting = _Drafting(threats, assessment, decided)
    for proposed in _last(proposals):
        drafting.propose(proposed)
    for proposed in reversed(proposals):
        drafting.keep(proposed)
    drafting.doubt(doubts(entries))
    if criticised is not None:
        drafting.criticise(criticised)
    drafting.reword(proposals)
    return tuple(sorted(drafting.threats.values(), key=by_risk))


def uncriticised(journal: Sequence[JournalEntry]) -> tuple[JournalEntry, ...]:
    """A journal as if nobody had looked at the whole draft yet."""
    return tuple(e for e in journal if not isinstance(e, Criticised))


def _last(proposals: Sequence[Proposed]) -> Sequence[Proposed]:
    """Of each element the last, in order of element."""
    last = {proposed.element: proposed for proposed in proposals}
    return [last[element] for element in sorted(last)]


class _Drafting:
    """The draft while it takes contributions in."""

    def __init__(
        self, threats: Sequence[Threat], assessment: Assessment, decided: dict[str, Decided]
    ) -> None:
        self.threats = {threat.id: threat for threat in threats}
        self._assessment = assessment
        self._decided = decided
        self._patterns = {p.id: p for p in assessment.knowledge.patterns}
        self._suggestions = Suggestions(assessment)
        self._standings: dict[str, Sequence[Standing]] = {}
        """Of suggested threats, by id."""

    def propose(self, proposed: Proposed) -> None:
        """Take in what was made of an element."""
        stale = tuple(self._changed(proposed))
        for tailored in proposed.tailored:
            if (threat := self._of_a_rule(tailored.threat)) is not None:
                notes = (*stale, tailored.note) if tailored.note else stale
                self._put(self._tailored(threat, tailored, proposed), notes)
        for disputed in proposed.disputed:
            if (threat := self._of_a_rule(disputed.threat)) is not None:
                disputing = threat.model_copy(
                    update={
                        "dispute": disputed.because,
                        "evidence": (*threat.evidence, by_model(proposed, "disputed")),
                    }
                )
                self._put(disputing, stale)
        for suggested in proposed.suggested:
            self._suggest(suggested, proposed, stale)

    def keep(self, proposed: Proposed) -> None:
        """Have what was suggested once stay where a reviewer decided on it."""
        for suggested in proposed.suggested:
            decision = self._decided.get(suggested.id)
            if (
                decision is not None
                and decision.n > proposed.n
                and decision.status is not Status.PROPOSED
                and suggested.id not in self.threats
            ):
                self._suggest(suggested, proposed, (KEPT,))

    def _suggest(self, suggested: Suggested, proposed: Proposed, notes: tuple[str, ...]) -> None:
        made = self._suggestions.threat(suggested, by_model(proposed, "drafted"))
        if made is not None:
            self._standings[suggested.id] = made.standings
            self._put(made.threat, (*notes, suggested.note) if suggested.note else notes)

    def _put(self, threat: Threat, notes: tuple[str, ...]) -> None:
        added = tuple(note for note in notes if note not in threat.notes)
        self.threats[threat.id] = threat.model_copy(update={"notes": (*threat.notes, *added)})

    def _of_a_rule(self, id_: str) -> Threat | None:
        """The threat, if it is there, is the model's own, and follows from a rule."""
        threat = self.threats.get(id_)
        return threat if threat and threat.pattern in self._patterns else None

    def doubt(self, doubted: Sequence[Doubted]) -> None:
        """Say at the threats of a part, or of what a fact is about, that this is in doubt."""
        system, wording = self._assessment.system, self._assessment.wording
        for doubt in holding(doubted, system):
            element = doubt.about.rpartition(".")[0] if doubt.value else doubt.about
            what = (
                wording.statement(f"fact:{doubt.about}") if doubt.value else system.name_of(element)
            )
            words = f" The text has “{doubt.words}”." if doubt.words else ""
            note = f"The language model holds this to be misread: {what}. {doubt.because}{words}"
            for threat in list(self.threats.values()):
                if threat.element == element or _rests_on(threat, doubt.about):
                    self._put(threat, (note,))

    # --- words and ratings --------------------------------------------------------------------

    def _tailored(self, threat: Threat, tailored: Tailored, proposed: Proposed) -> Threat:
        done = [
            word
            for word, is_so in (
                ("worded", tailored.title or tailored.scenario),
                ("rated", tailored.likelihood or tailored.impact),
            )
            if is_so
        ]
        worded = threat.model_copy(
            update={
                "title": tailored.title or threat.title,
                "scenario": tailored.scenario or threat.scenario,
                "by_rule": by_rule(threat),
                "evidence": (
                    *threat.evidence,
                    by_model(proposed, f"{' and '.join(done)} for this system"),
                ),
            }
        )
        return self._rated(worded, tailored.likelihood, tailored.impact, "the language model")

    def _rated(
        self, threat: Threat, likelihood: Rating | None, impact: Rating | None, who: str
    ) -> Threat:
        """The threat with other ratings. The reasons for those before stay beside the new ones."""
        one, reasons = _moved(threat.likelihood, threat.likelihood_reasons, likelihood, who)
        other, grounds = _moved(threat.impact, threat.impact_reasons, impact, who)
        if (one, other) == (threat.likelihood, threat.impact):
            return threat
        left = self._assessment.risk.residual(one, other, self._standing_against(threat))
        risk = one * other
        return threat.model_copy(
            update={
                **judged(threat, one, other),
                "likelihood": one,
                "likelihood_reasons": reasons,
                "impact": other,
                "impact_reasons": grounds,
                "risk": risk,
                "level": self._assessment.knowledge.risk.level(risk),
                "residual": left.likelihood * left.impact,
                "residual_likelihood": left.likelihood,
                "residual_impact": left.impact,
                "residual_reasons": left.reasons,
            }
        )

    def _standing_against(self, threat: Threat) -> Sequence[Standing]:
        if threat.pattern is None:
            return self._standings.get(threat.id, ())
        element = self._assessment.system.elements[threat.element]
        return self._assessment.standings(self._patterns[threat.pattern], element)

    # --- criticism ----------------------------------------------------------------------------

    def criticise(self, criticised: Criticised) -> None:
        """Take in what was found when the whole draft was looked at."""
        for calibrated in criticised.calibrated:
            self._calibrate(calibrated, criticised)
        for merged in criticised.merged:
            self._merge(merged)
        for withdrawn in criticised.withdrawn:
            threat = self.threats.get(withdrawn.threat)
            if threat is not None and threat.pattern is None and not self._is_upheld(threat):
                del self.threats[threat.id]

    def _calibrate(self, calibrated: Calibrated, criticised: Criticised) -> None:
        threat = self.threats.get(calibrated.threat)
        if threat is None or (threat.pattern is not None and threat.pattern not in self._patterns):
            return
        who = "beside the whole draft, the language model"
        rated = self._rated(threat, calibrated.likelihood, calibrated.impact, who)
        if rated is threat:
            return
        update: dict[str, object] = {
            "evidence": (*rated.evidence, by_model(criticised, "rated anew"))
        }
        if threat.pattern is not None and threat.by_rule is None:
            update["by_rule"] = by_rule(threat)
        self.threats[threat.id] = rated.model_copy(update=update)

    def _merge(self, merged: Merged) -> None:
        """Withdraw a suggested threat into another; only mark any other as a duplicate."""
        threat, into = self.threats.get(merged.threat), self.threats.get(merged.into)
        if threat is None or into is None or threat.inherited:
            return
        if threat.pattern is None and not self._is_upheld(threat):
            del self.threats[threat.id]
            note = f"“{threat.title}” says the same and was taken into this: {merged.because}"
            if merged.is_worded_better and self._takes_words(into):
                into = with_words(into, threat)
            return self._put(into, (note,))
        marked = threat.model_copy(update={"duplicate_of": into.id})
        self._put(marked, (f"Says the same as “{into.title}”: {merged.because}",))

    def _takes_words(self, threat: Threat) -> bool:
        """Whether the words of another may take the place of its own."""
        return not (threat.inherited or threat.dispute or self._is_upheld(threat))

    def _is_upheld(self, threat: Threat) -> bool:
        """Whether a reviewer decided on it: a model does not overrule that."""
        decision = self._decided.get(threat.id)
        return decision is not None and decision.status is not Status.PROPOSED

    # --- what changed since -------------------------------------------------------------------

    def _changed(self, proposed: Proposed) -> Iterator[str]:
        """A note, if what was known when the model spoke is not so any more."""
        system, wording = self._assessment.system, self._assessment.wording
        names = []
        for known in proposed.known:
            id_, _, value = known.partition("=")
            element, _, key = id_.rpartition(".")
            fact = system.fact(element, key)
            if fact is None or fact.value != value:
                of = "the system" if element == SYSTEM else system.name_of(element)
                names.append(f"{wording.fact_name(key)} of {of}")
        if names:
            yield f"The language model spoke before this changed: {'; '.join(names)}."

    def reword(self, proposals: Sequence[Proposed]) -> None:
        """Say where words were put in the place of those that a reviewer decided on."""
        for threat, note in reworded(self.threats, self._decided, proposals):
            self._put(threat, (note,))


def _rests_on(threat: Threat, about: str) -> bool:
    """Whether a fact is among the evidence of a threat."""
    return any(about in evidence.ref for evidence in threat.evidence)


KEPT = "The language model did not suggest it again; it stays because it was decided on."


ASKED_WITH = {"proposed": "draft_threats", "criticised": "criticise_threats"}
"""Type of entry → name of the prompt."""


def by_model(entry: Proposed | Criticised, what: str) -> Evidence:
    """That a model had part in it, and what it was asked with."""
    text = f"{what}, asked with {ASKED_WITH[entry.type]} {entry.ground[:12]}"
    return Evidence(kind="llm", ref=f"llm:{entry.model}", text=text)


def _moved(
    value: int, reasons: tuple[str, ...], rating: Rating | None, who: str
) -> tuple[int, tuple[str, ...]]:
    if rating is None or rating.value == value:
        return value, reasons
    said = f"{who} rates it {rating.value}, not {value}: {rating.because}"
    return rating.value, (said, *reasons)
