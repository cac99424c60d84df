"""What an answer bears on: for everything else, what was worked out before still holds.

A pattern rests on certain facts (`bearing`), and at an element only on what these are there, along
the ways to and from it, and of the whole system.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from threatwright.engine.rules.conditions import OUTSIDERS
from threatwright.engine.rules.reachability import FILLED_BY_OUTSIDERS, is_filled_by_outsiders
from threatwright.engine.rules.risk import DECISION_EFFECT, INCIDENT_RESPONSE, is_decided_on
from threatwright.engine.sort import GENERATIVE_LISTS, has_ai, is_generative
from threatwright.model.conditions import All, AnyOf, Condition, FactIs, Not, ReachedBy, SystemHas
from threatwright.model.facts import Facts
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import SYSTEM, Element, SystemModel
from threatwright.model.terms import Effect
from threatwright.model.vocabulary import FactKey

Bearings = Mapping[str, frozenset[FactKey]]
"""Id of a pattern → the facts that bear on it."""
Changes = Mapping[FactKey, frozenset[str]]
"""Fact → where it differs: ids of elements, or `system`."""


class Kept:
    """What still holds where some facts differ, and nothing else does."""

    def __init__(
        self, changes: Changes, bearings: Bearings, cite_otherwise: frozenset[str] = frozenset()
    ) -> None:
        self._cite_otherwise = cite_otherwise
        self._where = {
            pattern: frozenset[str]().union(*(changes[key] for key in facts & changes.keys()))
            for pattern, facts in bearings.items()
        }
        self._responds = INCIDENT_RESPONSE in changes
        self._decides = DECISION_EFFECT in changes

    def where(self, pattern: Pattern) -> frozenset[str]:
        """Where facts differ that bear on a pattern: ids of elements, or `system`.

        Its verdict, ratings, controls and questions are the same at each element that rests on
        none of these: on its own facts, those of the ends of a flow, of the ways, of the system.
        """
        return self._where[pattern.id]

    def has_the_same_impact(self, pattern: Pattern) -> bool:
        """Whether its impact is, if the rest is: what the output decides, weighs in that alone."""
        return not self._decides or not is_decided_on(pattern)

    def cites_the_same(self, pattern: Pattern) -> bool:
        """Whether its threats do: some lists speak of what is generative alone."""
        return pattern.id not in self._cite_otherwise

    def is_left_the_same(self, pattern: Pattern) -> bool:
        """Whether what is left of its risk is the same, if the rest is: nobody else responds."""
        return not self._responds or all(c.effect is not Effect.DETECTS for c in pattern.lowers)


def unaffected(
    before: SystemModel, after: SystemModel, knowledge: Knowledge, bearings: Bearings
) -> Kept | None:
    """What is the same in both systems; None where nothing may be."""
    changes = changed_facts(before, after)
    if changes is None or _fill(before) != _fill(after):  # all ways in may be others
        return None
    if has_ai(before, knowledge) is not has_ai(after, knowledge):
        return None
    if is_generative(before, knowledge) is is_generative(after, knowledge):
        return Kept(changes, bearings)
    return Kept(changes, bearings, _of_generative_lists(knowledge))


def _of_generative_lists(knowledge: Knowledge) -> frozenset[str]:
    """The patterns whose threats cite otherwise where there is a language model."""
    return frozenset(
        pattern.id
        for pattern in knowledge.patterns
        for one in (*pattern.references, *pattern.steps)
        if knowledge.cite(one.id).list in GENERATIVE_LISTS
    )


def _fill(system: SystemModel) -> dict[str, bool]:
    """The components that outsiders are held to fill, and whether somebody said so."""
    return {
        component.id: component.facts[FILLED_BY_OUTSIDERS].is_stated
        for component in system.components
        if is_filled_by_outsiders(component)
    }


def bearings_of(knowledge: Knowledge) -> Bearings:
    """What bears on each pattern, its impact left out where that hangs on what is decided.

    On what outsiders reach, that they fill its source bears, too.
    """
    found = {
        pattern.id: bearing(pattern, knowledge) - _of_impact(pattern, knowledge)
        for pattern in knowledge.patterns
    }
    filled = frozenset({FILLED_BY_OUTSIDERS})
    return {id_: keys | filled if OUTSIDERS in keys else keys for id_, keys in found.items()}


def _of_impact(pattern: Pattern, knowledge: Knowledge) -> frozenset[FactKey]:
    """What bears on nothing but the impact."""
    return frozenset({DECISION_EFFECT} - _conditions(pattern, knowledge))


def _conditions(pattern: Pattern, knowledge: Knowledge) -> set[FactKey | None]:
    """The facts in its conditions."""
    stated = pattern.likelihood
    conditions = (pattern.when, *(a.if_ for a in (*stated.raise_, *stated.lower)))
    return {key for condition in conditions for key in _keys(condition, knowledge)}


def bearing(pattern: Pattern, knowledge: Knowledge) -> frozenset[FactKey]:
    """Every fact that its verdicts, ratings and questions may rest on, but for the ways in.

    That is the facts in its conditions, its controls, the gates of its kinds, and what opens those.
    """
    keys = _conditions(pattern, knowledge)
    keys |= {knowledge.kind_entries[kind].gate for kind in pattern.kinds}
    keys |= {knowledge.mitigation_entries[c.control].fact for c in pattern.lowers}
    if is_decided_on(pattern):
        keys.add(DECISION_EFFECT)
    entries = (knowledge.fact_entries.get(key) for key in tuple(keys) if key is not None)
    keys |= {entry.within for entry in entries if entry is not None}
    return frozenset(key for key in keys if key is not None)


def changed_facts(before: SystemModel, after: SystemModel) -> Changes | None:
    """The facts that differ, and where; None if anything but facts differs."""
    if not _is_same(before, after, "facts", "components", "flows"):
        return None
    old: tuple[Element, ...] = (*before.components, *before.flows)
    new: tuple[Element, ...] = (*after.components, *after.flows)
    if len(old) != len(new):
        return None
    changed = {key: {SYSTEM} for key in _differing(before.facts, after.facts)}
    for one, other in zip(old, new, strict=True):
        if not _is_same(one, other, "facts"):
            return None
        for key in _differing(one.facts, other.facts):
            changed.setdefault(key, set()).add(one.id)
    return {key: frozenset(where) for key, where in changed.items()}


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
