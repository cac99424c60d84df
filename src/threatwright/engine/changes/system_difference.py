"""What differs between two systems: by keys as verdicts rest on them, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from threatwright.engine.inheritance.outline import heading
from threatwright.model.difference import Became, PartChange
from threatwright.model.facts import Fact, Facts, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.scope import Scope
from threatwright.model.system import SYSTEM, Asset, Boundary, Flow, Part, SystemModel

_KEYS = {
    "boundaries": "zone",
    "components": "element",
    "flows": "flow",
    "assets": "asset",
    "endpoints": "endpoint",
}
_WHAT = {
    "boundaries": "boundary",
    "components": "component",
    "flows": "flow",
    "assets": "asset",
    "endpoints": "endpoint",
}


class Differing(NamedTuple):
    """A part or a fact that is in one of two systems only, or not the same in both."""

    key: str
    """`fact:ELEMENT.KEY`, `element:ID`, `flow:ID`, `zone:ID`, `asset:ID`, `endpoint:ID`."""
    what: str
    before: Part | Fact | None
    after: Part | Fact | None

    @property
    def id(self) -> str:
        """The key without its kind."""
        return self.key.partition(":")[2]


def differing(before: SystemModel, after: SystemModel) -> Iterator[Differing]:
    """Every part and fact that differs. Where in a text something stands is no difference."""
    if before is after:
        return
    for (group, old), (_, new) in zip(before.parts, after.parts, strict=True):
        yield from _parts(group, old, new)
    yield from _facts(SYSTEM, before.facts, after.facts)
    for id_ in dict.fromkeys((*after.elements, *before.elements)):
        one, other = before.elements.get(id_), after.elements.get(id_)
        if one is not other:
            yield from _facts(id_, one.facts if one else {}, other.facts if other else {})


def _parts(group: str, old: Sequence[Part], new: Sequence[Part]) -> Iterator[Differing]:
    if old is new:
        return
    was, is_ = {part.id: part for part in old}, {part.id: part for part in new}
    for id_ in dict.fromkeys((*is_, *was)):
        one, other = was.get(id_), is_.get(id_)
        if one is not other and (one is None or other is None or not _is_same(one, other)):
            yield Differing(f"{_KEYS[group]}:{id_}", _WHAT[group], one, other)


def _is_same(one: Part, other: Part) -> bool:
    """Without the facts, which are told one by one, and without what nothing follows from."""
    but = {"facts", "provenance", "description"}
    if one.provenance.is_stated is not other.provenance.is_stated:
        return False
    return all(
        getattr(one, name) == getattr(other, name)
        for name in type(one).model_fields
        if name not in but
    )


def _facts(element: str, old: Facts, new: Facts) -> Iterator[Differing]:
    if old is new:
        return
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        if _meaning(one) != _meaning(other):
            yield Differing(f"fact:{element}.{key}", "fact", one, other)


def _meaning(fact: Fact | None) -> object:
    """All that something may follow from; an unknown that somebody stated is one nobody did."""
    if fact is None or (fact.value is None and not fact.against):
        return None
    return fact.value, {c.value for c in fact.against}, fact.hedged, fact.provenance.is_stated


# --- in words ---------------------------------------------------------------------------------


class Told:
    """Words for what differs between two systems."""

    def __init__(self, before: SystemModel, after: SystemModel, knowledge: Knowledge) -> None:
        self._before = before
        self._after = after
        self._knowledge = knowledge

    def change(self, one: Differing) -> PartChange:
        """What has become of it."""
        before, after = self._said(one.key, one.before), self._said(one.key, one.after)
        return PartChange.model_validate(
            {
                "what": one.what,
                "id": one.id,
                "name": self._name(one),
                "became": _became(one.before, one.after),
                "before": before,
                "after": after,
            }
        )

    def sentence(self, one: Differing) -> str:
        """The change on one line: "Caller authentication of Scoring API: not said → “API key”"."""
        name = self._name(one)
        match one.before, one.after:
            case None, _ if one.what != "fact":
                return f"{name} is new"
            case _, None if one.what != "fact":
                return f"{name} is gone"
        before, after = self._said(one.key, one.before), self._said(one.key, one.after)
        return f"{name}: {before or 'not said'} → {after or 'not said'}"

    def _name(self, one: Differing) -> str:
        if one.what == "fact":
            element, _, key = one.id.rpartition(".")
            entry = self._knowledge.fact_entries.get(key)
            name = entry.name if entry else key
            return name if element == SYSTEM else f"{name} of {self._element(element)}"
        part = one.after or one.before
        if isinstance(part, Flow):
            return self._element(part.id)
        return getattr(part, "name", one.id)

    def _element(self, id_: str) -> str:
        system = self._after if id_ in self._after.elements else self._before
        return system.name_of(id_)

    def _said(self, key: str, held: Part | Fact | None) -> str:
        if held is None:
            return ""
        if isinstance(held, Fact):
            return self._fact(key.rpartition(".")[2], held)
        return heading(held) + _rated(held) + _how(held.provenance)

    def _fact(self, key: str, fact: Fact) -> str:
        values = [fact.value, *(claim.value for claim in fact.against)]
        words = [self._label(key, value) for value in values if value is not None]
        if not words:
            return "not known"
        doubt = ", surmised" if fact.surmised else ", with doubt" if fact.hedged else ""
        return " against ".join(words) + (doubt or _how(fact.provenance))

    def _label(self, key: str, value: str) -> str:
        entry = self._knowledge.fact_entries.get(key)
        choice = entry.choice(value) if entry else None
        return f"“{choice.label}”" if choice else f"“{value}”"


def _rated(part: Part) -> str:
    ratings = part.ratings.items() if isinstance(part, Asset) else ()
    return "".join(f", {dimension} rated {rating}" for dimension, rating in sorted(ratings))


def _how(provenance: Provenance) -> str:
    return "" if provenance.is_stated else ", only assumed"


def _became(before: object, after: object) -> Became:
    if before is None:
        return Became.NEW
    return Became.GONE if after is None else Became.CHANGED


def changed_fields(
    before: SystemModel, after: SystemModel, scopes: tuple[Scope, Scope]
) -> Iterator[PartChange]:
    """What differs in name and purpose, and in the scope, by field."""
    for field in ("name", "purpose"):
        yield from _field("system", field, getattr(before, field), getattr(after, field))
    old, new = map(_of_scope, scopes)
    for field in Scope.model_fields:
        yield from _field("scope", field, _flat(old[field]), _flat(new[field]))


def _of_scope(scope: Scope) -> dict[str, Any]:
    """The fields of a scope, with people and attackers by what they are told by."""
    return {
        **scope.model_dump(mode="json"),
        "attackers": [attacker.name for attacker in scope.attackers],
        "sign_off": [f"{s.who} ({s.role}), version {s.version[:12]}" for s in scope.sign_off],
    }


def _field(what: str, field: str, before: str, after: str) -> Iterator[PartChange]:
    if before != after:
        yield PartChange.model_validate(
            {
                "what": what,
                "id": field,
                "name": field.replace("_", " "),
                "became": _became(before or None, after or None),
                "before": before,
                "after": after,
            }
        )


def _flat(value: object) -> str:
    """A field of the scope on one line."""
    match value:
        case str():
            return value
        case Mapping():
            return ", ".join(f"{key}: {_flat(one)}" for key, one in value.items())
        case Sequence():
            return "; ".join(map(_flat, value))
        case _:
            return str(value)


def rests_on(systems: Sequence[SystemModel], one: Differing) -> tuple[str, ...]:
    """The keys that a threat may name where this is what it rests on.

    A zone is rested on by way of what stands in it, an asset by way of what holds it.
    """
    held = (one.before, one.after)
    if one.what == "boundary":
        zones = {part.id for part in held if isinstance(part, Boundary)}
        return tuple(
            f"element:{c.id}" for s in systems for c in s.components if c.boundary in zones
        )
    holders = (getattr(part, "held_by", ()) for part in held)
    return (one.key, *(f"asset-of:{id_}" for ids in holders for id_ in ids))
