"""What must hold of claims: what they state can be stated, and what they bear on is so."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.knowledge.problem import Problem
from threatwright.model.claims import ClaimEntry, Confusion, StatedByClaim
from threatwright.model.conditions import facts_in
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.terms import Coverage
from threatwright.model.vocabulary import FactEntry

_MORE = (Coverage.NONE, Coverage.PARTIAL, Coverage.FULL)


def claim_problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Everything in claims that does not fit together."""
    removed = knowledge.organisation.removes if knowledge.organisation else {}
    patterns = {pattern.id: pattern for pattern in knowledge.patterns}
    for claim in knowledge.claims:
        yield from _stated(knowledge, claim)
        yield from _leads(knowledge, claim)
        yield from _contradictions(knowledge, claim)
        for field in ("limits", "untouched"):
            confusions: tuple[Confusion, ...] = getattr(claim, field)
            for n, confusion in enumerate(confusions):
                for id_ in confusion.patterns:
                    where = (field, n, "patterns")
                    if id_ in patterns:
                        yield from _fitting(knowledge, claim, patterns[id_], field, n)
                    elif id_ not in removed:
                        text = f"there is no pattern “{id_}”"
                        yield Problem("claim", claim.id, text, where, ("pattern", id_))


def bears_on(claim: ClaimEntry, pattern: Pattern, knowledge: Knowledge) -> tuple[str, ...]:
    """The mitigations under `lowers` of the pattern that the claim is, or whose control it states.

    A fact about anything but a control moves threats by their conditions, and is not counted.
    """
    stated = {one.fact for one in claim.states}
    return tuple(
        counter.control
        for counter in pattern.lowers
        if counter.control in claim.mitigations
        or knowledge.mitigation_entries[counter.control].fact in stated
    )


def _fitting(
    knowledge: Knowledge, claim: ClaimEntry, pattern: Pattern, field: str, n: int
) -> Iterator[Problem]:
    """What it is said to bear on, or not to, is what its control stands against, or does not."""
    if knowledge.organisation and not claim.publisher:
        return  # ours speaks of our patterns and mitigations, which an organisation may change
    if any(c.control not in knowledge.mitigation_entries for c in pattern.lowers):
        return  # told of the pattern
    found = bears_on(claim, pattern, knowledge)
    where = (field, n, "patterns")
    if field == "untouched" and found:
        text = f"it is said not to touch {pattern.id}, which {found[0]} stands against"
        yield Problem("claim", claim.id, text, where, ("pattern", pattern.id))
    if field == "limits" and not found and not _is_conditional(knowledge, claim):
        text = f"it is said to bear on {pattern.id}, which nothing that it states stands against"
        yield Problem("claim", claim.id, text, where, ("pattern", pattern.id))


def _is_conditional(knowledge: Knowledge, claim: ClaimEntry) -> bool:
    """Whether it states a fact that conditions of patterns may ask for."""
    facts = (knowledge.fact_entries.get(one.fact) for one in claim.states)
    return any(fact is not None and fact.choices[0].coverage is None for fact in facts)


def _stated(knowledge: Knowledge, claim: ClaimEntry) -> Iterator[Problem]:
    """The facts that it states are there, with these values, of these kinds of component."""
    for n, one in enumerate(claim.states):
        fact = knowledge.fact_entries.get(one.fact)
        found = _values(one, fact) if fact else iter([("fact", "it is not in the vocabulary")])
        for field, text in found:
            where = ("states", n, field)
            yield Problem("claim", claim.id, f"{one.fact}: {text}", where, ("fact", one.fact))


def _values(one: StatedByClaim, fact: FactEntry) -> Iterator[tuple[str, str]]:
    """Field and text of what is wrong: in full it states a control, and more than in part."""
    for field, value in (("fully", one.fully), ("partly", one.partly)):
        if value is not None and fact.choice(value) is None:
            yield field, f"“{value}” is no choice of it"
    for kind in one.kinds:
        if kind not in fact.applies_to:
            yield "kinds", f"it does not apply to {kind}"
    full, part = (
        choice and choice.coverage for choice in map(fact.choice, (one.fully, one.partly))
    )
    if full is Coverage.NONE:
        yield "fully", f"“{one.fully}” says that there is no such control"
    if full and part and _MORE.index(part) >= _MORE.index(full):
        yield "partly", f"“{one.partly}” is no less than “{one.fully}”"


def _leads(knowledge: Knowledge, claim: ClaimEntry) -> Iterator[Problem]:
    """The mitigations and catalogue entries that it names are there."""
    for n, id_ in enumerate(claim.mitigations):
        if id_ not in knowledge.mitigation_entries:
            text = f"the mitigation “{id_}” does not exist"
            yield Problem("claim", claim.id, text, ("mitigations", n), ("mitigation", id_))
    for n, cited in enumerate(claim.references):
        try:
            knowledge.cite(cited)
        except KeyError:
            text = f"the reference “{cited}” is in no catalogue here"
            yield Problem("claim", claim.id, text, ("references", n))


def _contradictions(knowledge: Knowledge, claim: ClaimEntry) -> Iterator[Problem]:
    for n, contradiction in enumerate(claim.against):
        for atom in facts_in(contradiction.if_):
            field = ("against", n, "if")
            fact = knowledge.fact_entries.get(atom.key)
            if fact is None:
                text = f"the fact “{atom.fact}” is not in the vocabulary"
                yield Problem("claim", claim.id, text, field, ("fact", atom.key))
                continue
            for value in atom.values:
                if fact.choice(value) is None:
                    text = f"“{value}” is no choice of the fact {atom.key}"
                    yield Problem("claim", claim.id, text, field, ("fact", atom.key))
