"""Which patterns an answer bears on: for all others, what was worked out before still holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from threatwright.engine.conditions import OUTSIDERS
from threatwright.engine.gaps import has_ai, is_generative
from threatwright.engine.reachability import FILLED_BY_OUTSIDERS
from threatwright.engine.risk import DECISION_DIMENSIONS, DECISION_EFFECT, INCIDENT_RESPONSE
from threatwright.model.conditions import All, AnyOf, Condition, FactIs, Not, ReachedBy, SystemHas
from threatwright.model.facts import Facts
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import Element, SystemModel
from threatwright.model.terms import Effect
from threatwright.model.vocabulary import FactKey


class Kept(NamedTuple):
    """Ids of the patterns of which something still holds."""

    verdicts: frozenset[str] = frozenset()
    """Verdicts, ratings, controls and questions are the same."""
    threats: frozenset[str] = frozenset()
    """The threats are, too."""


def unaffected(before: SystemModel, after: SystemModel, knowledge: Knowledge) -> Kept:
    """What is the same in both systems."""
    changed = changed_facts(before, after)
    if changed is None or FILLED_BY_OUTSIDERS in changed:  # all ways in may be others
        return Kept()
    for is_so in (has_ai, is_generative):
        if is_so(before, knowledge) is not is_so(after, knowledge):
            return Kept()
    patterns = [p for p in knowledge.patterns if not changed & bearing(p, knowledge)]
    responds = INCIDENT_RESPONSE in changed
    return Kept(
        frozenset(p.id for p in patterns),
        frozenset(p.id for p in patterns if not (responds and _is_detected(p))),
    )


def _is_detected(pattern: Pattern) -> bool:
    """Whether what is left of its risk rests on somebody who responds."""
    return any(c.effect is Effect.DETECTS for c in pattern.lowers)


def bearing(pattern: Pattern, knowledge: Knowledge) -> frozenset[FactKey]:
    """Every fact that its verdicts, ratings and questions may rest on, but for the ways in.

    That is the facts in its conditions, its controls, the gates of its kinds, and what opens those.
    """
    stated = pattern.likelihood
    conditions = (pattern.when, *(a.if_ for a in (*stated.raise_, *stated.lower)))
    keys = {key for condition in conditions for key in _keys(condition, knowledge)}
    keys |= {knowledge.kind_entries[kind].gate for kind in pattern.kinds}
    keys |= {knowledge.mitigation_entries[c.control].fact for c in pattern.lowers}
    if any(on.dimension in DECISION_DIMENSIONS and not on.fixed for on in pattern.impact):
        keys.add(DECISION_EFFECT)
    entries = (knowledge.fact_entries.get(key) for key in tuple(keys) if key is not None)
    keys |= {entry.within for entry in entries if entry is not None}
    return frozenset(key for key in keys if key is not None)


def changed_facts(before: SystemModel, after: SystemModel) -> frozenset[FactKey] | None:
    """Keys of the facts that differ anywhere; None if anything but facts differs."""
    if not _is_same(before, after, "facts", "components", "flows"):
        return None
    old: tuple[Element, ...] = (*before.components, *before.flows)
    new: tuple[Element, ...] = (*after.components, *after.flows)
    if len(old) != len(new):
        return None
    changed = set(_differing(before.facts, after.facts))
    for one, other in zip(old, new, strict=True):
        if not _is_same(one, other, "facts"):
            return None
        changed.update(_differing(one.facts, other.facts))
    return frozenset(changed)


def _is_same(one: Element | SystemModel, other: Element | SystemModel, *but: str) -> bool:
    """Whether all fields are equal, some left out; of two kinds of value, none are."""
    if one is other:
        return True
    fields = (name for name in type(one).model_fields if name not in but)
    return type(one) is type(other) and all(
        getattr(one, name) == getattr(other, name) for name in fields
    )


def _differing(one: Facts, other: Facts) -> Iterator[FactKey]:
    if one is not other:
        yield from (key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def _keys(condition: Condition, knowledge: Knowledge) -> Iterator[FactKey | None]:
    match condition:
        case All():
            parts: tuple[Condition, ...] = condition.all
        case AnyOf():
            parts = condition.any
        case Not():
            parts = (condition.negated,)
        case FactIs():
            yield condition.key
            return
        case SystemHas():
            yield from (knowledge.kind_entries[kind].gate for kind in condition.system_has)
            return
        case ReachedBy():
            yield OUTSIDERS
            return
        case _:
            return
    for part in parts:
        yield from _keys(part, knowledge)
