"""What was put to people already, and what came of it: what not to ask again, and where to move on.

An answer in words that told nothing of what was asked ends the question all the same: the same
words would get the same answer. It stays listed as open, for somebody to read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.journal import Answered, Skipped, Unknown, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, SystemModel
from threatwright.model.vocabulary import FactKey

PATIENCE = 2
"""After so many turns in a row that told nothing of a theme or an element…"""
LONG = 6
"""…and after so many of whatever…"""
WEARY = 0.4
"""…each further one counts for this much of the one before."""
SCREENING = "screening"
"""The gates, whichever their themes: who asks them one after the other asks a form."""


class Put:
    """What a model's journal says of the questions that were put."""

    def __init__(self, model: ThreatModel, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.settled: set[str] = set()
        """Answered, not known or put off: open no longer. Never where sources differ now."""
        self.unread: set[str] = set()
        """Answered in words, of which nothing was understood that was asked."""
        self.passed_over: set[str] = set()
        """Asked for in the same breath as something that was answered, and left out."""
        self._heard: set[FactKey] = set()
        self._vain: Counter[str] = Counter()
        self._in_a_row = 0
        self._unknown: set[str] = set()
        """Nobody who was asked knows it."""
        sources = _sources(model.system)
        for entry in standing(model.journal):
            if isinstance(entry, Answered | Unknown | Skipped):
                self._count(entry, model.system, sources)
        self._left = {
            subject: WEARY ** (vain - PATIENCE + 1)
            for subject, vain in self._vain.items()
            if vain >= PATIENCE
        }
        self.patience = WEARY ** max(0, self._in_a_row - LONG + 1)
        """What is left of the patience for questions of any kind, 0 to 1."""
        self.settled |= set(self._waiting_for(self._unknown))
        self.settled = {id_ for id_ in self.settled if not _is_conflict(model.system, id_)}
        self.unread = {id_ for id_ in self.unread if not _is_conflict(model.system, id_)}

    def is_heard(self, key: FactKey) -> bool:
        """Whether somebody was asked for the fact, of whichever element."""
        return key in self._heard

    def patience_with(self, key: FactKey) -> float:
        """What is left of the patience for questions of a fact's theme, 0 to 1."""
        return self._left.get(self._theme(key), 1.0)

    def patience_at(self, element: str) -> float:
        """What is left of the patience for questions about an element, 0 to 1."""
        return self._left.get(_about(element), 1.0)

    def _theme(self, key: FactKey) -> str:
        is_gate = self._knowledge.fact_entries[key].is_gate
        return f"theme {SCREENING if is_gate else self._knowledge.theme_of(key).id}"

    def _waiting_for(self, ids: Iterable[str]) -> Iterator[str]:
        """What is asked after these: who cannot tell the one cannot tell the other."""
        waiting = [(fact.after, fact.key) for fact in self._knowledge.facts if fact.after]
        for id_ in ids:
            element, key = _parts(id_)
            yield from (f"{element}.{later}" for first, later in waiting if first == key)

    def _count(
        self, entry: Answered | Unknown | Skipped, system: SystemModel, sources: set[str]
    ) -> None:
        ids = {entry.question, *entry.also}
        is_vain = True
        if not isinstance(entry, Answered):
            self.settled |= ids
            self._unknown |= ids if isinstance(entry, Unknown) else set()
        elif entry.value is not None:
            ids = {entry.question}
            self.settled |= ids
            self._unknown -= ids
            is_vain = False
        else:
            own = {f"answer:{entry.n}", f"llm:answer:{entry.n}"}
            told = {id_ for id_ in ids if _rests_on(own, system.fact(*_parts(id_)))}
            self.passed_over |= ids - told if told else set()
            ids = {entry.question, *told} if told else ids
            self.settled |= told
            self._unknown -= told
            self.unread |= ids - told
            is_vain = own.isdisjoint(sources)
        if not isinstance(entry, Skipped):
            self._in_a_row = self._in_a_row + 1 if is_vain else 0
        self._heard.update(key for id_ in ids for _, key in (_parts(id_),))
        element, key = _parts(entry.question)
        if key in self._knowledge.fact_entries:
            for subject in {self._theme(key), _about(element)} - {_about(SYSTEM)}:
                self._vain[subject] = self._vain[subject] + 1 if is_vain else 0


def _about(element: str) -> str:
    return f"element {element}"


def _parts(id_: str) -> tuple[str, FactKey]:
    element, _, key = id_.rpartition(".")
    return element, key


def _sources(system: SystemModel) -> set[str]:
    """Every answer that something in the system rests on."""
    elements = list(system.elements.values())
    held = [system.facts, *(element.facts for element in elements)]
    sources = {fact.provenance.source for facts in held for fact in facts.values()}
    return sources | {element.provenance.source for element in elements}


def _rests_on(sources: Iterable[str], fact: Fact | None) -> bool:
    return fact is not None and fact.value is not None and fact.provenance.source in sources


def _is_conflict(system: SystemModel, id_: str) -> bool:
    fact = system.fact(*_parts(id_))
    return fact is not None and fact.is_conflict
