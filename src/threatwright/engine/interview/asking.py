"""The turns of an interview: which open questions are asked, in what company, and when to stop."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from threatwright.engine.interview.planner import Plan
from threatwright.engine.interview.put import Put
from threatwright.engine.rules.assessment import Assessment
from threatwright.model.document import ThreatModel
from threatwright.model.interview import CONFIRMED, Also, Progress, Question, Rest, besides
from threatwright.model.journal import Answered, Skipped, Unknown, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Depth
from threatwright.model.vocabulary import FactKey

WORTH = 0.02
"""A question is worth asking while it carries this share of what is still open…"""
LOOKED_AT = 50
"""…among as many of the most valuable: in a large system much is open, each part of it small…"""
WORTH_LEAST = 0.6
"""…and at least about what half the risk of one middling threat is worth (its root, 2), where three
in ten people can say something of it."""
NEAR = 0.5
"""A gate joins others while it is worth so much of what the first is worth."""
TOGETHER = 3
"""Facts in one breath. Asked for more, people answer one part and forget the rest."""
MOST = {Depth.QUICK: 6, Depth.STANDARD: 12}
"""How many questions a depth asks; a thorough interview asks all that are worth it."""


class _Weighed(Protocol):
    """What can be put in order: a question, or the place where one would be."""

    @property
    def id(self) -> str: ...
    @property
    def element(self) -> str: ...
    @property
    def fact(self) -> FactKey: ...
    @property
    def is_gate(self) -> bool: ...
    @property
    def value(self) -> float: ...


W = TypeVar("W", bound=_Weighed)
V = TypeVar("V", "Turn", Question)


class _Open(NamedTuple):
    """An open question that nobody has written out."""

    id: str
    element: str
    fact: FactKey
    is_gate: bool
    value: float


class Turn(NamedTuple):
    """Questions to ask in one breath, the most valuable of them first."""

    ids: tuple[str, ...]
    value: float
    """Theirs together."""


def turns(questions: Sequence[Question], knowledge: Knowledge) -> tuple[Question, ...]:
    """The open questions, up to three in one breath, the most valuable first.

    The most valuable of each leads, and lends the others its turn: an answer in free text may
    cover all of them. Values add up.
    """
    joined = (_in_one_breath(group) for group in _groups(questions, knowledge))
    return tuple(sorted(joined, key=lambda q: (-q.value, q.id)))


def worth_asking(model: ThreatModel, turns_: Iterable[V], depth: Depth) -> tuple[V, ...]:
    """Those whose answer would still change more than a little, as many as the depth leaves."""
    worth = _worth(tuple(turns_))
    most = MOST.get(depth)
    return worth if most is None else worth[: max(0, most - asked(model))]


def _worth(turns_: Sequence[V]) -> tuple[V, ...]:
    """Those whose answer would still change more than a little."""
    open_ = sum(heapq.nlargest(LOOKED_AT, (turn.value for turn in turns_)))
    least = max(WORTH_LEAST, WORTH * open_)
    return tuple(turn for turn in turns_ if turn.value >= least)


class Agenda:
    """What is open in one model, and what of it is asked at a depth.

    Of the many questions that are open, only those that are shown are written out.
    """

    def __init__(self, model: ThreatModel, assessment: Assessment) -> None:
        self.model = model
        self.assessment = assessment
        self.knowledge = assessment.knowledge
        self._plan = Plan(assessment)
        self.open = self._plan.open(model)
        """The value of each open question, by its id; the most valuable first."""
        self.turns = self._in_turns()
        """What is put to people, the most valuable first."""

    def _in_turns(self) -> tuple[Turn, ...]:
        unread = Put(self.model, self.knowledge).unread
        places = [
            _Open(id_, element, key, entry.is_gate, value)
            for id_, value in self.open.items()
            if id_ not in unread
            for element, _, key in (id_.rpartition("."),)
            for entry in (self.knowledge.fact_entries[key],)
            if f"{element}.{entry.after}" not in self.open
        ]
        found = (
            Turn(tuple(q.id for q in group), round(sum(q.value for q in group), 4))
            for group in _groups(places, self.knowledge)
        )
        return tuple(sorted(found, key=lambda turn: (-turn.value, turn.ids[0])))

    def next(self, depth: Depth) -> Question | None:
        """The question to ask now, or None when what is left would change little."""
        worth = worth_asking(self.model, self.turns, depth)
        return self._written_out(worth[0]) if worth else None

    def progress(self, depth: Depth) -> Progress:
        """How far the interview has come."""
        answered = sum(isinstance(e, Answered) for e in standing(self.model.journal))
        worth = worth_asking(self.model, self.turns, depth)
        return Progress(
            answered=answered, open=len(worth), coverage=self._plan.settled, depth=depth
        )

    def rest(self, depth: Depth) -> Rest:
        """What is not asked, if it ends here."""
        worth = _worth(self.turns)
        first = next(iter(self.turns), None)
        return Rest(
            worth=len(worth),
            little=len(self.turns) - len(worth),
            best=self._written_out(first).lead if first else "",
            depth=depth,
            is_cut=bool(worth) and not worth_asking(self.model, self.turns, depth),
        )

    def _written_out(self, turn: Turn) -> Question:
        return _in_one_breath(self._plan.questions({id_: self.open[id_] for id_ in turn.ids}))


def next_question(
    model: ThreatModel, knowledge: Knowledge, depth: Depth = Depth.STANDARD
) -> Question | None:
    """The question to ask now, or None when what is left would change little."""
    return Agenda(model, Assessment(model.system, knowledge)).next(depth)


def asked(model: ThreatModel) -> int:
    """How many questions were put, whatever came of them."""
    return sum(
        isinstance(e, Answered | Unknown | Skipped) and e.question != CONFIRMED
        for e in standing(model.journal)
    )


def _groups(questions: Iterable[W], knowledge: Knowledge) -> list[list[W]]:
    """Questions about one element, of one theme; the most valuable stands first.

    People answer best about one thing at a time. Where a theme has fewer open than are asked in one
    breath, what else is asked of the element joins it. Gates, which ask what there is, keep to
    themselves, and to those that are about as likely.
    """
    ordered = sorted(questions, key=_by_value)
    by_theme: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for rank, question in enumerate(ordered):
        by_theme[question.element, knowledge.theme_of(question.fact).id].append(rank)
    values = [question.value for question in ordered]
    groups = sorted(
        by_theme.values(), key=lambda group: (-sum(values[n] for n in group), ordered[group[0]].id)
    )
    return [[ordered[n] for n in group] for group in _filled_up(groups, ordered)]


def _filled_up(groups: Iterable[Sequence[int]], ordered: Sequence[_Weighed]) -> Iterator[list[int]]:
    """The groups, as they come; short ones with what else is asked of the same element.

    `ordered` are all of their questions, the most valuable first; groups name them by their rank.
    What joins a group is taken from those that come later, of which some then ask for nothing.
    """
    about: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for rank, question in enumerate(ordered):
        about[question.element, question.is_gate].append(rank)
    taken: set[int] = set()
    for group in groups:
        together = [n for n in group if n not in taken]
        if together:
            taken.update(together)
            lead = ordered[together[0]]
            least = NEAR * lead.value if lead.is_gate else 0.0
            others = (
                n
                for n in about[lead.element, lead.is_gate]
                if n not in taken and ordered[n].value >= least
            )
            together += islice(others, TOGETHER - len(together))
            taken.update(together)
            yield together


def _by_value(question: _Weighed) -> tuple[float, str]:
    return -question.value, question.id


def _in_one_breath(questions: Sequence[Question]) -> Question:
    """One question that asks for all of them; the first leads."""
    first, *others = questions
    if not others:
        return first
    also = tuple(
        Also(id=q.id, fact=q.fact, text=q.text, choices=q.choices, proposed=q.proposed)
        for q in others
    )
    decides = dict.fromkeys(title for q in questions for title in q.decides)
    return first.model_copy(
        update={
            "text": first.text + besides(q.text for q in others),
            "decides": tuple(decides)[:5],
            "told": tuple(dict.fromkeys(line for q in questions for line in q.told)),
            "value": round(sum(q.value for q in questions), 4),
            "also": also,
        }
    )
