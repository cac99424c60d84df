"""The open questions: the unknown facts, by how much their answers can be expected to change.

Each undecided pattern puts its risk on the facts that would decide it, shared equally and weighed
by how likely each is so; each control of unknown coverage puts the residual risk that it could move
on the fact that would state it. What was answered of one element weighs less on the others, to
which the answer mostly extends. `asking.py` makes the turns of an interview of them.
"""

from __future__ import annotations

from functools import cached_property

from threatwright.engine.assessment import Assessment, Judged
from threatwright.engine.draft import filled
from threatwright.engine.probing import probe_stakes
from threatwright.engine.questions import written_out
from threatwright.engine.risk import clamp
from threatwright.model.document import ThreatModel
from threatwright.model.facts import YES
from threatwright.model.interview import Question
from threatwright.model.journal import Answered, Skipped, Unknown, standing
from threatwright.model.knowledge import FactKey, Knowledge, Pattern
from threatwright.model.system import SYSTEM, Component, SystemModel, is_inherited
from threatwright.model.terms import ComponentKind, Coverage, FactClass, Outcome

ASSUMPTION_WEIGHT = 0.3
"""What is already assumed is more likely than not so; confirming it changes less."""
CONTROL_WEIGHT = 0.35
"""A control moves risk, an undecided pattern makes or unmakes a threat."""
REPEATED = 0.12
"""What holds of one element mostly holds of the others: asking again tells little that is new."""
UNLIKELY = 0.1
"""How likely something is that only a system of another sort would have."""


_MAY_BE_ABSENT = frozenset({FactClass.CAPABILITY, FactClass.EXPOSURE})


def open_questions(model: ThreatModel, knowledge: Knowledge) -> tuple[Question, ...]:
    """Every question that could still change the model, the most valuable first."""
    plan = Plan(Assessment(model.system, knowledge))
    return tuple(plan.question(id_, value) for id_, value in plan.open(model).items())


def settled(model: ThreatModel, knowledge: Knowledge) -> float:
    """Share of the model's risk that rests on what was stated, 0 to 1."""
    return Plan(Assessment(model.system, knowledge)).settled


def _heard(model: ThreatModel) -> set[str]:
    """Facts of components that were stated of some element, or of which somebody was asked."""
    stated = {
        key
        for element in model.system.elements.values()
        for key, fact in element.facts.items()
        if fact.is_stated
    }
    asked = (
        id_
        for entry in standing(model.journal)
        if isinstance(entry, Answered | Unknown | Skipped)
        for id_ in (entry.question, *(() if isinstance(entry, Answered) else entry.also))
    )
    return stated | {key for id_ in asked for _, _, key in (id_.rpartition("."),)}


def _asked(model: ThreatModel) -> set[str]:
    """Questions not to be put again: answered, not known or put off.

    One whose sources differ now is put again, and one that was answered with something else.
    """
    spoken_of = _spoken_of(model.system)
    return {
        id_
        for entry in standing(model.journal)
        if isinstance(entry, Answered | Unknown | Skipped)
        and not _is_aside(entry, spoken_of, model.system)
        for id_ in (entry.question, *(() if isinstance(entry, Answered) else entry.also))
        if not _is_conflict(model.system, id_)
    }


def _is_aside(
    entry: Answered | Unknown | Skipped, spoken_of: set[str], system: SystemModel
) -> bool:
    """Whether a free answer told us something, but not what was asked."""
    if not isinstance(entry, Answered) or entry.value is not None:
        return False
    sources = {f"answer:{entry.n}", f"llm:answer:{entry.n}"}
    element, _, key = entry.question.rpartition(".")
    fact = system.fact(element, key)
    is_told = fact is not None and fact.provenance.source in sources
    return not sources.isdisjoint(spoken_of) and not is_told


def _spoken_of(system: SystemModel) -> set[str]:
    """Every answer that something in the system rests on."""
    elements = list(system.elements.values())
    held = [system.facts, *(element.facts for element in elements)]
    sources = {fact.provenance.source for facts in held for fact in facts.values()}
    return sources | {element.provenance.source for element in elements}


def _is_conflict(system: SystemModel, question: str) -> bool:
    element, _, key = question.rpartition(".")
    fact = system.fact(element, key)
    return fact is not None and fact.is_conflict


