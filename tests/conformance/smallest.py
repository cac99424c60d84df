"""The smallest systems that meet a pattern's condition, or that deny it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from threatwright.engine.rules.conditions import OUTSIDERS
from threatwright.engine.rules.reachability import FILLED_BY_OUTSIDERS
from threatwright.engine.sort import has_ai
from threatwright.model.conditions import (
    All,
    AnyOf,
    Condition,
    Connected,
    CrossesBoundary,
    DisclosesTo,
    FactIs,
    Holds,
    Not,
    ReachedBy,
    SystemHas,
    Trust,
)
from threatwright.model.facts import NO, YES, Fact, Facts, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import SYSTEM, Asset, Boundary, Component, Flow, SystemModel
from threatwright.model.terms import ComponentKind, FactClass, Movement, Sensitivity, TrustLevel

SAID = Provenance(source="answer:1")
ELEMENT, OTHER_END = "it", "origin"


@dataclass(frozen=True)
class FactWish:
    """A fact of `element`, `system`, `source` or `target` has a value."""

    scope: str
    key: str
    value: str


@dataclass(frozen=True)
class ZoneWish:
    """The element stands in such a zone."""

    trust: TrustLevel


@dataclass(frozen=True)
class ReachedWish:
    """Somebody in such a zone sends to the element."""

    trust: TrustLevel


@dataclass(frozen=True)
class DisclosedWish:
    """Somebody in such a zone reads from the element."""

    trust: TrustLevel


@dataclass(frozen=True)
class JoinedWish:
    """The element calls a component of the kind."""

    kind: ComponentKind


@dataclass(frozen=True)
class HeldWish:
    """The element holds such an asset."""

    sensitivity: Sensitivity


@dataclass(frozen=True)
class OtherWish:
    """The system has a component of the kind."""

    other: ComponentKind


@dataclass(frozen=True)
class CrossingWish:
    """The ends of the flow stand in different zones, or in the same."""

    crosses: bool


Wish = (
    FactWish
    | ZoneWish
    | ReachedWish
    | DisclosedWish
    | JoinedWish
    | HeldWish
    | OtherWish
    | CrossingWish
)
Wishes = tuple[Wish, ...]

INSIDE = TrustLevel.TRUSTED
"""Where the element stands unless a condition asks for another zone."""
APART = ZoneWish(TrustLevel.RESTRICTED)


class Solver:
    """Finds what a system must be like for a condition to be true, or to be false."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def ways(self, condition: Condition, wanted: bool) -> Iterator[Wishes]:
        """Each way to make the condition definitely so; none if nothing that is said can."""
        if isinstance(condition, Not):
            yield from self.ways(condition.negated, not wanted)
        elif isinstance(condition, All):
            yield from self._together(condition.all, wanted, all_of_them=wanted)
        elif isinstance(condition, AnyOf):
            yield from self._together(condition.any, wanted, all_of_them=not wanted)
        elif isinstance(condition, FactIs):
            yield from self._fact(condition, wanted)
        elif wanted:
            yield from ((wish,) for wish in _wishes(condition))
        else:
            yield from self._denials(condition)

    def _together(
        self, parts: Sequence[Condition], wanted: bool, *, all_of_them: bool
    ) -> Iterator[Wishes]:
        each = [self.ways(part, wanted) for part in parts]
        if not all_of_them:
            yield from chain.from_iterable(each)
            return
        for ways in product(*each):
            yield tuple(dict.fromkeys(chain.from_iterable(ways)))

    def _fact(self, condition: FactIs, wanted: bool) -> Iterator[Wishes]:
        entry = self._knowledge.fact_entries[condition.key]
        if entry.fact_class is FactClass.STRUCTURAL and not condition.values:
            yield from ((),) if wanted else ()
            return
        accepted = condition.values or (YES,)
        for choice in entry.choices:
            if (choice.value in accepted) == wanted:
                yield (FactWish(condition.scope, condition.key, choice.value),)

    def _denials(self, condition: Condition) -> Iterator[Wishes]:
        if isinstance(condition, ReachedBy):
            nobody = FactWish("element", FILLED_BY_OUTSIDERS, NO)
            # What stands in a zone of that trust is reached by being there.
            yield (nobody,) if condition.reached_by.rank < INSIDE.rank else (nobody, APART)
            if condition.reached_by is TrustLevel.UNTRUSTED:
                yield (FactWish(SYSTEM, OUTSIDERS, NO),)
        elif isinstance(condition, SystemHas):
            gates = [self._knowledge.kind_entries[kind].gate for kind in condition.system_has]
            if all(gates):
                yield tuple(FactWish(SYSTEM, str(gate), NO) for gate in dict.fromkeys(gates))
        elif isinstance(condition, Trust):
            yield from ((ZoneWish(t),) for t in TrustLevel if t not in condition.trust)
        elif isinstance(condition, CrossesBoundary):
            yield (CrossingWish(False),)


