"""The open questions: the unknown facts, by how much their answers can be expected to change.

What hangs on a fact is worked out in `stakes.py`; its root counts, as stakes are bands and lie far
apart. It is weighed by how likely somebody is to say something new of it: how often people can,
beyond what they describe (`vocabulary/telling.yaml`). What was answered of one element weighs less
on the others, to which the answer mostly extends; so does what the texts name in passing, what was
asked for in vain, and what an answer passed over. `asking.py` makes the turns of an interview of
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from math import sqrt

from threatwright.engine.by_identity import ByIdentity
from threatwright.engine.interview import focus
from threatwright.engine.interview.put import Put
from threatwright.engine.interview.questions import written_out
from threatwright.engine.interview.stakes import Staked, Stakes
from threatwright.engine.interview.told import ToldOfOthers
from threatwright.engine.probes.probing import probe_stakes
from threatwright.engine.reading.claims import settled_value
from threatwright.engine.rules.assessment import Assessment, Judged
from threatwright.engine.rules.draft import filled
from threatwright.model.document import ThreatModel
from threatwright.model.facts import NO, YES
from threatwright.model.interview import Question
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import SystemModel, is_inherited
from threatwright.model.terms import Coverage, Outcome
from threatwright.model.vocabulary import FactEntry, FactKey

PASSED_OVER = 0.6
"""Who answered one thing of what was asked, and left out another, more seldom can say that."""
REPEATED = 0.12
"""What holds of one element mostly holds of the others: asking again tells little that is new."""


def open_questions(model: ThreatModel, knowledge: Knowledge) -> tuple[Question, ...]:
    """Every question that could still change the model, the most valuable first."""
    return _open_questions(ByIdentity(model), ByIdentity(knowledge))


@lru_cache(maxsize=2)  # a report asks for them in several places
def _open_questions(
    model: ByIdentity[ThreatModel], knowledge: ByIdentity[Knowledge]
) -> tuple[Question, ...]:
    plan = Plan(Assessment(model.it.system, knowledge.it))
    return plan.questions(plan.open(model.it))


def settled(model: ThreatModel, knowledge: Knowledge) -> float:
    """Share of the model's risk that rests on what was stated, 0 to 1."""
    return Plan(Assessment(model.system, knowledge)).settled


def _stated_somewhere(system: SystemModel) -> set[FactKey]:
    """Facts of components that were stated of some element."""
    return {
        key
        for element in system.elements.values()
        for key, fact in element.facts.items()
        if fact.is_stated
    }


