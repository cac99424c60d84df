"""Who can influence what, and who gets to see what: paths along the movement of content.

Integrity runs forward from less trusted zones and content that outsiders fill; disclosure runs
forward from an element to less trusted zones. Both walk the same edges, because both follow
content. No control stops a walk: controls lower risk elsewhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.model.facts import YES
from threatwright.model.system import Component, Flow, SystemModel
from threatwright.model.terms import ComponentKind, Movement, TrustLevel

FILLED_BY_OUTSIDERS = "untrusted_content"
"""The exposure fact that makes a component a source of untrusted content wherever it stands."""


class Hop(NamedTuple):
    """Content arriving at a component, by a flow; without one at the start of a path."""

    component: str
    flow: str | None


Path = tuple[Hop, ...]
"""From entry point to element (integrity), or from element to who sees it (disclosure)."""

_Edges = dict[str, list[tuple[str, Flow]]]


def is_filled_by_outsiders(component: Component) -> bool:
    """Whether outsiders fill it, wherever it stands, by what anybody says of it."""
    fact = component.facts.get(FILLED_BY_OUTSIDERS)
    return fact is not None and (
        fact.value == YES or any(claim.value == YES for claim in fact.against)
    )


class Reachability:
    """Paths in one system, worked out once. A stated path goes before a shorter assumed one."""

    def __init__(self, system: SystemModel) -> None:
        self._system = system
        self._components = {c.id: c for c in system.components}
        self._reaching: dict[TrustLevel, Mapping[str, Path]] = {}
        self._disclosing: dict[TrustLevel, Mapping[str, Path]] = {}

    def to(self, component: str, level: TrustLevel) -> Path | None:
        """How content from a zone of this trust or less gets to the component."""
        if level not in self._reaching:
            starts = [
                (c, self._start_is_stated(c, level))
                for c in self._ordered
                if self._is_source(c, level)
            ]
            self._reaching[level] = self._walk(starts, self._forward)
        return self._reaching[level].get(component)

    def out_of(self, component: str, level: TrustLevel) -> Path | None:
        """How content of the component gets to a zone of this trust or less."""
        if level not in self._disclosing:
            ends = [
                (c, c.provenance.is_stated)
                for c in self._ordered
                if self._system.trust_of(c).rank <= level.rank
            ]
            walked = self._walk(ends, self._backward)
            self._disclosing[level] = {end: _turned(path) for end, path in walked.items()}
        return self._disclosing[level].get(component)

    def from_staff(self, component: str) -> Path | None:
        """How one of our own people gets to the component: from the nearest that is drawn."""
        return self._by_staff.get(component)

    def by_each_door(self, component: str, level: TrustLevel) -> tuple[Path, ...]:
        """The shortest way through each neighbour that content comes from, the shortest first.

        From a zone of this trust or less. None of them passes the component before its end, and
        none is given twice.
        """
        found: dict[tuple[str, ...], Path] = {}
        for start, flow in self._backward.get(component, ()):
            before = self.to(start, level)
            if before and all(hop.component != component for hop in before):
                path = (*before, Hop(component, flow.id))
                found.setdefault(tuple(hop.component for hop in path), path)
        return tuple(sorted(found.values(), key=lambda path: (len(path), path[-2].component)))

    def assumed_on(self, path: Path) -> tuple[str, ...]:
        """Keys of what is only assumed about a path, in order along it."""
        found: list[str] = []
        for hop in path:
            component = self._components[hop.component]
            if not component.provenance.is_stated:
                found.append(f"element:{component.id}")
            if hop.flow is not None and not self._flows[hop.flow].provenance.is_stated:
                found.append(f"flow:{hop.flow}")
        return tuple(found)

    @cached_property
    def _by_staff(self) -> Mapping[str, Path]:
        people = [
            (c, c.provenance.is_stated)
            for c in self._ordered
            if c.kind is ComponentKind.PERSON
            and self._system.trust_of(c).rank > TrustLevel.SEMI_TRUSTED.rank
        ]
        return self._walk(people, self._forward)

    @cached_property
    def _flows(self) -> dict[str, Flow]:
        return {f.id: f for f in self._system.flows}

    @cached_property
    def _ordered(self) -> list[Component]:
        return sorted(self._system.components, key=lambda c: c.id)

    @cached_property
    def _forward(self) -> _Edges:
        edges: _Edges = {}
        for flow in sorted(self._system.flows, key=lambda f: f.id):
            if flow.movement is not Movement.READ:
                edges.setdefault(flow.source, []).append((flow.target, flow))
            if flow.movement is not Movement.SEND:
                edges.setdefault(flow.target, []).append((flow.source, flow))
        return edges

    @cached_property
    def _backward(self) -> _Edges:
        edges: _Edges = {}
        for start, ends in self._forward.items():
            for end, flow in ends:
                edges.setdefault(end, []).append((start, flow))
        return {
            end: sorted(starts, key=lambda edge: (edge[1].id, edge[0]))
            for end, starts in edges.items()
        }

    def _is_source(self, component: Component, level: TrustLevel) -> bool:
        is_less_trusted = self._system.trust_of(component).rank <= level.rank
        return is_less_trusted or is_filled_by_outsiders(component)

    def _start_is_stated(self, component: Component, level: TrustLevel) -> bool:
        fact = component.facts.get(FILLED_BY_OUTSIDERS)
        by_zone = self._system.trust_of(component).rank <= level.rank
        return component.provenance.is_stated and (by_zone or (fact is not None and fact.is_stated))

    def _walk(self, starts: Sequence[tuple[Component, bool]], edges: _Edges) -> dict[str, Path]:
        """Breadth first, over what is stated alone, then over everything for the rest."""
        stated = self._breadth_first([c.id for c, is_stated in starts if is_stated], edges, True)
        everything = self._breadth_first([c.id for c, _ in starts], edges, False)
        return everything | stated

    def _breadth_first(
        self, starts: Sequence[str], edges: _Edges, only_stated: bool
    ) -> dict[str, Path]:
        came: dict[str, Hop | None] = dict.fromkeys(starts)
        queue = deque(starts)
        while queue:
            here = queue.popleft()
            for there, flow in edges.get(here, ()):
                if there in came:
                    continue
                if only_stated and not (
                    flow.provenance.is_stated and self._components[there].provenance.is_stated
                ):
                    continue
                came[there] = Hop(here, flow.id)
                queue.append(there)
        return {end: _trace(end, came) for end in came}


def _trace(end: str, came: Mapping[str, Hop | None]) -> Path:
    hops: list[Hop] = []
    here = end
    while (before := came[here]) is not None:
        hops.append(Hop(here, before.flow))
        here = before.component
    hops.append(Hop(here, None))
    return tuple(reversed(hops))


def _turned(path: Path) -> Path:
    """A path found backward, read forward: the flow stands at the hop that it leads to."""
    backward = tuple(reversed(path))
    flows = [None, *(hop.flow for hop in backward[:-1])]
    return tuple(Hop(hop.component, flow) for hop, flow in zip(backward, flows, strict=True))
