"""What must hold between the parts of the knowledge, beyond what each file's own type checks."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.knowledge.check_archetypes import archetype_problems
from threatwright.knowledge.check_claims import claim_problems
from threatwright.knowledge.check_order import order_problems
from threatwright.knowledge.check_probes import probe_problems
from threatwright.knowledge.check_risk import risk_problems
from threatwright.knowledge.check_vocabulary import unfilled, vocabulary_problems
from threatwright.knowledge.entries import Field
from threatwright.knowledge.problem import Problem
from threatwright.model.conditions import Condition, FactIs, facts_in
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Cited, Pattern
from threatwright.model.terms import FactClass


def problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Everything that does not fit together."""
    yield from vocabulary_problems(knowledge)
    for pattern in knowledge.patterns:
        yield from _conditions(knowledge, pattern)
        yield from _leads(knowledge, pattern)
        yield from _texts(pattern)
    yield from _mitigations(knowledge)
    yield from order_problems(knowledge)
    yield from archetype_problems(knowledge)
    yield from claim_problems(knowledge)
    yield from probe_problems(knowledge)
    yield from risk_problems(knowledge.risk)


# --- patterns ---------------------------------------------------------------------------------


def _conditions(knowledge: Knowledge, pattern: Pattern) -> Iterator[Problem]:
    """The facts that it asks about are there, and no control among those that decide on it."""
    rated = pattern.likelihood
    conditions: list[tuple[Field, Condition]] = [
        (("when",), pattern.when),
        *((("likelihood", "raise", n), a.if_) for n, a in enumerate(rated.raise_)),
        *((("likelihood", "lower", n), a.if_) for n, a in enumerate(rated.lower)),
    ]
    for field, condition in conditions:
        for atom in facts_in(condition):
            for text in _atom(knowledge, pattern, atom):
                yield Problem("pattern", pattern.id, text, field, ("fact", atom.key))
    for atom in facts_in(pattern.when):
        fact = knowledge.fact_entries.get(atom.key)
        if fact is not None and fact.fact_class is FactClass.CONTROL:
            text = f"the control {atom.key} stands in `when`; it belongs under `lowers`"
            yield Problem("pattern", pattern.id, text, ("when",), ("fact", atom.key))


def _atom(knowledge: Knowledge, pattern: Pattern, atom: FactIs) -> Iterator[str]:
    fact = knowledge.fact_entries.get(atom.key)
    if fact is None:
        yield f"the fact “{atom.fact}” is not in the vocabulary"
        return
    for value in atom.values:
        if fact.choice(value) is None:
            yield f"“{value}” is no choice of the fact {atom.key}"
    if atom.scope == "system" and fact.on != "system":
        yield f"{atom.fact} is a fact of components, not of the system"
    if atom.scope == "element" and pattern.element == "component":
        if fact.on == "system":
            yield f"{atom.key} is a fact of the system: write system.{atom.key}"
        for kind in pattern.kinds:
            if fact.on == "component" and kind not in fact.applies_to:
                yield f"the fact {atom.key} does not apply to {kind}"


def _leads(knowledge: Knowledge, pattern: Pattern) -> Iterator[Problem]:
    """The mitigations and catalogue entries that it names are there."""
    for n, counter in enumerate(pattern.lowers):
        if counter.control not in knowledge.mitigation_entries:
            text = f"the mitigation “{counter.control}” does not exist"
            yield Problem("pattern", pattern.id, text, ("lowers", n))
    for field in ("references", "steps"):
        cited: tuple[Cited, ...] = getattr(pattern, field)
        for n, one in enumerate(cited):
            for text in _cited(knowledge, pattern, one):
                yield Problem("pattern", pattern.id, text, (field, n))


def _cited(knowledge: Knowledge, pattern: Pattern, cited: Cited) -> Iterator[str]:
    try:
        knowledge.cite(cited.id)
    except KeyError:
        yield f"the reference “{cited.id}” is in no catalogue here"
    if strangers := set(cited.kinds) - set(pattern.kinds):
        yield f"{cited.id} is for {min(strangers)}, which the pattern never meets"


def _texts(pattern: Pattern) -> Iterator[Problem]:
    """Names are put into every place in its texts."""
    filled = ["{element}", *(["{source}", "{target}"] if pattern.element == "flow" else [])]
    for field in ("title", "scenario"):
        for place in unfilled(getattr(pattern, field), *filled):
            text = f"nothing takes the place of {place}; {' and '.join(filled)} would be filled"
            yield Problem("pattern", pattern.id, text, (field,))


# --- mitigations ------------------------------------------------------------------------------


def _mitigations(knowledge: Knowledge) -> Iterator[Problem]:
    for mitigation in knowledge.mitigations:
        fact = knowledge.fact_entries.get(mitigation.fact or "")
        if mitigation.fact and (fact is None or fact.fact_class is not FactClass.CONTROL):
            text = f"“{mitigation.fact}” is no control of the vocabulary"
            other = ("fact", mitigation.fact)
            yield Problem("mitigation", mitigation.id, text, ("fact",), other)
        for n, subcategory in enumerate(mitigation.nist):
            try:
                knowledge.cite(subcategory)
            except KeyError:
                text = f"NIST AI RMF has no “{subcategory}”"
                yield Problem("mitigation", mitigation.id, text, ("nist", n))