class Plan:
    """What is at stake on each open fact of one system."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.system = assessment.system
        self.knowledge = assessment.knowledge

    def open(self, model: ThreatModel) -> dict[str, float]:
        """What an answer to each question can be expected to change; the most valuable first.

        That is what hangs on it, times how likely it is that somebody can say something new.
        `model` is the one whose system this is a plan of. What was answered in words that told
        nothing of it is open, but not to be put again.
        """
        put, stated = Put(model, self.knowledge), _stated_somewhere(model.system)
        about, suited = focus.components(model), focus.gates(model, self.knowledge)
        known = {
            gate: said == YES
            for gate in self.knowledge.telling.gates
            if (said := settled_value(model.system.facts, gate)) in (YES, NO)
        }

        @cache  # many elements have the same facts
        def of_fact(key: FactKey) -> tuple[float, float]:
            is_new = key not in stated and not put.is_heard(key)
            told = self.knowledge.telling.of(key, known) * (1.0 if is_new else REPEATED)
            return told * suited.get(key, 1.0), put.patience_with(key)

        @cache
        def of_element(element: str) -> tuple[float, float]:
            return about.get(element, 1.0), put.patience_at(element)

        values: list[tuple[float, str]] = []
        for id_, value in self.values.items():
            if id_ not in put.settled:
                element, _, key = id_.rpartition(".")
                (told, patience), (share, patience_there) = of_fact(key), of_element(element)
                chance = told * share * min(patience, patience_there) * put.patience
                chance *= PASSED_OVER if id_ in put.passed_over else 1.0
                values.append((-round(sqrt(value) * chance, 4), id_))
        return {id_: -value for value, id_ in sorted(values)}

    def questions(self, values: Mapping[str, float]) -> tuple[Question, ...]:
        """The questions of these ids, each with its worth and the threats that hang on it."""
        titles, told = self._titles(values.keys()), ToldOfOthers(self.system, self.knowledge)
        return tuple(
            written_out(id_, value, titles[id_], self._entry(id_), self.system, told.about(id_))
            for id_, value in values.items()
        )

    def _entry(self, id_: str) -> FactEntry:
        return self.knowledge.fact_entries[id_.rpartition(".")[2]]

    @cached_property
    def _judged(self) -> tuple[Judged, ...]:
        """The verdicts on the system's own elements: what is inherited is for others to settle."""
        return tuple(
            j for j in self.assessment.judged if j.element is None or not is_inherited(j.element.id)
        )

    @cached_property
    def values(self) -> dict[str, float]:
        """What hangs on each question, by its id."""
        found: defaultdict[str, float] = defaultdict(float)
        for _, staked in self._staked:
            for id_, value in staked:
                found[id_] += value
        return {id_: round(value, 4) for id_, value in found.items()}

    def _titles(self, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Titles of the threats that hang on each question, most at stake first."""
        found: dict[str, defaultdict[str, float]] = {id_: defaultdict(float) for id_ in ids}
        for judged, staked in self._staked:
            for id_, value in staked:
                if id_ in found:
                    found[id_][self._title(judged)] += value
        return {
            id_: tuple(sorted(titles, key=lambda title: (-titles[title], title))[:5])
            for id_, titles in found.items()
        }

    @cached_property
    def _staked(self) -> tuple[tuple[Judged, Sequence[Staked]], ...]:
        """What each verdict puts on which questions."""
        stakes = Stakes(self.assessment)
        by_verdict = [(judged, stakes.of(judged)) for judged in self._judged]
        probes = [(judged, [(id_, value)]) for id_, judged, value in probe_stakes(self.assessment)]
        return (*by_verdict, *probes)

    @cached_property
    def settled(self) -> float:
        """Share of the risk that rests on statements, 0 to 1."""
        stakes = Stakes(self.assessment)
        total = settled = 0.0
        for judged in self._judged:
            if judged.element is None:
                continue
            found = self.assessment.at(judged.pattern, judged.element)
            if found.settled is None:
                weight = stakes.risk(judged)
                found.settled = weight, weight * self._certainty(judged)
            total += found.settled[0]
            settled += found.settled[1]
        return round(settled / total, 3) if total else 0.0

    def _certainty(self, judged: Judged) -> float:
        outcome = judged.verdict.outcome
        if outcome is Outcome.NOT_APPLICABLE:
            return 1.0
        if outcome is Outcome.NOT_ASSESSED:
            return 0.0
        known = self._controls_known(judged)
        return (0.5 if outcome is Outcome.APPLIES else 0.25) + 0.5 * known

    def _controls_known(self, judged: Judged) -> float:
        assert judged.element is not None
        standings = self.assessment.standings(judged.pattern, judged.element)
        askable = [s for s in standings if s.ask or s.coverage != Coverage.UNKNOWN]
        if not askable:
            return 1.0
        return sum(s.coverage is not Coverage.UNKNOWN for s in askable) / len(askable)

    def _title(self, judged: Judged) -> str:
        title = judged.pattern.title
        if judged.element is not None:
            return filled(title, judged.element, self.system)
        return title.replace("{element}", self._kind_name(judged.pattern))

    def _kind_name(self, pattern: Pattern) -> str:
        names = [self.knowledge.kind_entries[k].name for k in pattern.kinds[:1]]
        return f"the {names[0].lower()}" if names else "an element"
