"""What a gate may ask of a model's age, and of what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from threatwright.engine.interview.planner import Plan
from threatwright.engine.record.taken import question_name
from threatwright.engine.review.case import Case, Found, Rule
from threatwright.model.journal import by_people
from threatwright.model.objections import Section
from threatwright.model.terms import Level


def _stale(case: Case) -> Iterator[Found]:
    limit = case.demands.fresh
    if limit is None:
        return
    times = [when for e in by_people(case.model.journal) if (when := _time(e.at)) is not None]
    if not times:
        text = "nobody knows when somebody last spoke: no entry of the journal has a time"
        yield Found("journal", text, Section.JOURNAL, level=Level.MEDIUM)
        return
    days = (case.now - max(times)).days
    if days > limit:
        text = f"somebody last spoke {days} days ago; at most {limit} are allowed"
        yield Found("journal", text, Section.JOURNAL, level=Level.MEDIUM, weight=days)


def _time(text: str) -> datetime | None:
    """A time of the journal; without a zone it is UTC."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _old_catalogues(case: Case) -> Iterator[Found]:
    if case.demands.fresh is None:
        return
    then, now = case.model.derived.editions, case.knowledge.editions
    for name in sorted(now):
        if then.get(name) != now[name]:
            old = f"edition {then[name]}" if name in then else "none"
            text = f"drafted with {old} of {name}; the one at hand is {now[name]}"
            yield Found(f"derived.{name}", text, Section.DERIVED, level=Level.MEDIUM)


def _open_questions(case: Case) -> Iterator[Found]:
    limit = case.demands.open_questions
    if limit is None:
        return
    model, assessment = case.derived
    open_ = Plan(assessment).open(model)
    if len(open_) > limit:
        first = question_name(next(iter(open_)), model.system, case.knowledge)
        text = (
            f"{len(open_)} questions are open, and at most {limit} may be; "
            f"the most valuable is {first}"
        )
        yield Found("questions", text, Section.SYSTEM, level=Level.MEDIUM, weight=len(open_))


RULES = (
    Rule(
        "not-fresh",
        "Nobody has spoken about the system for long.",
        "Systems change without telling their threat model.",
        "Go through it with those who know it (threatwright questions FILE), and answer what "
        "is different.",
        _stale,
    ),
    Rule(
        "catalogue-outdated",
        "The model was drafted with another edition of a catalogue.",
        "New editions add, rename and retire entries.",
        "Draft it anew: threatwright draft FILE -o FILE",
        _old_catalogues,
    ),
    Rule(
        "open-questions",
        "More questions are open than may be.",
        "Each open question is something that is not known, and that would change the model.",
        "Answer them, the most valuable first: threatwright questions FILE",
        _open_questions,
    ),
)
