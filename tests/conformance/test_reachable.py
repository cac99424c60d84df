"""Every pattern is reached from some archetype, by answers to questions that can be asked."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.composing.compose import compose
from threatwright.engine.rules.assessment import Assessment, Judged
from threatwright.knowledge.load import load_knowledge
from threatwright.model.archetypes import Archetype
from threatwright.model.facts import YES, Fact, Facts, Provenance
from threatwright.model.reading import Called, Mention, Reading
from threatwright.model.system import SYSTEM, Component, SystemModel
from threatwright.model.terms import Outcome

KNOWLEDGE = load_knowledge()
PATTERNS = {pattern.id: pattern for pattern in KNOWLEDGE.patterns}
SAID = Provenance(source="answer:1")
FIRES = {Outcome.APPLIES, Outcome.ASSUMED}
MOST_ANSWERS = 5


def _proposed_by(archetype: Archetype) -> SystemModel:
    """The system that the archetype proposes where it is called for and its gates are so.

    What is only joined in where somebody names it, somebody names: databases, queues, filters.
    """
    around = next(a for a in KNOWLEDGE.archetypes if a.id == "surroundings")
    gates = {**archetype.presumes, **archetype.gates, **archetype.needs}
    stated: Facts = {key: Fact(value=value, provenance=SAID) for key, value in gates.items()}
    optional = (c.kind for c in archetype.components if c.optional)
    named = (*archetype.kinds[:1], *optional, *around.kinds)
    reading = Reading(
        called=(Called(archetype=archetype.id, provenance=SAID),),
        mentions=tuple(
            Mention(kind=kind, name=str(kind), sentence=0, provenance=SAID)
            for kind in dict.fromkeys(named)
        ),
    )
    return compose(archetype.title, [reading], stated, KNOWLEDGE)


def _answers(judged: Judged, system: SystemModel) -> Iterator[tuple[str, str, str]]:
    """(element, fact, value) of each answer that would help to decide it."""
    for key in judged.verdict.unknown:
        if not key.startswith("fact:"):
            continue
        holder, _, asked = key.removeprefix("fact:").rpartition(".")
        is_other = "!=" in asked
        fact, _, values = asked.partition("!=" if is_other else "=")
        choices = [c.value for c in KNOWLEDGE.fact_entries[fact].choices]
        named = (values or YES).split("|")
        fitting = [v for v in choices if (v in named) != is_other]
        if fitting and _can_be_asked(holder, fact, system):
            yield holder, fact, fitting[0]


def _can_be_asked(holder: str, fact: str, system: SystemModel) -> bool:
    if holder == SYSTEM:
        return True
    element = system.elements[holder]
    return isinstance(element, Component) and any(
        entry.key == fact for entry in KNOWLEDGE.facts_of(element.kind)
    )


def _answered(system: SystemModel, holder: str, fact: str, value: str) -> SystemModel:
    said = Fact(value=value, provenance=SAID)
    if holder == SYSTEM:
        return system.model_copy(update={"facts": {**system.facts, fact: said}})
    components = tuple(
        c.model_copy(update={"facts": {**c.facts, fact: said}}) if c.id == holder else c
        for c in system.components
    )
    return system.model_copy(update={"components": components})


def _fires_when_asked(pattern: str, system: SystemModel) -> bool:
    """Whether answering what is open about it, one after the other, makes the pattern fire."""
    alone = KNOWLEDGE.model_copy(update={"patterns": (PATTERNS[pattern],)})
    for _ in range(MOST_ANSWERS):
        judged = Assessment(system, alone).judged
        if any(j.verdict.outcome in FIRES for j in judged):
            return True
        answers = [a for j in judged for a in _answers(j, system)]
        if not answers:
            return False
        system = _answered(system, *answers[0])
    return False


def test_every_pattern_is_reached_from_some_archetype_and_answer() -> None:
    systems = [_proposed_by(archetype) for archetype in KNOWLEDGE.archetypes]
    at_once = {
        j.pattern.id
        for system in systems
        for j in Assessment(system, KNOWLEDGE).judged
        if j.verdict.outcome in FIRES
    }
    open_ = PATTERNS.keys() - at_once
    assert {p for p in open_ if not any(_fires_when_asked(p, s) for s in systems)} == set()
    assert len(at_once) > len(PATTERNS) / 2


def test_every_archetype_proposes_parts_and_leads_to_threats() -> None:
    for archetype in KNOWLEDGE.archetypes:
        system = _proposed_by(archetype)
        judged = Assessment(system, KNOWLEDGE).judged
        if any(not component.optional for component in archetype.components):
            assert system.components, archetype.id
            assert any(j.verdict.outcome in FIRES for j in judged), archetype.id
