"""Tells of threatwright's own parts: patterns, archetypes, facts and component kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from threatwright.knowledge.accounts.account import Account, Remedy, Use
from threatwright.knowledge.accounts.condition_words import kind_name, when
from threatwright.knowledge.accounts.relations import Relations, in_general, title_of
from threatwright.model.archetypes import Archetype
from threatwright.model.conditions import All, AnyOf, Condition, FactIs, Not
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Cited, Pattern
from threatwright.model.vocabulary import Cue, FactEntry, KindEntry

Traits = dict[str, tuple[str, ...]]


def pattern_account(
    pattern: Pattern, knowledge: Knowledge, relations: Relations, note: str
) -> Account:
    """Everything about a pattern."""
    likelihood = pattern.likelihood
    return Account(
        type="pattern",
        id=pattern.id,
        name=title_of(pattern),
        publisher=pattern.publisher,
        note=note,
        description=in_general(pattern.scenario),
        traits=_present(
            {
                "STRIDE": tuple(stride.value for stride in pattern.stride),
                "Concerns": (relations.where(pattern),),
                "Stage": (pattern.stage.value,),
                "Access": (likelihood.access.value,),
                "Effort": (f"{likelihood.effort}: {likelihood.because}",),
                "More likely": tuple(
                    f"if {when(a.if_, knowledge)}: {a.because}" for a in likelihood.raise_
                ),
                "Less likely": tuple(
                    f"if {when(a.if_, knowledge)}: {a.because}" for a in likelihood.lower
                ),
                "Impact": tuple(f"{i.dimension} {i.base}: {i.because}" for i in pattern.impact),
                "References": tuple(_cited(c, knowledge) for c in pattern.references),
                "Steps": tuple(_cited(c, knowledge) for c in pattern.steps),
                "Without help": (pattern.no_countermeasure,) if pattern.no_countermeasure else (),
                "Tried by": tuple(
                    f"{p.id} {p.name}" for p in knowledge.probes if pattern.id in p.tried
                ),
            }
        ),
        when=when(pattern.when, knowledge),
        not_when=pattern.not_when,
        remedies=relations.remedies_of([pattern]),
    )


def _cited(cited: Cited, knowledge: Knowledge) -> str:
    names = ", ".join(kind_name(kind, knowledge) for kind in cited.kinds)
    only = f" (only for: {names})" if names else ""
    return f"{cited.id} {knowledge.cite(cited.id).name}{only}"


def archetype_account(archetype: Archetype, knowledge: Knowledge, note: str) -> Account:
    """Everything about an archetype."""
    others = {a.id: a.title for a in knowledge.archetypes}
    return Account(
        type="archetype",
        id=archetype.id,
        name=archetype.title,
        publisher=archetype.publisher,
        note=note,
        description=archetype.description,
        examples=tuple(map(_called_for_by, archetype.cues)),
        traits=_present(
            {
                "Comes with": tuple(_stated(archetype.gates, knowledge)),
                "Needs": tuple(_stated(archetype.presumes | archetype.needs, knowledge)),
                "Not beside": tuple(f"{id_} {others[id_]}" for id_ in archetype.not_with),
                "Proposes": tuple(
                    f"{c.name} ({kind_name(c.kind, knowledge)})" for c in archetype.components
                ),
                "Assets": tuple(f"{a.name} ({a.sensitivity})" for a in archetype.assets),
                "Assumes": tuple(_stated(archetype.facts, knowledge)),
            }
        ),
    )


def _called_for_by(cue: Cue) -> str:
    """The words of a cue on a line, without the mark of an exact form."""
    told = ", ".join(cue.words)
    if cue.with_:
        told += f"; only with {', '.join(cue.with_)}"
    if cue.unless:
        told += f"; not with {', '.join(cue.unless)}"
    return re.sub(r"(^|[ |])=", r"\1", told)


def _stated(facts: Mapping[str, str], knowledge: Knowledge) -> Iterator[str]:
    for key, value in facts.items():
        fact = knowledge.fact_entries.get(key)
        choice = fact.choice(value) if fact else None
        yield f"{fact.name if fact else key}: {choice.label if choice else value}"


def fact_account(fact: FactEntry, knowledge: Knowledge, relations: Relations, note: str) -> Account:
    """Everything about a fact."""
    usual = fact.choice(fact.usual)
    return Account(
        type="fact",
        id=fact.key,
        name=fact.name,
        publisher=fact.publisher,
        note=note,
        description=f"{in_general(fact.question)} {fact.why}",
        traits=_present(
            {
                "Class": (fact.fact_class.value,),
                "Known of": tuple(kind_name(kind, knowledge) for kind in fact.applies_to)
                or (f"the {fact.on}",),
                "Who knows": (fact.role.value,),
                "Choices": tuple(f"{c.value}: {c.label}" for c in fact.choices),
                "Usual": (usual.label,) if usual else (),
                "Settles": tuple(
                    f"{value}: {', '.join(_stated(settled, knowledge))}"
                    for value, settled in fact.settles.items()
                ),
            }
        ),
        patterns=tuple(_uses_of_fact(fact, knowledge, relations)),
        remedies=_stating(fact, knowledge, relations),
    )


def _uses_of_fact(fact: FactEntry, knowledge: Knowledge, relations: Relations) -> Iterator[Use]:
    for pattern in knowledge.patterns:
        likelihood = pattern.likelihood
        if fact.key in _facts_in(pattern.when):
            yield relations.use(pattern, "asks for it")
        elif any(fact.key in _facts_in(a.if_) for a in (*likelihood.raise_, *likelihood.lower)):
            yield relations.use(pattern, "its likelihood goes by it")


def _stating(fact: FactEntry, knowledge: Knowledge, relations: Relations) -> tuple[Remedy, ...]:
    """The mitigations whose coverage a control states."""
    stated = (m for m in knowledge.mitigations if m.fact == fact.key)
    return tuple(relations.remedy(m.id, m.title) for m in stated)


def _facts_in(condition: Condition) -> Iterator[str]:
    match condition:
        case All():
            for part in condition.all:
                yield from _facts_in(part)
        case AnyOf():
            for part in condition.any:
                yield from _facts_in(part)
        case Not():
            yield from _facts_in(condition.negated)
        case FactIs():
            yield condition.key
        case _:
            return


def kind_account(kind: KindEntry, knowledge: Knowledge, relations: Relations, note: str) -> Account:
    """Everything about a component kind."""
    gate = knowledge.fact_entries.get(kind.gate or "")
    return Account(
        type="kind",
        id=kind.kind.value,
        name=kind.name,
        note=note,
        description=kind.description,
        examples=tuple(map(_called_for_by, kind.cues)),
        traits=_present(
            {
                "In STRIDE": (kind.element,),
                "Stage": (kind.stage.value,),
                "Zone": (kind.zone.value,),
                "AI": ("it makes a system an AI system",) if kind.is_ai else (),
                "Only if": (f"{gate.key} “{gate.name}”",) if gate else (),
                "Worth knowing": tuple(
                    f"{f.key} “{f.name}”" for f in knowledge.facts_of(kind.kind)
                ),
                "Archetypes": tuple(
                    f"{a.id} {a.title}"
                    for a in knowledge.archetypes
                    if any(c.kind is kind.kind for c in a.components)
                ),
            }
        ),
        patterns=tuple(
            relations.use(pattern)
            for pattern in knowledge.patterns
            if kind.kind in pattern.kinds and pattern.element == "component"
        ),
    )


def _present(traits: Traits) -> Traits:
    return {name: values for name, values in traits.items() if values}
