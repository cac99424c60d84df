"""What came of forms that were taken in, in plain lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.engine.record.statements import Dispute
from threatwright.exchange.answers import Outcome, Receipt
from threatwright.exchange.form_content import Note, named, sides_of, spoken_by
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, shorten
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, JournalEntry, Told, Unknown
from threatwright.model.knowledge import Knowledge

MOST = 12
"""How many questions of one kind are listed before it is said how many more there are."""


def lines(outcome: Outcome, knowledge: Knowledge) -> Iterator[str]:
    """What was taken from each form, what was not, and where people differ now."""
    model = outcome.model
    for receipt in outcome.receipts:
        yield f"{one_line(receipt.form.name)}, {_who(receipt)}: {_sum(receipt)}"
        yield from (f"  {said(entry, model, knowledge)}" for entry in receipt.entries)
        for what, questions in (
            ("Said before, the same", receipt.again),
            ("Left blank", receipt.blank),
            ("Left blank, and not asked any more", receipt.gone_blank),
        ):
            if questions:
                yield f"  {what}: {_some([named(q, model, knowledge) for q in questions])}"
    yield from _disputes("Decided by these answers", outcome.decided, model, knowledge)
    yield from _disputes(
        "Answers differ, until somebody decides", outcome.conflicts, model, knowledge
    )


def said(entry: JournalEntry, model: ThreatModel, knowledge: Knowledge) -> str:
    """One entry in a line: "Scoring API · rate limiting: Per key"."""
    match entry:
        case Answered():
            what = answer_in_words(entry, knowledge)
            return f"{named(entry.question, model, knowledge)}: {shorten(what, 200)}"
        case Unknown():
            quoted = f", “{shorten(entry.text, 200)}”" if entry.text else ""
            return f"{named(entry.question, model, knowledge)}: does not know{quoted}"
        case Told():
            return f"Said besides: “{shorten(entry.text, 200)}”"
        case _:
            return f"The drawing: {entry.type}"


def answer_in_words(entry: Answered, knowledge: Knowledge) -> str:
    """The choice by its label, and the person's own words."""
    fact = knowledge.fact_entries.get(entry.question.rpartition(".")[2])
    choice = fact.choice(entry.value) if fact else None
    chosen = choice.label if choice else entry.value or ""
    quoted = f"“{one_line(entry.text)}”" if entry.text else ""
    claimed = f"as it is claimed: “{one_line(entry.claim)}”" if entry.claim else ""
    shown = f"shown: {one_line(entry.evidence)}" if entry.evidence else ""
    if entry.claim and not entry.evidence:
        shown = "with nothing to show for it"
    return ", ".join(filter(None, (chosen, quoted, claimed, shown)))


def notes(outcome: Outcome, knowledge: Knowledge) -> Iterator[Note]:
    """What the person who takes the forms in ought to know, each with what to do."""
    names = [receipt for receipt in outcome.receipts if not receipt.speaker.by]
    if names:
        yield Note(
            f"Nobody is named for {', '.join(one_line(r.form.name) for r in names)}: where these "
            "answers differ from others, the newer one holds.",
            "Name who filled it: --by NAME, or in the form itself.",
        )
    for receipt in outcome.receipts:
        yield from _notes(receipt, outcome.model, knowledge)


def _notes(receipt: Receipt, model: ThreatModel, knowledge: Knowledge) -> Iterator[Note]:
    form, name = receipt.form, one_line(receipt.form.name)
    if form.by and receipt.speaker.by.casefold() != form.by.casefold():
        yield Note(
            f"{name} says that {form.by} filled it; it was taken as answers of "
            f"{receipt.speaker.by}, as --by says.",
            "Leave --by out to take each form as answers of whom it names.",
        )
    if receipt.drift.is_other_branch:
        yield Note(
            f"{name} was printed from another version of this model, which this one does not "
            "carry on.",
            "Compare what it was answered from; its answers are kept beside the others.",
        )
    elif receipt.drift.since:
        yield _older(receipt, name, model, knowledge)
    if receipt.drift.is_other_edition:
        yield Note(
            f"{name} was printed with another edition of the knowledge base.",
            "Print a new form to ask what this edition asks.",
        )
    for gone in receipt.gone:
        picked = " ".join([*gone.reply.picked, gone.reply.text]) or "don't know"
        yield Note(
            f"{name}, {gone.reply.where}: {gone.reply.question} does not stand any more, and its "
            f"answer “{shorten(picked, 80)}” was not taken. {gone.because}",
            "If it still matters, say it under another question or in an interview.",
        )
    yield from (Note(f"{name}, {note.problem}", note.fix) for note in form.notes)
    yield from (
        Note(f"{name}, {note.problem}", note.fix)
        for note in receipt.notes
        if note not in form.notes
    )


def _older(receipt: Receipt, name: str, model: ThreatModel, knowledge: Knowledge) -> Note:
    answered = [
        f"{named(e.question, model, knowledge)} by {spoken_by(e)}" for e in receipt.meanwhile
    ]
    what = (
        f"answered meanwhile: {_some(answered)}"
        if answered
        else "none of its questions was answered meanwhile"
    )
    added = count(len(receipt.drift.since), "entry", "entries")
    return Note(
        f"{name} is older than the model, to which {added} came since; {what}.",
        "It was taken all the same. `threatwright questions FILE` prints one that is up to date.",
    )


def _some(items: Sequence[str]) -> str:
    more = len(items) - MOST
    return "; ".join([*items[:MOST], *([f"and {more} more"] if more > 0 else [])])


def _who(receipt: Receipt) -> str:
    who = receipt.speaker.by or "somebody not named"
    return f"{who} ({receipt.speaker.role})" if receipt.speaker.role else who


def _sum(receipt: Receipt) -> str:
    return (
        f"{len(receipt.entries)} taken, {len(receipt.blank)} left blank"
        + (f", {len(receipt.again)} said before" if receipt.again else "")
        + (f", {len(receipt.gone)} not standing any more" if receipt.gone else "")
    )


def _disputes(
    title: str, disputes: Sequence[Dispute], model: ThreatModel, knowledge: Knowledge
) -> Iterator[str]:
    if disputes:
        yield f"{title}:"
    for dispute in disputes:
        yield f"  {named(dispute.question, model, knowledge)}"
        for side in sides_of(dispute, model, knowledge):
            words = f" (“{side.quote}”)" if side.quote else ""
            yield f"    {side.who}: {side.says}{words}"
