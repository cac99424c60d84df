"""Holds a claim against a model: which threats it bears on there, and what they would come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from threatwright.engine.challenge.claim_places import Place, now, places_of, stands
from threatwright.engine.interview.supposed import supposed
from threatwright.engine.record.taken import question_name
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.risk import responds
from threatwright.model.challenge import (
    Against,
    Borne,
    Challenge,
    Countered,
    Placed,
    Recognised,
    Untouched,
)
from threatwright.model.claims import ClaimEntry, Confusion
from threatwright.model.conditions import FactIs, facts_in
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, Element
from threatwright.model.terms import Coverage, Effect
from threatwright.model.threats import AppliedMitigation, Threat

NONE_HERE = "None of the threats that it bears on is in this model."
_RANK = {Coverage.UNKNOWN: 0, Coverage.NONE: 0, Coverage.PARTIAL: 1, Coverage.FULL: 2}


class Challenger:
    """Holds claims against one model. Whatever they have in common is worked out once."""

    def __init__(self, model: ThreatModel, knowledge: Knowledge) -> None:
        self.model = model
        self.knowledge = knowledge
        self.assessment = Assessment(model.system, knowledge)

    def held(self, said: Recognised, at: Sequence[str] = ()) -> Challenge:
        """The claim against the model; `at` narrows it to some elements."""
        claim = self.knowledge.claim_entries[said.claim]
        return _One(self, claim, places_of(claim, self.model, self.knowledge, at)).told(said)


class _One:
    """One claim against the model."""

    def __init__(self, of: Challenger, claim: ClaimEntry, places: Sequence[Place]) -> None:
        self._claim = claim
        self._places = places
        self._model, self._knowledge = of.model, of.knowledge
        self._assessment = of.assessment
        self._at: dict[str, set[str]] = {}
        for place in places:
            self._at.setdefault(place.fact.key, set()).add(place.element)

    def told(self, said: Recognised) -> Challenge:
        claim = self._claim
        borne = sorted(self._borne(), key=lambda b: (b.fully - b.residual, -b.residual, b.threat))
        return Challenge(
            claim=claim.id,
            name=claim.name,
            words=said.words,
            likeness=said.likeness,
            publisher=claim.publisher,
            is_=claim.is_,
            bears_on=tuple(borne),
            nothing=claim.nothing or ("" if borne else NONE_HERE),
            untouched=tuple(self._untouched({b.threat for b in borne})),
            against=tuple(_each_once((*self._contradicted(), *self._stated_otherwise()))),
            places=tuple(map(self._placed, self._places)),
            evidence=claim.evidence,
            ask=claim.ask,
            false_if=claim.false_if,
            references=tuple(map(self._knowledge.cite, claim.references)),
        )

    # what it bears on

    @cached_property
    def _fully(self) -> dict[str, Threat]:
        values = {p.question: p.fully for p in self._places if not stands(p, p.fully, self._model)}
        return self._with(values)

    @cached_property
    def _partly(self) -> dict[str, Threat] | None:
        """None if a part of the claim would be nothing."""
        parts = {p.question: p.partly for p in self._places if p.partly}
        if not parts:
            return None
        places = [p for p in self._places if p.partly and not stands(p, p.partly, self._model)]
        return self._with({p.question: p.partly for p in places if p.partly})

    def _with(self, values: dict[str, str]) -> dict[str, Threat]:
        found = self._model
        if values:
            found = supposed(self._model, values, self._knowledge, self._assessment)
        return {threat.id: threat for threat in found.threats}

    def _borne(self) -> Iterator[Borne]:
        for threat in self._model.threats:
            if threat.inherited:
                continue  # the file that it comes from answers for it
            counters = [m for m in threat.mitigations if self._is_countered(m)]
            after = self._fully.get(threat.id)
            fully = after.residual if after else 0
            if counters or fully != threat.residual:
                yield self._of(threat, counters, fully)

    def _is_countered(self, applied: AppliedMitigation) -> bool:
        if applied.id in self._claim.mitigations:
            return True
        fact = self._knowledge.mitigation_entries[applied.id].fact
        if fact is None or all(one.fact != fact for one in self._claim.states):
            return False
        here = self._at.get(fact, set()).intersection(applied.at)
        return bool(here) or not self._carriers(applied)

    def _carriers(self, applied: AppliedMitigation) -> list[str]:
        """The elements where it would act that can have its control."""
        key = self._knowledge.mitigation_entries[applied.id].fact
        if key is None:
            return []
        fact = self._knowledge.fact_entries[key]
        able = {c.id for c in self._model.system.of_kind(fact.applies_to)}
        return [id_ for id_ in applied.at if id_ == SYSTEM or id_ in able]

    def _of(self, threat: Threat, counters: Sequence[AppliedMitigation], fully: int) -> Borne:
        partly: int | None = None
        if self._partly is not None:
            after = self._partly.get(threat.id)
            partly = after.residual if after else 0
        return Borne(
            threat=threat.id,
            pattern=threat.pattern or "",
            title=threat.title,
            element=self._model.system.name_of(threat.element),
            level=threat.level,
            risk=threat.risk,
            residual=threat.residual,
            fully=fully,
            partly=partly,
            mitigations=tuple(
                Countered(id=m.id, title=m.title, effect=m.effect, coverage=m.coverage)
                for m in counters
            ),
            but=_because(self._claim.limits, threat),
            still=self._still(threat, counters) if fully == threat.residual else "",
        )

    def _still(self, threat: Threat, counters: Sequence[AppliedMitigation]) -> str:
        """Why the claim, though it held, would leave the residual risk as it is."""
        asked = [m for m in counters if self._knowledge.mitigation_entries[m.id].fact]
        if not asked:
            return "the model has no question that it could answer, so it earns no credit"
        if not any(map(self._carriers, asked)):
            return "nothing that is drawn here could have it"
        if all(_RANK[m.coverage] == _RANK[Coverage.FULL] for m in asked):
            return "that is stated already"
        effects = {m.effect for m in asked}
        if effects == {Effect.DETECTS} and not responds(self._model.system, self._knowledge):
            return "it only detects, and nobody is stated to respond"
        if threat.residual_likelihood == 1 and Effect.RECOVERS not in effects:
            return "its likelihood is as low as it goes"
        if effects == {Effect.DETECTS}:
            return "to detect lowers nothing further here"
        return "as much is stated already, or another control does as much"

    # what it does not touch

    def _untouched(self, borne: set[str]) -> Iterator[Untouched]:
        for confusion in self._claim.untouched:
            threats = [
                t
                for t in self._model.threats
                if t.pattern in confusion.patterns and t.id not in borne
            ]
            if threats:
                yield Untouched(
                    threats=tuple(t.id for t in threats),
                    titles=tuple(t.title for t in threats),
                    residual=max(t.residual for t in threats),
                    because=confusion.because,
                )

    # what speaks against it

    def _stated_otherwise(self) -> Iterator[Against]:
        """Where the model states less than a part of the claim, or something else."""
        for place in self._places:
            fact = now(place, self._model)
            if fact is not None and fact.provenance.is_stated and _is_less(place, fact):
                wanted = place.fact.choice(place.fully)
                yield Against(
                    stated=self._assessment.wording.stated(f"fact:{place.question}"),
                    because=f"The claim says “{wanted.label if wanted else place.fully}”.",
                )

    def _contradicted(self) -> Iterator[Against]:
        for contradiction in self._claim.against:
            for element in self._model.system.elements.values():
                if self._assessment.evaluator.is_stated(contradiction.if_, element):
                    for atom in facts_in(contradiction.if_):
                        if stated := self._stated(atom, element):
                            yield Against(stated=stated, because=contradiction.because)

    def _stated(self, atom: FactIs, element: Element) -> str:
        holder = SYSTEM if atom.scope == "system" else element.id
        fact = self._model.system.fact(holder, atom.key)
        if fact is None or not fact.is_stated:
            return ""
        return self._assessment.wording.stated(f"fact:{holder}.{atom.key}")

    # where it would be put

    def _placed(self, place: Place) -> Placed:
        fact = now(place, self._model)
        choice = place.fact.choice(fact.value) if fact else None
        return Placed(
            question=place.question,
            about=question_name(place.question, self._model.system, self._knowledge),
            now=choice.label if choice and fact and fact.provenance.is_stated else "",
            fully=place.fully,
            partly=place.partly,
            stands=stands(place, place.fully, self._model),
        )


def _each_once(found: Iterable[Against]) -> Iterable[Against]:
    """One reason for each thing that is stated: the first."""
    first: dict[str, Against] = {}
    for one in found:
        first.setdefault(one.stated, one)
    return first.values()


def _because(confusions: Iterable[Confusion], threat: Threat) -> str:
    return next((one.because for one in confusions if threat.pattern in one.patterns), "")


def _is_less(place: Place, fact: Fact) -> bool:
    """Whether any side says less than a part of the claim does."""
    least = place.fact.choice(place.partly or place.fully)
    for value in (fact.value, *(claim.value for claim in fact.against)):
        choice = place.fact.choice(value)
        if choice is None or least is None or value in (place.fully, place.partly):
            continue
        if choice.coverage is None or least.coverage is None:
            return True
        if _RANK[choice.coverage] < _RANK[least.coverage]:
            return True
    return False
