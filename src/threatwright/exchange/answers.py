"""Takes filled forms into a model: who said what, what no longer stands, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from threatwright.engine.derive import derive, record
from threatwright.engine.interview.confirming import confirmation
from threatwright.engine.interview.questions import about
from threatwright.engine.record.conflicts import disputes, open_conflicts
from threatwright.engine.record.speaker import NOBODY, Speaker
from threatwright.engine.record.statements import Dispute
from threatwright.engine.said.answers import entries_for, fact_of
from threatwright.errors import InputError
from threatwright.exchange.form_content import Filled, Note, Remark, Reply
from threatwright.exchange.form_reply import said_in, twice
from threatwright.exchange.form_stamp import Drift, drift, last_of
from threatwright.model.document import ThreatModel
from threatwright.model.facts import YES
from threatwright.model.interview import Question
from threatwright.model.journal import Answered, JournalEntry, Told, Unknown, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Answer, DontKnow, Tell
from threatwright.model.vocabulary import FactEntry


class Gone(NamedTuple):
    """An answer to a question that the model does not have any more."""

    reply: Reply
    because: str


class Receipt(NamedTuple):
    """What came of one form."""

    form: Filled
    speaker: Speaker
    entries: tuple[JournalEntry, ...] = ()
    """What it put into the journal."""
    again: tuple[str, ...] = ()
    """Questions that the same person had answered the same before."""
    blank: tuple[str, ...] = ()
    """Questions that were left blank and still stand."""
    gone: tuple[Gone, ...] = ()
    gone_blank: tuple[str, ...] = ()
    """Questions that were left blank and do not stand any more."""
    drift: Drift = Drift()
    meanwhile: tuple[Answered | Unknown, ...] = ()
    """What was answered about its questions since it was printed."""
    notes: tuple[Note, ...] = ()


class Outcome(NamedTuple):
    """What came of all of them."""

    model: ThreatModel
    receipts: tuple[Receipt, ...]
    problems: tuple[InputError, ...]
    """What is wrong with them; the model is to be left as it was then."""
    conflicts: tuple[Dispute, ...] = ()
    """The conflicts that are open now."""
    new: frozenset[str] = frozenset()
    """Those of their questions that the forms brought up."""
    decided: tuple[Dispute, ...] = ()
    """Conflicts that the forms decided."""

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """All that was put into the journal."""
        return tuple(entry for receipt in self.receipts for entry in receipt.entries)


def take(
    forms: Iterable[tuple[Filled, Speaker]], model: ThreatModel, knowledge: Knowledge
) -> Outcome:
    """The model after several forms, each with who filled it, and all that follows from them.

    Raises InputError for a form of another model. What else is wrong is listed, all of it.
    """
    desk = _Desk(model, knowledge)
    receipts = tuple(desk.take(form, speaker) for form, speaker in forms)
    if desk.problems:
        return Outcome(model, receipts, tuple(desk.problems))
    after = desk.derived() if desk.model.journal != model.journal else model
    known = open_conflicts(model.system)
    settled = known or open_conflicts(after.system) or len(after.journal) > len(model.journal)
    told = disputes(after, knowledge) if settled else ()
    last = last_of(model.journal)
    return Outcome(
        after,
        receipts,
        (),
        tuple(d for d in told if d.decided is None),
        frozenset(open_conflicts(after.system)) - set(known),
        tuple(d for d in told if d.decided is not None and d.decided > last),
    )


def take_in(
    form: Filled, model: ThreatModel, knowledge: Knowledge, speaker: Speaker = NOBODY
) -> ThreatModel:
    """The model after the answers of one form, in its order, and all that follows from them.

    Raises InputError naming the place of an answer that the model has no question for.
    """
    desk = _Desk(model, knowledge)
    desk.take(form, speaker)
    if desk.problems:
        raise desk.problems[0]
    return derive(desk.model, knowledge)


def not_taken(form: Filled, model: ThreatModel, knowledge: Knowledge) -> int:
    """How many of a form's answers nobody has put into the model yet.

    Raises InputError for a form of another model, or one that says what cannot be taken.
    """
    desk = _Desk(model, knowledge)
    entries = desk.take(form, Speaker(form.by)).entries
    if desk.problems:
        raise desk.problems[0]
    held = {_said(entry) for entry in model.journal}
    return sum(_said(entry) not in held for entry in entries)


def _said(entry: JournalEntry) -> tuple[object, ...]:
    """What an entry says, whoever says it and when."""
    match entry:
        case Answered():
            return entry.question, entry.value, entry.text
        case Unknown():
            return entry.question, None, entry.text
        case Told():
            return (entry.text,)
        case _:
            return (entry.type,)


@dataclass
class _Sitting:
    """One form while it is taken in."""

    form: Filled
    speaker: Speaker
    known: int
    """The last entry of the journal that who filled it can have known."""
    notes: list[Note]
    again: list[str] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)


class _Desk:
    """Where forms are taken in, one after the other."""

    def __init__(self, model: ThreatModel, knowledge: Knowledge) -> None:
        self.model = model
        self.knowledge = knowledge
        self.problems: list[InputError] = []
        self._last = last_of(model.journal)
        self._before = model
        self._is_derived = True

    def derived(self) -> ThreatModel:
        """The model with all that follows from what was taken in so far."""
        if not self._is_derived:
            self.model = derive(self.model, self.knowledge)
            self._is_derived = True
        return self.model

    def take(self, form: Filled, speaker: Speaker) -> Receipt:
        """Take one form in."""
        moved = Drift()
        if form.stamp is not None:
            moved = drift(form.stamp, form.name, self._before, self.knowledge)
        known = moved.known(form.stamp) if form.stamp else self._last
        sitting = _Sitting(form, speaker, min(known, self._last), list(form.notes))
        begun = len(self.model.journal)
        self.problems += twice(form)
        for said in form.said:
            try:
                self._take(said, sitting)
            except InputError as error:
                where = f"{form.name}, {said.where}"
                self.problems.append(InputError(f"{where}: {error.problem}", error.fix))
        if form.confirm:
            self._confirm(speaker)
        blank = [(id_, self._fact(id_)) for id_ in form.blank]
        return Receipt(
            form,
            speaker,
            self.model.journal[begun:],
            tuple(sitting.again),
            tuple(id_ for id_, fact in blank if isinstance(fact, FactEntry)),
            tuple(sitting.gone),
            tuple(id_ for id_, fact in blank if not isinstance(fact, FactEntry)),
            moved,
            tuple(_meanwhile(form, moved)),
            tuple(sitting.notes),
        )

    def _take(self, said: Reply | Remark, sitting: _Sitting) -> None:
        if isinstance(said, Remark):
            self._record(Tell(text=said.text), sitting)
            return
        fact = self._fact(said.question)
        if isinstance(fact, InputError):
            if sitting.form.stamp is None:
                raise fact
            sitting.gone.append(Gone(said, fact.problem))
            return
        words, odd = said_in(said, fact, is_by_hand=sitting.form.is_by_hand)
        sitting.notes += odd
        recorded = [self._record(one, sitting) for one in words]
        if not any(recorded):
            sitting.again.append(said.question)

    def _fact(self, question: str) -> FactEntry | InputError:
        """What a question is about; it may be about what only an answer before it brought in."""
        try:
            return fact_of(question, self.model, self.knowledge)
        except InputError as error:
            if self._is_derived:
                return error
        try:
            return fact_of(question, self.derived(), self.knowledge)
        except InputError as error:
            return error

    def _record(self, said: Answer | DontKnow | Tell, sitting: _Sitting) -> bool:
        """Put it into the journal, unless the same person said the same. Tells whether it was."""
        asked = self._asked_again(said)
        (entry,) = entries_for(said, asked, self.model, self.knowledge, sitting.speaker)
        if self._was_said(entry, sitting.known):
            return False
        if isinstance(entry, Answered) and self._is_behind(entry, sitting.known):
            entry = entry.model_copy(update={"seen": sitting.known})
        self.model = record(self.model, entry)
        self._is_derived = False
        return True

    def _asked_again(self, said: Answer | DontKnow | Tell) -> Question | None:
        """The question, if sources differ about it: an answer stands beside what was said then."""
        if isinstance(said, Tell) or said.question not in open_conflicts(self._before.system):
            return None
        return about(said.question, self._before, self.knowledge)

    def _was_said(self, entry: JournalEntry, known: int) -> bool:
        """Whether the last that the same person said of it was the same.

        Who repeats themselves in sight of a conflict decides it, and says something new by that.
        """
        held = [e for e in standing(self.model.journal) if _is_same_person(e, entry)]
        if isinstance(entry, Told):
            return any(isinstance(e, Told) and e.text == entry.text for e in held)
        if not isinstance(entry, Answered | Unknown):
            return False
        id_ = entry.question
        said = [e for e in held if isinstance(e, Answered | Unknown) and e.question == id_]
        if not said or _content(said[-1]) != _content(entry):
            return False
        return said[-1].n > known or id_ not in open_conflicts(self._before.system)

    def _is_behind(self, entry: Answered, known: int) -> bool:
        """Whether others have spoken of the question since the form was printed."""
        return any(
            e.n > known
            and not _is_same_person(e, entry)
            and (
                (isinstance(e, Answered) and (e.question == entry.question or e.text))
                or isinstance(e, Told)
            )
            for e in standing(self.model.journal)
        )

    def _confirm(self, speaker: Speaker) -> None:
        drawing = confirmation(self.derived())
        if drawing is not None:
            yes = entries_for(Answer(value=YES), drawing, self.model, self.knowledge, speaker)
            self.model = record(self.model, *yes)
            self._is_derived = False


def _is_same_person(one: JournalEntry, other: JournalEntry) -> bool:
    return " ".join(one.by.split()).casefold() == " ".join(other.by.split()).casefold()


def _content(entry: Answered | Unknown) -> tuple[str, str | None, str]:
    if isinstance(entry, Unknown):
        return entry.type, None, ""
    return entry.type, entry.value, entry.text


def _meanwhile(form: Filled, moved: Drift) -> Iterator[Answered | Unknown]:
    asked = set(form.questions)
    for entry in moved.since:
        if isinstance(entry, Answered | Unknown) and entry.question in asked:
            yield entry


def speakers(
    forms: Sequence[Filled], by: str, role: str, at: str
) -> Iterator[tuple[Filled, Speaker]]:
    """Each form with who filled it: whom the command names, else whom the form itself names."""
    for form in forms:
        asked = form.stamp.role if form.stamp else ""
        yield form, Speaker(by or form.by, role or asked, at)
