"""A deterministic stakeholder who knows one labelled system, and the course of an interview.

The stakeholder reveals at most one fact to a question that fits, and otherwise does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from evals.systems import Known, LabelledSystem
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.said.answers import entries_for
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.journal import Source, SourceKind, Told
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Answer, DontKnow
from threatwright.model.vocabulary import FactKey

MOST_TOPICS = 3
"""A question about more topics at once is a blank: people answer one part and forget the rest."""

Asking = Callable[[ThreatModel], Question | None]
"""The next question on a model, if there is one."""


class Stakeholder:
    """Somebody who knows a system and has described it."""

    def __init__(self, system: LabelledSystem) -> None:
        self.told = [fact for fact in system.facts if not fact.hidden]
        """What was said so far, the description first."""
        self._untold = [fact for fact in system.facts if fact.hidden]

    def reveals(self, topics: Sequence[FactKey]) -> Known | None:
        """One fact that answers a question about the topics and was not told before, if any."""
        if len(topics) > MOST_TOPICS:
            return None
        fitting = next((fact for fact in self._untold if set(topics) & set(fact.about)), None)
        if fitting is not None:
            self._untold.remove(fitting)
            self.told.append(fitting)
        return fitting

    def has_told(self, topics: Sequence[FactKey]) -> bool:
        """Whether something that was said fits the question."""
        return any(set(topics) & set(fact.about) for fact in self.told)

    def has_answered(self, topic: FactKey) -> bool:
        """Whether something that was said states a choice of this very fact."""
        return any(topic in fact.value for fact in self.told)


@dataclass(frozen=True)
class Turn:
    """A question and what came of it."""

    question: Question
    revealed: Known | None
    was_told: bool
    """Something that was said before fits it."""
    was_answered: bool
    """What it leads with was said before."""

    @property
    def is_blank(self) -> bool:
        """No fact of the system fits, told or untold."""
        return self.revealed is None and not self.was_told

    @property
    def is_redundant(self) -> bool:
        """Only facts that were told before fit."""
        return self.revealed is None and self.was_told


@dataclass
class Course:
    """How one interview went."""

    system: LabelledSystem
    models: list[ThreatModel]
    """After the description, and after each question."""
    turns: list[Turn] = field(default_factory=list)
    told: list[Known] = field(default_factory=list)
    """All that was said in the end."""

    @property
    def hides(self) -> bool:
        """Whether there is anything to find that the description does not say."""
        return any(fact.hidden for fact in self.system.facts)

    def hidden_found(self, questions: int) -> float:
        """Share of the hidden facts that were told after so many questions; all, if there are none.

        A mean over systems of which some hide nothing is the better for them.
        """
        hidden = sum(fact.hidden for fact in self.system.facts)
        found = sum(turn.revealed is not None for turn in self.turns[:questions])
        return found / hidden if hidden else 1.0

    def closed(self, full: ThreatModel, questions: int) -> tuple[float, float]:
        """How much of the difference between the first draft and the full one is gone by then.

        (gone, all of it), in points of risk: shares of single systems would let one that has hardly
        anything left to find count as much as all others together.
        """
        at_first = difference(self.models[0], full)
        now = self.models[min(questions, len(self.models) - 1)]
        return at_first - difference(now, full), at_first


def first_draft(system: LabelledSystem, knowledge: Knowledge) -> ThreatModel:
    """The draft from the description."""
    source = Source(kind=SourceKind.PROSE, name="description.md", text=system.description)
    return begin(system.id, [source], knowledge)


def full_draft(system: LabelledSystem, knowledge: Knowledge) -> ThreatModel:
    """The draft with every fact told."""
    told = [Told(n=n, text=fact.text) for n, fact in enumerate(system.facts, 1)]
    return derive(record(first_draft(system, knowledge), *told), knowledge)


def difference(one: ThreatModel, other: ThreatModel) -> float:
    """Sum over all threats of how far their residual risks lie apart; absent counts as 0."""
    risks = [{t.id: t.residual for t in model.threats} for model in (one, other)]
    ids = risks[0].keys() | risks[1].keys()
    return float(sum(abs(risks[0].get(i, 0) - risks[1].get(i, 0)) for i in ids))


def interview(
    system: LabelledSystem,
    knowledge: Knowledge,
    asking: Asking,
    questions: int,
    known: Mapping[FactKey, str] = MappingProxyType({}),
) -> Course:
    """Ask the stakeholder of a system until nothing is worth asking, or `questions` were asked.

    `known` are choices that they give where no fact of theirs fits: whoever has a system can say
    whether there is a language model in it.
    """
    stakeholder = Stakeholder(system)
    course = Course(system, [first_draft(system, knowledge)])
    while len(course.turns) < questions and (question := asking(course.models[-1])):
        turn = put(question, stakeholder)
        course.turns.append(turn)
        course.models.append(_after(turn, course.models[-1], knowledge, known))
    course.told = stakeholder.told
    return course


def put(question: Question, stakeholder: Stakeholder) -> Turn:
    """What comes of a question."""
    was_told = stakeholder.has_told(question.facts)
    was_answered = stakeholder.has_answered(question.fact)
    return Turn(question, stakeholder.reveals(question.facts), was_told, was_answered)


def _after(
    turn: Turn, model: ThreatModel, knowledge: Knowledge, known: Mapping[FactKey, str]
) -> ThreatModel:
    said: Answer | DontKnow = DontKnow()
    if turn.revealed:
        said = Answer(text=turn.revealed.text)
    elif turn.question.fact in known:
        said = Answer(value=known[turn.question.fact])
    return derive(record(model, *entries_for(said, turn.question, model, knowledge)), knowledge)