class Plan:
    """What is at stake on each open fact of one system."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.system = assessment.system
        self.knowledge = assessment.knowledge

    def open(self, model: ThreatModel) -> dict[str, float]:
        """What an answer to each question can be expected to change; the most valuable first.

        That is what hangs on it, times how likely it is that somebody can say something new.
        `model` is the one whose system this is a plan of.
        """
        asked, heard = _asked(model), _heard(model)

        def chance(key: FactKey) -> float:
            return self.knowledge.theme_of(key).known * (REPEATED if key in heard else 1.0)

        values = {
            id_: round(value * chance(id_.rpartition(".")[2]), 4)
            for id_, value in self.values.items()
            if id_ not in asked
        }
        return dict(sorted(values.items(), key=lambda item: (-item[1], item[0])))

    def question(self, id_: str, value: float) -> Question:
        """The question, with the threats that hang on it."""
        entry = self.knowledge.fact_entries[id_.rpartition(".")[2]]
        return written_out(id_, value, self.titles(id_), entry, self.system)

    @cached_property
    def _judged(self) -> tuple[Judged, ...]:
        """The verdicts on the system's own elements: what is inherited is for others to settle."""
        return tuple(
            j for j in self.assessment.judged if j.element is None or not is_inherited(j.element.id)
        )

    @cached_property
    def values(self) -> dict[str, float]:
        """What hangs on each question, by its id."""
        return {
            id_: round(sum(value for _, value in parts), 4) for id_, parts in self._stakes.items()
        }

    def titles(self, id_: str) -> tuple[str, ...]:
        """Titles of the threats that hang on a question, most at stake first."""
        titles: dict[str, float] = {}
        for judged, value in self._stakes[id_]:
            title = self._title(judged)
            titles[title] = titles.get(title, 0.0) + value
        return tuple(sorted(titles, key=lambda title: (-titles[title], title))[:5])

    @cached_property
    def _stakes(self) -> dict[str, list[tuple[Judged, float]]]:
        """What each verdict puts on each question."""
        found: dict[str, list[tuple[Judged, float]]] = {}
        for judged in self._judged:
            for id_, value in self._staked(judged):
                found.setdefault(id_, []).append((judged, value))
        for id_, judged, value in probe_stakes(self.assessment):
            found.setdefault(id_, []).append((judged, value))
        return found

    def _staked(self, judged: Judged) -> list[tuple[str, float]]:
        """What one verdict puts on each question."""
        place = judged.pattern.id, judged.element.id if judged.element else ""
        known = self.assessment.stakes
        if place not in known:
            known[place] = self._on_verdict(judged) + self._on_controls(judged)
        return known[place]

    @cached_property
    def settled(self) -> float:
        """Share of the risk that rests on statements, 0 to 1."""
        total = settled = 0.0
        for judged in self._judged:
            if judged.element is None:
                continue
            weight = self._at_stake(judged)
            total += weight
            settled += weight * self._certainty(judged)
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

    def _at_stake(self, judged: Judged) -> float:
        pattern, element = judged.pattern, judged.element
        if element is not None:
            return float(
                self.assessment.likelihood(pattern, element).value
                * self.assessment.impact(pattern, element).value
            )
        table = self.knowledge.risk
        stated = pattern.likelihood
        likelihood = clamp(table.effort[stated.effort] + table.access[stated.access])
        return float(likelihood * max(on.base for on in pattern.impact))

    def _on_verdict(self, judged: Judged) -> list[tuple[str, float]]:
        verdict = judged.verdict
        if verdict.outcome in (Outcome.APPLIES, Outcome.NOT_APPLICABLE):
            return []
        weight = self._at_stake(judged)
        keys = verdict.unknown
        if verdict.outcome is Outcome.ASSUMED or verdict.assumed:
            weight *= ASSUMPTION_WEIGHT
        ids = {id_ for key in keys for id_ in self._questions_for(key) if not is_inherited(id_)}
        return [(id_, weight * self._likely(id_) / len(ids)) for id_ in sorted(ids)]

    def _likely(self, id_: str) -> float:
        """How likely it is that an answer makes a threat: nobody mentions what is not there."""
        element, _, key = id_.rpartition(".")
        entry = self.knowledge.fact_entries[key]
        fact = self.system.fact(element, key)
        if entry.fact_class not in _MAY_BE_ABSENT or (fact is not None and fact.value is not None):
            return 1.0
        if entry.within is not None and not self._is_yes(entry.within):
            return min(entry.likely, UNLIKELY)
        parts = self.system.components
        if any(c.kind in entry.rare_with and c.provenance.is_stated for c in parts):
            return entry.likely * UNLIKELY
        return entry.likely

    def _is_yes(self, gate: str) -> bool:
        fact = self.system.facts.get(gate)
        return fact is not None and fact.value == YES

    def _on_controls(self, judged: Judged) -> list[tuple[str, float]]:
        if judged.element is None or judged.verdict.outcome not in (
            Outcome.APPLIES,
            Outcome.ASSUMED,
        ):
            return []
        likelihood = self.assessment.likelihood(judged.pattern, judged.element).value
        impact = self.assessment.impact(judged.pattern, judged.element).value
        found = []
        for standing_ in self.assessment.standings(judged.pattern, judged.element):
            if standing_.ask is None:
                continue
            effect = self.knowledge.risk.effects[standing_.countermeasure.effect]
            full = effect[Coverage.FULL]
            left = clamp(likelihood - full.likelihood) * clamp(impact - full.impact)
            found.append((standing_.ask, CONTROL_WEIGHT * (likelihood * impact - left)))
        return found

    def _questions_for(self, key: str) -> list[str]:
        """The questions whose answer would decide a key; none where only the drawing could."""
        kind, _, rest = key.partition(":")
        if kind == "fact":
            return [rest.split("=")[0].removesuffix("!")]
        if kind == "kind":
            gates = {
                self.knowledge.kind_entries[ComponentKind(part)].gate
                for part in rest.split("|")
                if part
            }
            return [
                f"{SYSTEM}.{gate}"
                for gate in sorted(g for g in gates if g)
                if self._open(SYSTEM, gate)
            ]
        if kind == "reach":
            element = rest.rpartition(".")[0]
            return self._exposure_questions(element)
        return []

    def _exposure_questions(self, element: str) -> list[str]:
        if self._open(SYSTEM, "outsiders"):
            return [f"{SYSTEM}.outsiders"]
        component = self.system.elements.get(element)
        if not isinstance(component, Component):
            return []
        return [
            f"{element}.{fact.key}"
            for fact in self.knowledge.facts_of(component.kind)
            if fact.key == "untrusted_content" and self._open(element, fact.key)
        ]

    def _open(self, element: str, key: str) -> bool:
        fact = self.system.fact(element, key)
        return key in self.knowledge.fact_entries and (fact is None or not fact.is_stated)
