"""What a form asks when it is printed, and what it says when it comes back, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from threatwright.engine.interview.planner import open_questions
from threatwright.engine.interview.questions import about
from threatwright.engine.record.conflicts import disputes, open_conflicts
from threatwright.engine.record.statements import Dispute, Statement
from threatwright.engine.rules.wording import origin
from threatwright.exchange.form_stamp import Stamp, stamp_of
from threatwright.exchange.plain import one_line, shorten
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM
from threatwright.model.terms import Role
from threatwright.model.vocabulary import Choice

MAX_NAME = 120
"""Characters of a person's name."""
ANYTHING_ELSE = "Is there anything else that ought to be known?"

BY_MODEL = ", as a language model reads it"
"""Told of somebody's free answer where it was not understood so without one."""

# --- out --------------------------------------------------------------------------------------


class Side(NamedTuple):
    """One side of a conflict."""

    who: str
    """Who says so, in words: "Ana (devops, 2026-10-02)", "read in design.md:4"."""
    says: str
    """The label of what they say."""
    quote: str = ""


class Asked(NamedTuple):
    """A question as it stands in a form."""

    number: int
    question: Question
    sides: tuple[Side, ...] = ()
    """Who says what, if sources differ about it."""

    @property
    def proposed(self) -> Choice | None:
        """The answer that is proposed."""
        return next((c for c in self.question.choices if c.value == self.question.proposed), None)


class Group(NamedTuple):
    """Questions under one heading."""

    heading: str
    asked: tuple[Asked, ...]


class Printed(NamedTuple):
    """A form to be filled."""

    name: str
    """The system's."""
    stamp: Stamp
    groups: tuple[Group, ...]

    @property
    def total(self) -> int:
        """How many questions it asks."""
        return sum(len(group.asked) for group in self.groups)

    @property
    def title(self) -> str:
        """What stands at its head."""
        role = f" for {self.stamp.role}" if self.stamp.role else ""
        return f"Questions about {one_line(self.name) or 'the system'}{role}"


def to_print(model: ThreatModel, knowledge: Knowledge, role: Role | None = None) -> Printed:
    """The form of what is open for a role, or for everybody.

    First what sources differ about, then element by element, each time the most valuable first.
    """
    open_ = {question.id: question for question in open_questions(model, knowledge)}
    differing = _differing(open_, model, knowledge, role)
    conflicts = set(open_conflicts(model.system))
    asked = [q for q in open_.values() if role in (None, q.role) and q.id not in conflicts]
    by_element: dict[str, list[tuple[Question, tuple[Side, ...]]]] = {}
    for question in asked:
        heading = "the system" if question.element == SYSTEM else question.element_name
        by_element.setdefault(f"About {heading}", []).append((question, ()))
    parts = {"Where answers differ": differing, **by_element}
    stamp = stamp_of(model, knowledge, role.value if role else "")
    return Printed(model.name, stamp, tuple(_numbered(parts)))


def _numbered(
    parts: dict[str, list[tuple[Question, tuple[Side, ...]]]],
) -> Iterator[Group]:
    number = 0
    for heading, questions in parts.items():
        if questions:
            first, number = number + 1, number + len(questions)
            asked = (Asked(n, *question) for n, question in enumerate(questions, first))
            yield Group(heading, tuple(asked))


def _differing(
    open_: Mapping[str, Question], model: ThreatModel, knowledge: Knowledge, role: Role | None
) -> list[tuple[Question, tuple[Side, ...]]]:
    """The open conflicts that a role would know about, or is a side of."""
    if not open_conflicts(model.system):
        return []
    entries = {entry.n: entry for entry in model.journal}
    found = []
    for dispute in disputes(model, knowledge):
        id_ = dispute.question
        if dispute.decided or id_.rpartition(".")[2] not in knowledge.fact_entries:
            continue
        question = open_.get(id_) or about(id_, model, knowledge)
        roles = {question.role.value, *(_role(s, entries) for s in dispute.statements)}
        if role is None or role.value in roles:
            # To propose one of the sides would be to take it.
            asked = question.model_copy(update={"proposed": None})
            found.append((asked, sides_of(dispute, model, knowledge)))
    return found


def _role(statement: Statement, entries: dict[int, JournalEntry]) -> str:
    entry = entries.get(statement.n)
    return entry.role if entry else ""


def sides_of(dispute: Dispute, model: ThreatModel, knowledge: Knowledge) -> tuple[Side, ...]:
    """Who says what in a conflict."""
    entries = {entry.n: entry for entry in model.journal}
    fact = knowledge.fact_entries.get(dispute.question.rpartition(".")[2])
    found = []
    for statement in dispute.statements:
        entry = entries.get(statement.n)
        who = spoken_by(entry) if entry else origin(statement.provenance)
        if entry and statement.is_read_by_model:
            who += BY_MODEL
        choice = fact.choice(statement.value) if fact else None
        quoted = shorten(statement.provenance.quote, 200)
        found.append(Side(who, choice.label if choice else statement.value, quoted))
    return tuple(found)


def spoken_by(entry: JournalEntry) -> str:
    """Who said something, in which role and when: "Ana (devops, 2026-10-02)"."""
    more = ", ".join(one_line(part) for part in (entry.role, entry.at[:10]) if part)
    return f"{one_line(entry.by) or 'somebody not named'}{f' ({more})' if more else ''}"


def named(question: str, model: ThreatModel, knowledge: Knowledge) -> str:
    """A question in a few words: "Scoring API · rate limiting"."""
    element, _, key = question.rpartition(".")
    fact = knowledge.fact_entries.get(key)
    known = element == SYSTEM or element in model.system.elements
    where = "the system" if element == SYSTEM else model.system.name_of(element)
    return one_line(f"{where if known else element} · {fact.name if fact else key}")


# --- back -------------------------------------------------------------------------------------


class Note(NamedTuple):
    """Something about a form that was odd and did no harm: what it is, and what to do."""

    problem: str
    fix: str


class Reply(NamedTuple):
    """What a filled form says to one question."""

    question: str
    where: str
    """The place in the form: "line 12", "cell F7"."""
    picked: tuple[str, ...] = ()
    """The choices that are marked, as they stand there."""
    text: str = ""
    is_unknown: bool = False
    listed: tuple[str, ...] = ()
    """The values of all the choices that stand there, where a person may have moved them."""


class Remark(NamedTuple):
    """What a filled form says besides."""

    text: str
    where: str


class Filled(NamedTuple):
    """A form that came back."""

    name: str
    """What errors call it."""
    stamp: Stamp | None
    by: str
    """Who filled it, if it says so."""
    said: tuple[Reply | Remark, ...]
    """In its order, without what was left blank."""
    blank: tuple[str, ...] = ()
    """The questions that were left blank."""
    confirm: bool = False
    """The system is right as it is drawn."""
    is_by_hand: bool = False
    """Its choices are what a person wrote: one that is none counts as their words."""
    notes: tuple[Note, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """All the questions that it holds."""
        return (*(r.question for r in self.said if isinstance(r, Reply)), *self.blank)


def person(name: str) -> str:
    """A person's name as it is kept."""
    return shorten(name, MAX_NAME)


def unique(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Each note once."""
    return tuple(dict.fromkeys(notes))
