"""Decisions whose threat is no threat any more: kept, with the answer that took it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.changes.causes import Causes
from threatwright.engine.changes.replay import Step, steps
from threatwright.model.contributions import Contributed
from threatwright.model.difference import Cause
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Decided,
    Edited,
    JournalEntry,
    Retracted,
    Stated,
    standing,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.terms import Status
from threatwright.model.threats import StaleDecision

KNOWLEDGE = "the knowledge base of today does not make it a threat"
UNKNOWN = "what it rested on is not so any more"


class Drafted(NamedTuple):
    """What a record comes to, as far as it matters here."""

    system: SystemModel
    ids: frozenset[str]
    """Of the model's own threats."""


Held = Decided | Stated | Edited
Drafts = Callable[[ThreatModel], Drafted]


def stale(
    model: ThreatModel, now: Drafted, knowledge: Knowledge, drafts: Drafts
) -> tuple[StaleDecision, ...]:
    """What people decided, stated or edited about threats that do not follow any more.

    `model` is as it was when it was last derived, with the record that it has now. What was found
    then is kept while its cause still counts: to find one takes several drafts.
    """
    missing = [entry for id_, entry in _held(model.journal).items() if id_ not in now.ids]
    if not missing:
        return ()
    search = _Search(model, now, knowledge, drafts)
    return tuple(map(search.stale, missing))


def _held(journal: Sequence[JournalEntry]) -> dict[str, Held]:
    """Of each threat the decision that counts; without one, what a person made of it last.

    What was put back to proposed since is put away.
    """
    found: dict[str, Held] = {}
    for entry in standing(tuple(journal)):
        match entry:
            case Decided() if entry.status is Status.PROPOSED:
                found.pop(entry.threat, None)
            case Decided():
                found[entry.threat] = entry
            case Stated() | Edited() if not isinstance(found.get(threat_of(entry)), Decided):
                found[threat_of(entry)] = entry
    return found


def threat_of(entry: Held) -> str:
    """The id of the threat that an entry is about."""
    return entry.threat.id if isinstance(entry, Stated) else entry.threat


class _Search:
    """Looks for what took the grounds of decisions away."""

    def __init__(
        self, model: ThreatModel, now: Drafted, knowledge: Knowledge, drafts: Drafts
    ) -> None:
        self._model = model
        self._now = now
        self._knowledge = knowledge
        self._drafts = drafts
        self._known = {(one.threat, one.entry): one for one in model.stale}
        self._titles = {threat.id: threat.title for threat in model.threats}
        self._seen: dict[tuple[tuple[int, ...], int], Drafted] = {}
        """By the numbers of the entries that bear on which threats there are."""
        taking_back = (e.n for e in model.journal if isinstance(e, Retracted))
        self._counting = {*(e.n for e in standing(model.journal)), *taking_back}

    def stale(self, entry: Held) -> StaleDecision:
        """What was said, with what took its grounds away."""
        threat = threat_of(entry)
        known = self._known.get((threat, entry.n))
        if known is not None and self._counts(known.cause):
            return known
        cause = self._cause(threat, entry.n)
        by = f" ({cause.by})" if cause and cause.by else ""
        decision = entry if isinstance(entry, Decided) else None
        return StaleDecision(
            threat=threat,
            title=self._title(entry, threat),
            status=decision.status if decision else Status.PROPOSED,
            reason=decision.reason if decision else "",
            owner=decision.owner if decision else "",
            entry=entry.n,
            cause=cause.ref if cause else "",
            because=f"{cause.text}{by}" if cause else self._otherwise(threat),
        )

    def _title(self, entry: Held, threat: str) -> str:
        own = entry.threat.title if isinstance(entry, Stated) else entry.title
        return own or self._titles.get(threat, threat)

    def _drafted(self, record: ThreatModel) -> Drafted:
        """What a record comes to. Decisions made in a row share one draft."""
        key = tuple(_bearing(record.journal)), len(record.sources)
        if key not in self._seen:
            self._seen[key] = self._drafts(record)
        return self._seen[key]

    def _otherwise(self, threat: str) -> str:
        is_newer = self._model.derived.knowledge not in ("", self._knowledge.digest)
        return KNOWLEDGE if is_newer and threat in self._titles else UNKNOWN

    def _counts(self, cause: str) -> bool:
        """Whether what is told as a cause is still so."""
        number = cause.rpartition(":")[2]
        return not number.isdecimal() or int(number) in self._counting

    def _cause(self, threat: str, since: int) -> Cause | None:
        """As it came about; where that does not count any more, by what counts."""
        for journal in (self._model.journal, standing(self._model.journal)):
            found = self._found(threat, since, journal)
            if found is not None and self._counts(found.ref):
                return found
        return None

    def _found(self, threat: str, since: int, journal: Sequence[JournalEntry]) -> Cause | None:
        """What made it no threat after entry `since`; the way is halved until one step is left."""
        new = self._model.model_copy(update={"journal": tuple(journal)})
        old = new.model_copy(
            update={
                "journal": tuple(e for e in journal if e.n <= since),
                "sources": tuple(s for s in new.sources if s.after < since),
            }
        )
        before = self._drafted(old)
        if threat not in before.ids:
            return None
        words = Causes(before.system, self._now.system, self._knowledge, {}, self._model.journal)
        way = list(steps(old, new, words))
        there, gone = -1, len(way) - 1
        while gone - there > 1:
            middle = (there + gone) // 2
            is_there = threat in self._drafted(way[middle].record).ids
            there, gone = (middle, gone) if is_there else (there, middle)
        return next(_telling(way[gone:]), None)


def _telling(way: Sequence[Step]) -> Iterator[Cause]:
    return (cause for step in way for cause in step.causes)


def _bearing(journal: Sequence[JournalEntry]) -> Iterator[int]:
    """Entries on which it hangs which threats there are.

    Decisions are among them only where a language model suggested what a decision keeps.
    """
    suggests = any(isinstance(e, Contributed) for e in journal)
    yield from (e.n for e in journal if suggests or not isinstance(e, Decided))