def _wishes(condition: Condition) -> Iterator[Wish]:
    match condition:
        case ReachedBy():
            yield ReachedWish(condition.reached_by)
        case DisclosesTo():
            yield DisclosedWish(condition.discloses_to)
        case Connected():
            yield from map(JoinedWish, condition.connected)
        case Holds():
            yield from map(HeldWish, condition.holds)
        case Trust():
            yield from map(ZoneWish, condition.trust)
        case CrossesBoundary():
            yield CrossingWish(True)
        case SystemHas():
            yield from map(OtherWish, condition.system_has)


# --- building ---------------------------------------------------------------------------------


def systems(
    pattern: Pattern, ways: Iterable[Wishes], knowledge: Knowledge
) -> Iterator[SystemModel]:
    """A system for each way and each kind of element that can have such facts."""
    for wishes in ways:
        values = {(w.scope, w.key): w.value for w in wishes if isinstance(w, FactWish)}
        facts = sum(isinstance(w, FactWish) for w in wishes)
        zones = {w.trust for w in wishes if isinstance(w, ZoneWish)}
        if len(values) < facts or len(zones) > 1:
            continue  # it would have to be two things at once
        for kind in pattern.kinds or (ComponentKind.INFERENCE_ENDPOINT,):
            own = {fact.key for fact in knowledge.facts_of(kind)}
            gate = str(knowledge.kind_entries[kind].gate)
            is_denied = values.get((SYSTEM, gate)) == NO  # then there is no such element
            if not is_denied and {k for scope, k in values if scope == "element"} <= own:
                yield _system(pattern, kind, wishes, knowledge)


def _system(
    pattern: Pattern, kind: ComponentKind, wishes: Wishes, knowledge: Knowledge
) -> SystemModel:
    zone = next((w.trust for w in wishes if isinstance(w, ZoneWish)), INSIDE)
    it = _component(ELEMENT, kind, zone, _facts(wishes, "element", "target"))
    if pattern.element == "flow":
        parts, flows = _origin_of(it, wishes)
    else:
        parts, flows = _neighbours_of(it, wishes)
    held = [w.sensitivity for w in wishes if isinstance(w, HeldWish)]
    assets = tuple(
        Asset(id=f"asset-{s}", name="Asset", sensitivity=s, held_by=(ELEMENT,), provenance=SAID)
        for s in held
    )
    bare = SystemModel(
        name="Smallest",
        facts=_facts(wishes, SYSTEM),
        boundaries=tuple(
            Boundary(id=str(trust), name=str(trust), trust=trust, provenance=SAID)
            for trust in TrustLevel
        ),
        components=(it, *parts),
        flows=tuple(flows),
        assets=assets,
    )
    if has_ai(bare, knowledge):
        return bare
    model = _component("a-model", ComponentKind.MODEL_ARTIFACT, INSIDE, {})
    return bare.model_copy(update={"components": (*bare.components, model)})


def _origin_of(it: Component, wishes: Wishes) -> tuple[list[Component], list[Flow]]:
    """What the flow comes from: outside where it must cross a boundary or be reached."""
    reached = next((w.trust for w in wishes if isinstance(w, ReachedWish)), None)
    crosses = CrossingWish(True) in wishes
    zone = reached or (TrustLevel.SEMI_TRUSTED if crosses else TrustLevel(it.boundary))
    if CrossingWish(False) in wishes:
        zone = TrustLevel(it.boundary)
    origin = _component(
        OTHER_END, ComponentKind.DATA_SOURCE, zone, _facts(wishes, "source", "element")
    )
    return [origin], [_flow(OTHER_END, ELEMENT, Movement.SEND)]


def _neighbours_of(it: Component, wishes: Wishes) -> tuple[list[Component], list[Flow]]:
    parts: list[Component] = []
    flows: list[Flow] = []
    for n, wish in enumerate(wishes):
        id_ = f"part-{n}"
        match wish:
            case ReachedWish():
                parts.append(_component(id_, ComponentKind.PERSON, wish.trust, {}))
                flows.append(_flow(id_, it.id, Movement.SEND))
            case DisclosedWish():
                parts.append(_component(id_, ComponentKind.PERSON, wish.trust, {}))
                flows.append(_flow(it.id, id_, Movement.SEND))
            case JoinedWish():
                parts.append(_component(id_, wish.kind, INSIDE, {}))
                flows.append(_flow(it.id, id_, Movement.CALL))
            case OtherWish() if wish.other is not it.kind:
                parts.append(_component(id_, wish.other, INSIDE, {}))
    return parts, flows


def _facts(wishes: Wishes, *scopes: str) -> Facts:
    return {
        wish.key: Fact(value=wish.value, provenance=SAID)
        for wish in wishes
        if isinstance(wish, FactWish) and wish.scope in scopes
    }


def _component(id_: str, kind: ComponentKind, zone: TrustLevel, facts: Facts) -> Component:
    return Component(id=id_, name=id_, kind=kind, boundary=str(zone), facts=facts, provenance=SAID)


def _flow(source: str, target: str, movement: Movement) -> Flow:
    return Flow(
        id=f"{source}-to-{target}",
        source=source,
        target=target,
        carries="content",
        movement=movement,
        provenance=SAID,
    )
