"""What must hold of the vocabulary: facts and component kinds, and the words put into questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from threatwright.knowledge.problem import Problem
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import ComponentKind, FactClass
from threatwright.model.vocabulary import Cue, FactEntry

_PLACE = re.compile(r"\{[^{}]*\}")
_GROUP = re.compile(r"@([\w-]+)")


def vocabulary_problems(knowledge: Knowledge) -> Iterator[Problem]:
    """Everything in facts and kinds that does not fit together."""
    for fact in knowledge.facts:
        yield from _choices(fact)
        yield from _leads(knowledge, fact)
        for field in ("question", "why"):
            yield from _unfilled(fact, getattr(fact, field), field)
        for kind, question in fact.asked_of.items():
            yield from _unfilled(fact, question, "asked_of", kind)
            if kind not in fact.applies_to:
                yield _of(fact, f"is asked of “{kind}”, which does not have it", "asked_of", kind)
    yield from _kinds(knowledge)
    yield from _themes(knowledge)
    yield from _telling(knowledge)
    yield from _groups(knowledge)


def unfilled(text: str, *filled: str) -> list[str]:
    """The places in a text that nothing is put into."""
    return [place for place in _PLACE.findall(text) if place not in filled]


def _unfilled(fact: FactEntry, text: str, *field: str) -> Iterator[Problem]:
    for place in unfilled(text, "{element}"):
        yield _of(fact, f"nothing takes the place of {place}; only {{element}} is", *field)


def _of(fact: FactEntry, text: str, *field: str | int, other: str = "") -> Problem:
    return Problem("fact", fact.key, text, field, ("fact", other) if other else None)


def _choices(fact: FactEntry) -> Iterator[Problem]:
    if fact.on == "component" and not fact.applies_to:
        yield _of(fact, "no kind of component has it: name some, or say `on: system`")
    for value, n in Counter(choice.value for choice in fact.choices).items():
        if n > 1:
            yield _of(fact, f"its choice “{value}” stands there twice", "choices")
    usual = fact.choice(fact.usual)
    if fact.usual is not None and usual is None:
        yield _of(fact, f"its usual answer “{fact.usual}” is none of its choices", "usual")
    if fact.fact_class is not FactClass.CONTROL:
        return
    for number, choice in enumerate(fact.choices):
        if choice.coverage is None:
            yield _of(fact, "every choice of a control says its coverage", "choices", number)
    if usual is not None and usual.coverage != "none":
        yield _of(fact, "a favourable answer about a control is never proposed", "usual")


def _has_elements_in_common(one: FactEntry, other: FactEntry) -> bool:
    if "component" in (one.on, other.on):
        return not set(one.applies_to).isdisjoint(other.applies_to)
    return one.on == other.on


def _leads(knowledge: Knowledge, fact: FactEntry) -> Iterator[Problem]:
    """The other facts that it names are there."""
    within = knowledge.fact_entries.get(fact.within or "")
    if fact.within and (within is None or not within.is_gate):
        yield _of(fact, f"“{fact.within}” is no gate", "within", other=fact.within)
    first = knowledge.fact_entries.get(fact.after or "")
    if fact.after and (first is None or first.after or not _has_elements_in_common(first, fact)):
        text = f"waits for “{fact.after}”, which is none of the same elements that comes first"
        yield _of(fact, text, "after", other=fact.after)
    for value, settled in fact.settles.items():
        if fact.choice(value) is None:
            yield _of(fact, f"settles “{value}”, which is none of its choices", "settles", value)
        for key, other in settled.items():
            target = knowledge.fact_entries.get(key)
            if target is None or target.choice(other) is None:
                text = f"settles {key}={other}, which the vocabulary lacks"
                yield _of(fact, text, "settles", value, key, other=key)


def _kinds(knowledge: Knowledge) -> Iterator[Problem]:
    for kind, n in Counter(entry.kind for entry in knowledge.kinds).items():
        if n > 1:
            yield Problem("component kind", kind, "it is defined twice")
    for kind in ComponentKind:
        if kind not in knowledge.kind_entries:
            yield Problem("component kind", kind, "the vocabulary has no entry for it")
    for entry in knowledge.kinds:
        gate = knowledge.fact_entries.get(entry.gate or "")
        if entry.gate and (gate is None or not gate.is_gate):
            text = f"“{entry.gate}” is no gate"
            yield Problem("component kind", entry.kind, text, other=("fact", entry.gate))


def _themes(knowledge: Knowledge) -> Iterator[Problem]:
    for key, n in Counter(key for theme in knowledge.themes for key in theme.facts).items():
        if key not in knowledge.fact_entries:
            yield Problem("theme", "", f"the fact “{key}” is not in the vocabulary")
        elif n > 1:
            yield Problem("theme", "", f"the fact “{key}” stands in two themes")


def _telling(knowledge: Knowledge) -> Iterator[Problem]:
    for key in knowledge.telling.facts.keys() - knowledge.fact_entries.keys():
        yield Problem("telling", "", f"the fact “{key}” is not in the vocabulary")


def _groups(knowledge: Knowledge) -> Iterator[Problem]:
    """Every group of words that a cue names is there."""
    for kind, id_, cues in _cues(knowledge):
        written = " ".join(w for cue in cues for w in (*cue.words, *cue.with_, *cue.unless))
        for name in sorted(set(_GROUP.findall(written)) - knowledge.words.keys()):
            yield Problem(kind, id_, f"a cue names the group @{name}, which the words lack")


def _cues(knowledge: Knowledge) -> Iterator[tuple[str, str, tuple[Cue, ...]]]:
    for kind in knowledge.kinds:
        yield "component kind", kind.kind, (*kind.cues, *kind.related)
    for fact in knowledge.facts:
        yield (
            "fact",
            fact.key,
            (*fact.topic, *(cue for c in fact.choices for cue in (*c.cues, *c.broad))),
        )
    for archetype in knowledge.archetypes:
        shown = (cue for asset in archetype.assets for cue in asset.cues)
        yield "archetype", archetype.id, (*archetype.cues, *shown)
