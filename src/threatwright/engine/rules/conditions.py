"""Three-valued evaluation of pattern conditions, then of the defaults, kept apart.

First only what was stated counts (Kleene: true, false, unknown). Where that leaves a condition
unknown, assumptions are put in, and what they decide is said to be assumed. Unknown is never no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from threatwright.engine.rules.reachability import FILLED_BY_OUTSIDERS, Path, Reachability
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
from threatwright.model.facts import NO, YES, Fact
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, Asset, Component, Element, Flow, SystemModel
from threatwright.model.terms import ComponentKind, FactClass, Movement, TrustLevel
from threatwright.model.vocabulary import FactEntry

OUTSIDERS = "outsiders"


class Truth(NamedTuple):
    """What a condition comes to."""

    stated: bool | None
    """On what was stated alone; None is unknown."""
    default: bool | None
    """With assumptions put in; equals `stated` where that is definite."""
    support: tuple[str, ...] = ()
    """What the stated value rests on, or, if unknown, all that bears on it."""
    assumed: tuple[str, ...] = ()
    """The assumptions that `default` rests on."""
    unknown: tuple[str, ...] = ()
    """What would have to be known to decide it; of facts, with the value that would make it true:
    `fact:ELEMENT.KEY=VALUE|VALUE` or `!=`."""


def union(parts: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """All the keys, each once, in the order they come."""
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


class Evaluator:
    """Holds conditions against the elements of one system."""

    def __init__(self, system: SystemModel, knowledge: Knowledge) -> None:
        self.system = system
        self.knowledge = knowledge
        self.reach = Reachability(system)
        self._of_kinds: dict[tuple[ComponentKind, ...], Truth] = {}
        self._by_type: dict[type, Callable[[Any, Element], Truth]] = {
            All: self._all,
            AnyOf: self._any,
            Not: self._not,
            FactIs: self._fact,
            ReachedBy: self._reached,
            DisclosesTo: self._discloses,
            Connected: self._connected,
            Holds: self._holds,
            Trust: self._trust,
            CrossesBoundary: self._crosses,
            SystemHas: self._system_has,
        }

    @cached_property
    def _holders(self) -> dict[str, tuple[Asset, ...]]:
        """Component → the assets that it holds."""
        return {
            holder: tuple(a for a in self.system.assets if holder in a.held_by)
            for holder in {h for a in self.system.assets for h in a.held_by}
        }

    @cached_property
    def _neighbours(self) -> dict[str, list[tuple[str, Component, Flow]]]:
        return _neighbours(self.system)

    def holds(self, condition: Condition, element: Element) -> Truth:
        """What the condition comes to for the element, the element's own existence included."""
        return _both([self._exists(element), self._part(condition, element)])

    def is_stated(self, condition: Condition, element: Element) -> bool:
        """Whether what was stated alone makes the condition true."""
        return self._part(condition, element).stated is True

    def is_open(self, condition: Condition, element: Element) -> bool:
        """Whether what was stated leaves it open, so that an answer could still decide it."""
        return self._part(condition, element).stated is None

    def _part(self, condition: Condition, element: Element) -> Truth:
        return self._by_type[type(condition)](condition, element)

    def _exists(self, element: Element) -> Truth:
        key = f"flow:{element.id}" if isinstance(element, Flow) else f"element:{element.id}"
        return _given(key, is_stated=element.provenance.is_stated)

    # combination

    def _all(self, condition: All, element: Element) -> Truth:
        return _both([self._part(part, element) for part in condition.all])

    def _any(self, condition: AnyOf, element: Element) -> Truth:
        return _turn(_both([_turn(self._part(part, element)) for part in condition.any]))

    def _not(self, condition: Not, element: Element) -> Truth:
        return _turn(self._part(condition.negated, element))

    # facts

    def _fact(self, condition: FactIs, element: Element) -> Truth:
        entry = self.knowledge.fact_entries[condition.key]
        holder = _scoped(condition.scope, element)
        key = f"fact:{holder}.{condition.key}"
        is_structural = entry.fact_class is FactClass.STRUCTURAL
        if is_structural and not condition.values:
            return Truth(True, True)
        wanted = condition.values or (YES,)
        fact = self.system.fact(holder, condition.key)
        asked = (f"{key}={'|'.join(wanted)}",)
        if fact is None or fact.value is None:
            return Truth(None, None, (key,), (), asked)
        if fact.is_stated:
            value = fact.value in wanted
            return Truth(value, value, (key,))
        value = less_safe(fact, entry) in wanted
        return Truth(None, value, (key,), (key,), asked)

    # structure

    def _reached(self, condition: ReachedBy, element: Element) -> Truth:
        at = _content_at(element)
        path = self.reach.to(at, condition.reached_by)
        key = f"reach:{at}.{condition.reached_by}"
        denied = self._denied(at, condition.reached_by)
        start = self._filled_by_outsiders(path[0].component, condition.reached_by) if path else None
        assumed = self._assumed_on(path, start) if path else ()
        if path is None or assumed:
            if denied:
                return Truth(False, False, (denied,))
            if path is None:
                return Truth(None, None, (key, *self._denials(at)), (), (key,))
        found = self._by_path(path, assumed)
        more = (start,) if start else ()
        if assumed:
            more = (*more, key, *self._denials(at))
        return found._replace(support=union([more, found.support]))

    def _discloses(self, condition: DisclosesTo, element: Element) -> Truth:
        at = _content_at(element)
        path = self.reach.out_of(at, condition.discloses_to)
        if path is None:
            return _unknown(f"disclosure:{at}.{condition.discloses_to}")
        return self._by_path(path, self.reach.assumed_on(path))

    def _by_path(self, path: Path, assumed: tuple[str, ...]) -> Truth:
        keys = tuple(
            key
            for hop in path
            for key in ((f"flow:{hop.flow}",) if hop.flow else ()) + (f"element:{hop.component}",)
        )
        if assumed:
            open_ = tuple(f"{key}={YES}" if key.startswith("fact:") else key for key in assumed)
            return Truth(None, True, union([keys, assumed]), assumed, open_)
        return Truth(True, True, keys)

    def _assumed_on(self, path: Path, start: str | None) -> tuple[str, ...]:
        fact = self.system.fact(path[0].component, FILLED_BY_OUTSIDERS) if start else None
        is_assumed = start is not None and fact is not None and not fact.is_stated
        return ((start,) if is_assumed and start else ()) + self.reach.assumed_on(path)

    def _filled_by_outsiders(self, component: str, level: TrustLevel) -> str | None:
        """The fact that makes a component a source, where its zone alone does not."""
        found = self.system.elements[component]
        assert isinstance(found, Component)
        if self.system.trust_of(found).rank <= level.rank:
            return None
        return f"fact:{component}.{FILLED_BY_OUTSIDERS}"

    @staticmethod
    def _denials(component: str) -> tuple[str, ...]:
        """The facts that would deny an assumed path."""
        return f"fact:{component}.{FILLED_BY_OUTSIDERS}", f"fact:{SYSTEM}.{OUTSIDERS}"

    def _denied(self, component: str, level: TrustLevel) -> str | None:
        """The stated fact that says no outsider's content gets here, if there is one."""
        own = self.system.fact(component, FILLED_BY_OUTSIDERS)
        if own is not None and own.is_stated and own.value == NO:
            return f"fact:{component}.{FILLED_BY_OUTSIDERS}"
        if level is TrustLevel.UNTRUSTED and self.is_denied(OUTSIDERS):
            return f"fact:{SYSTEM}.{OUTSIDERS}"
        return None

    def _connected(self, condition: Connected, element: Element) -> Truth:
        wanted = frozenset(condition.connected)
        found = [
            flow
            for direction, other, flow in self._neighbours.get(element.id, ())
            if other.kind in wanted and condition.direction in ("either", direction)
        ]
        return self._existence(found, f"connected:{element.id}.{'|'.join(condition.connected)}")

    def _holds(self, condition: Holds, element: Element) -> Truth:
        found = [a for a in self._holders.get(element.id, ()) if a.sensitivity in condition.holds]
        return self._existence(found, f"asset:{element.id}.{'|'.join(condition.holds)}")

    def _system_has(self, condition: SystemHas, element: Element) -> Truth:
        kinds = condition.system_has
        if kinds not in self._of_kinds:  # the same for every element
            self._of_kinds[kinds] = self._any_of(kinds)
        return self._of_kinds[kinds]

    def _any_of(self, kinds: tuple[ComponentKind, ...]) -> Truth:
        found = self.system.of_kind(kinds)
        truth = self._existence(found, f"kind:{'|'.join(kinds)}")
        if found:
            return truth
        gates = [self.knowledge.kind_entries[kind].gate for kind in kinds]
        keys = tuple(dict.fromkeys(f"fact:{SYSTEM}.{gate}" for gate in gates if gate))
        if all(self.is_denied(gate) for gate in gates):
            return Truth(False, False, keys)
        return truth._replace(support=(*truth.support, *keys))

    def is_denied(self, gate: str | None) -> bool:
        """Whether somebody said that the system has nothing behind this gate."""
        fact = self.system.facts.get(gate) if gate else None
        return fact is not None and fact.is_stated and fact.value == NO

    def _existence(self, found: Sequence[Any], missing: str) -> Truth:
        """That something is there: stated, else assumed, else unknown, for not all may be told."""
        if not found:
            return _unknown(missing)
        best = min(found, key=lambda f: (not f.provenance.is_stated, f.id))
        prefix = "flow" if isinstance(best, Flow) else "element"
        return _given(f"{prefix}:{best.id}", is_stated=best.provenance.is_stated)

    def _trust(self, condition: Trust, element: Element) -> Truth:
        component = self.system.elements[_content_at(element)]
        assert isinstance(component, Component)
        value = self.system.trust_of(component) in condition.trust
        return Truth(value, value, (f"element:{component.id}",))

    def _crosses(self, condition: CrossesBoundary, element: Element) -> Truth:
        if not isinstance(element, Flow):
            return Truth(False, False, (f"element:{element.id}",))
        ends = [self.system.elements[end] for end in (element.source, element.target)]
        zones = {end.boundary for end in ends if isinstance(end, Component)}
        value = len(zones) > 1
        return Truth(value, value, (f"flow:{element.id}",))


