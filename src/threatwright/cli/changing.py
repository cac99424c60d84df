"""Puts what a person says into a model file, with nobody else writing meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from threatwright import bootstrap
from threatwright.cli import console, models
from threatwright.engine.changes.causes import Causes
from threatwright.engine.derive import derived, record
from threatwright.engine.record.documents import taken_in
from threatwright.engine.record.speaker import Speaker
from threatwright.errors import InputError
from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel

if TYPE_CHECKING:
    from threatwright.model.journal import JournalEntry
    from threatwright.model.knowledge import Knowledge

Says = Callable[[ThreatModel, "Knowledge"], Sequence["JournalEntry"]]
"""What is said of a model as it stands, as entries that carry its journal on."""
Rewrites = Callable[[ThreatModel, "Knowledge"], ThreatModel]
"""The model with another record, or the same value where nothing changes."""


class Change(NamedTuple):
    """A model before and after something was said of it."""

    before: ThreatModel
    after: ThreatModel
    knowledge: Knowledge
    name: str
    dry_run: bool

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """What was put into the journal."""
        return self.after.journal[len(self.before.journal) :]


def speaker(by: str, role: str) -> Speaker:
    """Who says it, and that it is now."""
    return Speaker(" ".join(by.split()), " ".join(role.split()), bootstrap.now())


def place_in(file: str) -> models.Place:
    """The model file that is named. Raises InputError if it is none."""
    place = models.place_of(file)
    if place is None:
        raise InputError(
            f"{one_line(file)} is not a model file.",
            f"Make one first: threatwright draft {one_line(file)} -o NAME.threatmodel.yaml",
        )
    return place


def changed(file: str, says: Says, *, dry_run: bool = False) -> Change:
    """The model in a file with what is said of it, written there unless it is a dry run."""

    def with_said(model: ThreatModel, knowledge: Knowledge) -> ThreatModel:
        entries = says(model, knowledge)
        return record(model, *entries) if entries else model

    return rewritten(file, with_said, dry_run=dry_run)


def rewritten(file: str, rewrite: Rewrites, *, dry_run: bool = False) -> Change:
    """The model in a file with another record, written there unless it is a dry run."""
    place, knowledge, shelf = place_in(file), bootstrap.knowledge(), models.Shelf()
    with ExitStack() as held:
        if not dry_run:
            held.enter_context(shelf.own(place))
        found = shelf.load(place)
        models.note_other_knowledge(found, knowledge)
        before = derived(found, knowledge)
        anew = rewrite(before.model, knowledge)
        after = before
        if anew is not before.model:
            after = derived(anew, knowledge, before=before.assessment)
        if after is not before and not dry_run:
            shelf.save(after.model, place)
    return Change(before.model, after.model, knowledge, place.name, dry_run)


def tell(change: Change) -> None:
    """Print what was taken down, and what that changed among the threats."""
    for line in _lines(change):
        console.say(line)


def _lines(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    said = [*_said(change), *taken_in(before, after)]
    if not said:
        yield f"Nothing new was said; {change.name} is as it was."
        return
    yield from (f"  {line}" for line in said)
    number = count(len(said), "entry", "entries")
    if change.dry_run:
        yield f"Would write {number} to {change.name}; nothing was written."
    else:
        yield f"Wrote {number} to {change.name}."
    old, new = ({t.id: t for t in one.threats} for one in (before, after))
    yield from (f"  new: {t.title} ({t.id})" for id_, t in new.items() if id_ not in old)
    yield from (f"  gone: {t.title} ({t.id})" for id_, t in old.items() if id_ not in new)
    were_stale = {one.threat for one in before.stale}
    for one in after.stale:
        if one.threat not in were_stale:
            yield f"  stale: “{one.title}” is {one.status}, and no threat any more: {one.because}"


def _said(change: Change) -> Iterator[str]:
    """What was put into the journal, in words."""
    before, after = change.before, change.after
    titles = {threat.id: threat.title for threat in (*before.threats, *after.threats)}
    words = Causes(before.system, after.system, change.knowledge, titles, after.journal)
    return (words.of_entry(entry).text for entry in change.entries)
