"""What must hold between the parts of `knowledge/`, beyond what each file's own type checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from threatwright.errors import KnowledgeError
from threatwright.model.conditions import All, AnyOf, Condition, FactIs, Not
from threatwright.model.knowledge import Archetype, FragmentComponent, Knowledge, Pattern
from threatwright.model.terms import ComponentKind, FactClass


def check(knowledge: Knowledge) -> None:
    """Raise KnowledgeError listing everything that does not fit together."""
    wrong = [*problems(knowledge)]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise KnowledgeError(
            f"knowledge: {wrong[0]}{more}", "Correct it; `make check` lists every such problem."
        )


def problems(knowledge: Knowledge) -> Iterator[str]:
    """Everything that does not fit together, one sentence each."""
    yield from _twice("pattern", [p.id for p in knowledge.patterns])
    yield from _twice("mitigation", [m.id for m in knowledge.mitigations])
    yield from _twice("archetype", [a.id for a in knowledge.archetypes])
    yield from _twice("fact", [f.key for f in knowledge.facts])
    yield from _twice("component kind", [k.kind for k in knowledge.kinds])
    yield from (
        f"the vocabulary has no entry for the component kind “{kind}”"
        for kind in ComponentKind
        if kind not in knowledge.kind_entries
    )
    yield from _facts(knowledge)
    for pattern in knowledge.patterns:
        yield from _pattern(knowledge, pattern)
    yield from _mitigations(knowledge)
    yield from _archetypes(knowledge)


def _twice(what: str, ids: list[str]) -> Iterator[str]:
    yield from (f"the {what} “{id_}” is defined twice" for id_, n in Counter(ids).items() if n > 1)


def _facts(knowledge: Knowledge) -> Iterator[str]:
    for fact in knowledge.facts:
        if fact.usual is not None and fact.choice(fact.usual) is None:
            yield f"fact {fact.key}: its usual answer “{fact.usual}” is none of its choices"
        if fact.fact_class is FactClass.CONTROL:
            if any(choice.coverage is None for choice in fact.choices):
                yield f"fact {fact.key}: every choice of a control says its coverage"
            usual = fact.choice(fact.usual)
            if usual is not None and usual.coverage != "none":
                yield f"fact {fact.key}: a favourable answer about a control is never proposed"
        for value, settled in fact.settles.items():
            if fact.choice(value) is None:
                yield f"fact {fact.key}: settles “{value}”, which is none of its choices"
            for key, other in settled.items():
                target = knowledge.fact_entries.get(key)
                if target is None or target.choice(other) is None:
                    yield f"fact {fact.key}: settles {key}={other}, which the vocabulary lacks"
    for kind in knowledge.kinds:
        gate = knowledge.fact_entries.get(kind.gate or "")
        if kind.gate and (gate is None or not gate.is_gate):
            yield f"component kind {kind.kind}: “{kind.gate}” is no gate"


def _atoms(condition: Condition) -> Iterator[FactIs]:
    match condition:
        case All():
            for part in condition.all:
                yield from _atoms(part)
        case AnyOf():
            for part in condition.any:
                yield from _atoms(part)
        case Not():
            yield from _atoms(condition.negated)
        case FactIs():
            yield condition
        case _:
            return


def _pattern(knowledge: Knowledge, pattern: Pattern) -> Iterator[str]:
    name = f"pattern {pattern.id}"
    adjusted = (*pattern.likelihood.raise_, *pattern.likelihood.lower)
    for condition in (pattern.when, *(a.if_ for a in adjusted)):
        for atom in _atoms(condition):
            yield from (f"{name}: {problem}" for problem in _atom(knowledge, pattern, atom))
    for atom in _atoms(pattern.when):
        fact = knowledge.fact_entries.get(atom.key)
        if fact is not None and fact.fact_class is FactClass.CONTROL:
            yield f"{name}: the control {atom.key} stands in `when`; it belongs under `lowers`"
    for counter in pattern.lowers:
        if counter.control not in knowledge.mitigation_entries:
            yield f"{name}: the mitigation “{counter.control}” does not exist"
    for cited in pattern.references:
        try:
            knowledge.cite(cited.id)
        except KeyError:
            yield f"{name}: the reference “{cited.id}” is in no catalogue here"
        if strangers := set(cited.kinds) - set(pattern.kinds):
            yield f"{name}: {cited.id} is for {sorted(strangers)[0]}, which the pattern never meets"


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


def _mitigations(knowledge: Knowledge) -> Iterator[str]:
    for mitigation in knowledge.mitigations:
        fact = knowledge.fact_entries.get(mitigation.fact or "")
        if mitigation.fact and (fact is None or fact.fact_class is not FactClass.CONTROL):
            yield f"mitigation {mitigation.id}: “{mitigation.fact}” is no control of the vocabulary"
        for subcategory in mitigation.nist:
            try:
                knowledge.cite(subcategory)
            except KeyError:
                yield f"mitigation {mitigation.id}: NIST AI RMF has no “{subcategory}”"


def _archetypes(knowledge: Knowledge) -> Iterator[str]:
    ids = {a.id for a in knowledge.archetypes}
    for archetype in knowledge.archetypes:
        name = f"archetype {archetype.id}"
        yield from (f"{name}: {problem}" for problem in _fragment(knowledge, archetype))
        yield from (
            f"{name}: not_with names “{other}”, which does not exist"
            for other in archetype.not_with
            if other not in ids
        )


def _fragment(knowledge: Knowledge, archetype: Archetype) -> Iterator[str]:
    components = {c.id for c in archetype.components}
    zones = {b.id for b in archetype.boundaries}
    for component in archetype.components:
        if component.boundary not in zones:
            yield f"{component.id} stands in “{component.boundary}”, which it lacks"
        yield from _proposals(knowledge, component)
    ends = [(end, "a flow ends at") for f in archetype.flows for end in (f.source, f.target)]
    holders = [(holder, f"{a.id} is held by") for a in archetype.assets for holder in a.held_by]
    for id_, how in (*ends, *holders):
        if id_ not in components:
            yield f"{how} “{id_}”, which it lacks"
    for key, value in {**archetype.facts, **archetype.gates, **archetype.needs}.items():
        fact = knowledge.fact_entries.get(key)
        if fact is None or fact.on != "system" or fact.choice(value) is None:
            yield f"{key}={value} is no fact of the system"


def _proposals(knowledge: Knowledge, component: FragmentComponent) -> Iterator[str]:
    for key, value in component.facts.items():
        fact = knowledge.fact_entries.get(key)
        if fact is None or fact.choice(value) is None:
            yield f"{component.id} proposes {key}={value}, which is not known"
        elif component.kind not in fact.applies_to:
            yield f"the fact {key} does not apply to {component.kind}"
        elif fact.fact_class is FactClass.CONTROL:
            yield f"{component.id} proposes the control {key}"
