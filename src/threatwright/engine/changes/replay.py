"""From one record of a model to another, one step at a time: what was done between the two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from threatwright.engine.changes import causes
from threatwright.engine.changes.causes import Causes
from threatwright.engine.record.decisions import decisions
from threatwright.model.difference import Cause, CauseKind
from threatwright.model.document import ThreatModel
from threatwright.model.inheritance import Inherited
from threatwright.model.journal import Decided, Edited, JournalEntry, Skipped, Source


class Step(NamedTuple):
    """One step, and the record after it. Nothing is derived anew yet."""

    causes: tuple[Cause, ...]
    record: ThreatModel
    decides: dict[str, Cause]
    """Id of a threat → the decision about it. Decisions in a row make one step."""


def steps(old: ThreatModel, new: ThreatModel, words: Causes) -> Iterator[Step]:
    """From the record of one model to that of the other: the last step ends where `new` stands.

    Files that are inherited come first, then sources, then the journal. What a source took the
    place of, as an edit by hand does, was said before: it comes in its own place among the entries.
    """
    way = _Way(old, new, words)
    yield from way.inherited()
    shared = _shared(old.journal, new.journal)
    later = [c for c in _source_changes(old.sources, new.sources) if c.after > _last(shared)]
    for change in _source_changes(old.sources, new.sources):
        if change not in later:
            yield way.source(change)
    yield from way.taken_away(old.journal[len(shared) :])
    yield from way.put_on(new.journal[len(shared) :], later)
    yield from way.rest()


def turns(
    old: Sequence[JournalEntry], new: Sequence[JournalEntry], words: Causes
) -> dict[str, Cause]:
    """Id of a threat → what last changed the decision that counts about it, on the same way."""
    shared = len(_shared(old, new))
    gone = [(old[:n], words.of_missing(old[n])) for n in reversed(range(shared, len(old)))]
    come = [(new[: n + 1], words.of_entry(new[n])) for n in range(shared, len(new))]
    found: dict[str, Cause] = {}
    before = _deciding(old)
    for journal, cause in (*gone, *come):
        after = _deciding(journal)
        found |= {threat: cause for threat, _ in before ^ after}
        before = after
    return found


def _deciding(journal: Sequence[JournalEntry]) -> set[tuple[str, int]]:
    return {(threat, entry.n) for threat, entry in decisions(journal).items()}


def _shared(one: Sequence[JournalEntry], other: Sequence[JournalEntry]) -> tuple[JournalEntry, ...]:
    """The entries that both journals begin with."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return tuple(entry for entry, _ in pairs)


def _last(journal: Sequence[JournalEntry]) -> int:
    return journal[-1].n if journal else 0


class _SourceChange(NamedTuple):
    before: Source | None
    after_: Source | None

    @property
    def after(self) -> int:
        """The entry of the new journal after which it came."""
        return self.after_.after if self.after_ else 0

    @property
    def cause(self) -> Cause:
        source = self.after_ or self.before
        assert source is not None
        became = "changed" if self.before and self.after_ else "was added"
        return causes.of_source(source, became if self.after_ else "is no source any more")


def _source_changes(old: Sequence[Source], new: Sequence[Source]) -> list[_SourceChange]:
    """What is gone, then what is another or new. A source goes by its name."""
    was = {(source.kind, source.name): source for source in old}
    now = {(source.kind, source.name): source for source in new}
    return [
        *(_SourceChange(source, None) for key, source in was.items() if key not in now),
        *(
            _SourceChange(was.get(key), source)
            for key, source in now.items()
            if was.get(key) != source
        ),
    ]


class _Way:
    """The record on its way."""

    def __init__(self, old: ThreatModel, new: ThreatModel, words: Causes) -> None:
        self._record = old
        self._new = new
        self._words = words

    def _step(self, cause: Cause, **changed: object) -> Step:
        self._record = self._record.model_copy(update=changed)
        return Step((cause,), self._record, {})

    def inherited(self) -> Iterator[Step]:
        """Each file that is inherited, as it is now."""
        held = {one.prefix: one for one in self._record.inherited}
        now = {one.prefix: one for one in self._new.inherited}
        for prefix in dict.fromkeys((*held, *now)):
            before, after = held.get(prefix), now.get(prefix)
            if before and after and before.digest == after.digest:
                continue
            one = after or before
            assert one is not None
            became = "changed" if before and after else "is inherited now"
            cause = causes.of_inherited(one, became if after else "is inherited no more")
            held = {**held, prefix: after} if after else _without(held, prefix)
            self._record = self._record.model_copy(
                update={"inherits": self._new.inherits}
            ).inheriting(tuple(held.values()))
            yield Step((cause,), self._record, {})

    def source(self, change: _SourceChange) -> Step:
        """One source, in the place of the one that it was before."""
        held = list(self._record.sources)
        if change.before is None:
            held.append(change.after_)  # type: ignore[arg-type]
        else:
            at = held.index(change.before)
            held[at : at + 1] = [change.after_] if change.after_ else []
        return self._step(change.cause, sources=tuple(held))

    def taken_away(self, gone: Sequence[JournalEntry]) -> Iterator[Step]:
        """The entries that the new journal does not have, the last first."""
        for entry in reversed(gone):
            yield self._step(self._words.of_missing(entry), journal=self._record.journal[:-1])

    def put_on(
        self, entries: Sequence[JournalEntry], sources: Sequence[_SourceChange]
    ) -> Iterator[Step]:
        """The entries that are new, and each source after the entry that it came after."""
        waiting = sorted(sources, key=lambda change: change.after)
        batch: list[JournalEntry] = []
        for entry in entries:
            if batch and not (_only_decides(entry) and _only_decides(batch[-1])):
                yield self._put(batch)
                batch = []
            while waiting and waiting[0].after < entry.n:
                yield from [self._put(batch)] if batch else []
                batch = []
                yield self.source(waiting.pop(0))
            batch.append(entry)
        yield from [self._put(batch)] if batch else []
        yield from map(self.source, waiting)

    def _put(self, batch: Sequence[JournalEntry]) -> Step:
        told = tuple(map(self._words.of_entry, batch))
        decides = {
            entry.threat: cause
            for entry, cause in zip(batch, told, strict=True)
            if isinstance(entry, Decided | Edited)
        }
        self._record = self._record.model_copy(update={"journal": (*self._record.journal, *batch)})
        return Step(told, self._record, decides)

    def rest(self) -> Iterator[Step]:
        """What is left: names, and the order of sources."""
        now, then = self._new, self._record
        if (now.name, now.sources) != (then.name, then.sources):
            cause = Cause(
                kind=CauseKind.EDIT, ref="edit", text="name or sources were edited in the file"
            )
            yield self._step(cause, name=now.name, sources=now.sources)


def _without(held: dict[str, Inherited], prefix: str) -> dict[str, Inherited]:
    return {key: one for key, one in held.items() if key != prefix}


def _only_decides(entry: JournalEntry) -> bool:
    """Whether no threat but the one that it names can follow from an entry."""
    return isinstance(entry, Decided | Edited | Skipped)