def less_safe(fact: Fact, entry: FactEntry) -> str | None:
    """The value to draft with: of a conflict, the less safe one."""

    def danger(value: str | None) -> int:
        choice = entry.choice(value)
        return choice.unsafe if choice else 0

    return max([fact.value, *(claim.value for claim in fact.against)], key=danger)


def _scoped(scope: str, element: Element) -> str:
    if scope == "system":
        return SYSTEM
    if isinstance(element, Flow) and scope in ("source", "target"):
        return element.source if scope == "source" else element.target
    return element.id


def _content_at(element: Element) -> str:
    """The component where the content of an element is: of a flow, where it comes from."""
    if not isinstance(element, Flow):
        return element.id
    return element.target if element.movement is Movement.READ else element.source


def _neighbours(system: SystemModel) -> dict[str, list[tuple[str, Component, Flow]]]:
    """Component → (direction of content seen from it, the other end, the flow)."""
    components = {c.id: c for c in system.components}
    found: dict[str, list[tuple[str, Component, Flow]]] = {}
    for flow in system.flows:
        source, target = components[flow.source], components[flow.target]
        if flow.movement is not Movement.READ:
            found.setdefault(source.id, []).append(("out", target, flow))
            found.setdefault(target.id, []).append(("in", source, flow))
        if flow.movement is not Movement.SEND:
            found.setdefault(source.id, []).append(("in", target, flow))
            found.setdefault(target.id, []).append(("out", source, flow))
    return found


