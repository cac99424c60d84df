"""The turns of an interview: which open questions are asked, in what company, and when to stop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threatwright.engine.planner import open_questions, settled
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Also, Progress, Question
from threatwright.model.journal import Answered, Skipped, Unknown, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Depth

WORTH = 0.02
"""A question is worth asking while it carries this share of all that is still open…"""
WORTH_RISK = 4.0
"""…and at least about half the risk of one middling threat."""
MOST = {Depth.QUICK: 6, Depth.STANDARD: 12}
"""How many questions a depth asks; a thorough interview asks all that are worth it."""


def turns(questions: Sequence[Question], knowledge: Knowledge) -> tuple[Question, ...]:
    """The open questions, those of one element and theme in one breath, the most valuable first.

    The most valuable of each leads, and lends the others its turn: an answer in free text may
    cover all of them. Values add up.
    """
    joined: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        key = question.element, knowledge.theme_of(question.fact)
        joined.setdefault(key, []).append(question)
    return tuple(sorted(map(_in_one_breath, joined.values()), key=lambda q: (-q.value, q.id)))


def worth_asking(
    model: ThreatModel, turns_: Iterable[Question], depth: Depth
) -> tuple[Question, ...]:
    """Those whose answer would still change more than a little, as many as the depth leaves."""
    turns_ = tuple(turns_)
    least = max(WORTH_RISK, WORTH * sum(q.value for q in turns_))
    worth = tuple(q for q in turns_ if q.value >= least)
    most = MOST.get(depth)
    return worth if most is None else worth[: max(0, most - asked(model))]


def next_question(
    model: ThreatModel, knowledge: Knowledge, depth: Depth = Depth.STANDARD
) -> Question | None:
    """The question to ask now, or None when what is left would change little."""
    open_ = turns(open_questions(model, knowledge), knowledge)
    return next(iter(worth_asking(model, open_, depth)), None)


def progress(model: ThreatModel, worth: Sequence[Question], knowledge: Knowledge) -> Progress:
    """How far the interview has come; `worth` are the questions that are still worth asking."""
    answered = sum(isinstance(e, Answered) for e in standing(model.journal))
    return Progress(answered=answered, open=len(worth), coverage=settled(model, knowledge))


def asked(model: ThreatModel) -> int:
    """How many questions were put, whatever came of them."""
    return sum(isinstance(e, Answered | Unknown | Skipped) for e in standing(model.journal))


def _in_one_breath(questions: Sequence[Question]) -> Question:
    first, *others = sorted(questions, key=lambda q: (-q.value, q.id))
    if not others:
        return first
    also = tuple(
        Also(id=q.id, fact=q.fact, text=q.text, choices=q.choices, proposed=q.proposed)
        for q in others
    )
    decides = dict.fromkeys(title for q in (first, *others) for title in q.decides)
    return first.model_copy(
        update={
            "text": f"{first.text} If you know, say too: {' '.join(q.text for q in others)}",
            "decides": tuple(decides)[:5],
            "value": round(sum(q.value for q in questions), 4),
            "also": also,
        }
    )
