"""Decisions whose threat is no threat any more: kept, with the answer that took it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from threatwright.engine.causes import Causes
from threatwright.engine.replay import Step, steps
from threatwright.model.difference import Cause
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided, JournalEntry, Retracted, standing
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


Drafts = Callable[[ThreatModel], Drafted]


def stale(
    model: ThreatModel,
    decided: Mapping[str, Decided],
    now: Drafted,
    knowledge: Knowledge,
    drafts: Drafts,
) -> tuple[StaleDecision, ...]:
    """The decisions about threats that do not follow from the record any more.

    `model` is as it was when it was last derived, with the record that it has now. What was found
    then is kept while its cause still counts: to find one takes several drafts.
    """
    missing = [
        d for d in decided.values() if d.threat not in now.ids and d.status is not Status.PROPOSED
    ]
    if not missing:
        return ()
    search = _Search(model, now, knowledge, drafts)
    return tuple(map(search.stale, missing))


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
        taking_back = (e.n for e in model.journal if isinstance(e, Retracted))
        self._counting = {*(e.n for e in standing(model.journal)), *taking_back}

    def stale(self, decision: Decided) -> StaleDecision:
        """The decision with its cause."""
        known = self._known.get((decision.threat, decision.n))
        if known is not None and self._counts(known.cause):
            return known
        cause = self._cause(decision)
        by = f" ({cause.by})" if cause and cause.by else ""
        return StaleDecision(
            threat=decision.threat,
            title=decision.title or self._titles.get(decision.threat, decision.threat),
            status=decision.status,
            reason=decision.reason,
            owner=decision.owner,
            entry=decision.n,
            cause=cause.ref if cause else "",
            because=f"{cause.text}{by}" if cause else self._otherwise(decision),
        )

    def _otherwise(self, decision: Decided) -> str:
        is_newer = self._model.derived.knowledge not in ("", self._knowledge.digest)
        return KNOWLEDGE if is_newer and decision.threat in self._titles else UNKNOWN

    def _counts(self, cause: str) -> bool:
        """Whether what is told as a cause is still so."""
        number = cause.rpartition(":")[2]
        return not number.isdecimal() or int(number) in self._counting

    def _cause(self, decision: Decided) -> Cause | None:
        """As it came about; where that does not count any more, by what counts."""
        for journal in (self._model.journal, standing(self._model.journal)):
            found = self._found(decision, journal)
            if found is not None and self._counts(found.ref):
                return found
        return None

    def _found(self, decision: Decided, journal: Sequence[JournalEntry]) -> Cause | None:
        """The step after the decision at which the threat ceased to be one: it is halved for it."""
        new = self._model.model_copy(update={"journal": tuple(journal)})
        old = new.model_copy(
            update={
                "journal": tuple(e for e in journal if e.n <= decision.n),
                "sources": tuple(s for s in new.sources if s.after < decision.n),
            }
        )
        before = self._drafts(old)
        if decision.threat not in before.ids:
            return None
        words = Causes(before.system, self._now.system, self._knowledge, {}, self._model.journal)
        way = list(steps(old, new, words))
        there, gone = -1, len(way) - 1
        while gone - there > 1:
            middle = (there + gone) // 2
            is_there = decision.threat in self._drafts(way[middle].record).ids
            there, gone = (middle, gone) if is_there else (there, middle)
        return next(_telling(way[gone:]), None)


def _telling(way: Sequence[Step]) -> Iterator[Cause]:
    return (cause for step in way for cause in step.causes)