def _given(key: str, *, is_stated: bool) -> Truth:
    if is_stated:
        return Truth(True, True, (key,))
    return Truth(None, True, (key,), (key,), (key,))


def _unknown(key: str) -> Truth:
    return Truth(None, None, (key,), (), (key,))


def _turn(truth: Truth) -> Truth:
    stated = None if truth.stated is None else not truth.stated
    default = None if truth.default is None else not truth.default
    unknown = tuple(_otherwise(key) for key in truth.unknown)
    return truth._replace(stated=stated, default=default, unknown=unknown)


def _otherwise(key: str) -> str:
    """The opposite of an open condition: `fact:e.k=yes` and `fact:e.k!=yes`."""
    if not key.startswith("fact:"):
        return key
    return key.replace("!=", "=") if "!=" in key else key.replace("=", "!=")


def _both(parts: Sequence[Truth]) -> Truth:
    """Kleene conjunction. Definite results keep only the support that makes them so."""
    open_parts = []
    for part in parts:
        if part.stated is False:
            return part
        if part.stated is None:
            open_parts.append(part)
    support = union(part.support for part in parts)
    if not open_parts:
        return Truth(True, True, support)
    against = next((part for part in open_parts if part.default is False), None)
    if against is not None:
        unknown = union(part.unknown for part in open_parts)
        return Truth(None, False, support, against.assumed, unknown)
    assumed = union(part.assumed for part in open_parts)
    undecided = [part for part in open_parts if part.default is None]
    if not undecided:
        return Truth(None, True, support, assumed, union(part.unknown for part in open_parts))
    return Truth(None, None, support, assumed, union(part.unknown for part in undecided))
