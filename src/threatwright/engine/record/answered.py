"""The facts that answers put in place: choices, what free words tell, and not knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatwright.engine.record.statements import Statement, Statements
from threatwright.engine.text.sentences import QUOTE_LENGTH, one_line
from threatwright.model.facts import Fact, Facts, Provenance
from threatwright.model.journal import Answered, JournalEntry, Unknown
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Reading, SaidFact
from threatwright.model.system import SYSTEM
from threatwright.model.terms import FactClass
from threatwright.model.vocabulary import FactEntry


def system_facts(
    entries: Sequence[JournalEntry],
    replies: Mapping[int, Sequence[Reading]],
    knowledge: Knowledge,
    said: Statements,
) -> Facts:
    """Facts of the whole system that were answered: they decide what is composed.

    Free text is read with the documents; of what it says, only what other people answered otherwise
    stands here, as a conflict with them.
    """
    facts: Facts = {}
    chosen = {e.question for e in entries if isinstance(e, Answered) and e.by and e.value}
    for entry in entries:
        if not isinstance(entry, Answered | Unknown):
            continue
        element, _, key = entry.question.rpartition(".")
        known = knowledge.fact_entries.get(key)
        if element != SYSTEM or known is None:
            continue
        if has_choice(entry):
            facts.update(answered(entry, known, facts, said))
        elif isinstance(entry, Answered) and entry.by and entry.question in chosen:
            about = [f for reading in replies[entry.n] for f in reading.facts if f.key == key]
            facts.update(told(entry, about, facts, said))
    return facts


def has_choice(entry: Answered | Unknown) -> bool:
    """Whether an entry settles its question by itself, without its words being read."""
    return isinstance(entry, Unknown) or entry.value is not None


def answered(
    entry: Answered | Unknown, fact: FactEntry, held: Facts, statements: Statements
) -> Facts:
    """The fact that an answer puts in place."""
    if isinstance(entry, Unknown):
        known = held.get(fact.key)
        if known is not None and known.value is not None:
            return {}
        return {fact.key: Fact(value=None, provenance=Provenance(source=f"answer:{entry.n}"))}
    assert entry.value is not None
    kind = (
        "accepted-default" if entry.default and fact.fact_class is FactClass.CONTROL else "answer"
    )
    shown = one_line(entry.evidence)[:QUOTE_LENGTH]
    provenance = Provenance(source=f"{kind}:{entry.n}", quote=entry.text or shown)
    said = Statement(
        entry.value,
        provenance,
        n=entry.n,
        by=entry.by,
        seen=entry.seen,
        hedged=entry.hedged,
    )
    return {fact.key: statements.put(entry.question, held.get(fact.key), said)}


def told(entry: Answered, facts: Sequence[SaidFact], held: Facts, statements: Statements) -> Facts:
    """The facts that a free answer puts in place."""
    element, _, asked = entry.question.rpartition(".")
    return {
        said.key: statements.put(
            f"{element}.{said.key}",
            held.get(said.key),
            Statement(
                said.value,
                said.provenance,
                n=entry.n,
                by=entry.by,
                seen=entry.seen,
                hedged=said.hedged,
                surmised=said.surmised,
                is_aside=said.key != asked,
            ),
        )
        for said in facts
    }
