"""The archetypes that a text calls for, joined with what it names: parts and flows between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from threatwright.engine.reading.claims import settled_value
from threatwright.engine.reading.parts import SHARED_BY_NATURE, Ids, Part, PartId
from threatwright.engine.text.name_words import head_of, words_of
from threatwright.model.archetypes import Archetype, FragmentComponent
from threatwright.model.facts import NO, YES, Fact, Facts, Provenance, assumed
from threatwright.model.knowledge import Knowledge
from threatwright.model.reading import Link, Reading
from threatwright.model.system import Flow
from threatwright.model.terms import ComponentKind, Movement

_NOT_ABOUT_AI = frozenset({"outsiders", "physical_input"})
"""Gates that a system without any AI may well pass."""


@dataclass(frozen=True)
class Call:
    """An archetype that is called for."""

    archetype: Archetype
    because: Provenance
    rank: int
    """0 by its words, 1 by a kind that was read, 2 by a gate: how closely it fits the text."""

    @property
    def provenance(self) -> Provenance:
        """Of what it proposes."""
        whose = f" of {self.archetype.publisher}" if self.archetype.publisher else ""
        return assumed(f"{self.archetype.id}{whose}", self.because.quote)


@dataclass(frozen=True)
class Join:
    """A component of a fragment, and the parts that stand for it."""

    call: Call
    component: FragmentComponent
    parts: tuple[PartId, ...] = ()


# --- calling ----------------------------------------------------------------------------------


def called_by_words(readings: Sequence[Reading]) -> dict[str, Provenance]:
    """Archetype → the first words that call for it."""
    found: dict[str, Provenance] = {}
    for reading in readings:
        for called in reading.called:
            found.setdefault(called.archetype, called.provenance)
    return found


def is_ai(
    parts: Sequence[Part], facts: Facts, words: Mapping[str, Provenance], knowledge: Knowledge
) -> bool:
    """Whether anything says that this is an AI system at all."""
    gates = {f.key for f in knowledge.facts if f.is_gate} - _NOT_ABOUT_AI
    kinds = {k.kind for k in knowledge.kinds if k.is_ai}
    return (
        any(part.kind in kinds for part in parts)
        or any(facts[gate].value == YES for gate in gates & facts.keys())
        or any(a.id in words and not a.presumes for a in knowledge.archetypes)
    )


def _call(
    archetype: Archetype, facts: Facts, words: Mapping[str, Provenance], parts: Sequence[Part]
) -> Call | None:
    """Whether, and by what, an archetype is called for."""
    if any(
        settled_value(facts, key) not in {None, value} for key, value in archetype.needs.items()
    ):
        return None
    is_presumed = all(
        settled_value(facts, key) == value for key, value in archetype.presumes.items()
    )
    if archetype.id in words and is_presumed:
        return Call(archetype, words[archetype.id], 0)
    part = next((p for p in parts if p.kind in archetype.kinds and not p.is_shared), None)
    if part is not None:
        return Call(archetype, part.provenance, 1)
    if archetype.gates and all(settled_value(facts, k) == v for k, v in archetype.gates.items()):
        return Call(archetype, facts[min(archetype.gates)].provenance, 2)
    return None


def calls_for(
    facts: Facts,
    words: Mapping[str, Provenance],
    parts: Sequence[Part],
    knowledge: Knowledge,
) -> tuple[Call, ...]:
    """The archetypes that are called for, closest first.

    What one of them proposes calls for no other: that would build guesses on guesses.
    """
    found = [_call(archetype, facts, words, parts) for archetype in knowledge.archetypes]
    calls = [call for call in found if call is not None]
    ids = {call.archetype.id for call in calls}
    closest = [call for call in calls if not ids.intersection(call.archetype.not_with)]
    return tuple(sorted(closest, key=lambda call: (call.rank, call.archetype.id)))


def with_proposals(facts: Facts, calls: Sequence[Call]) -> Facts:
    """The facts of the system, and those that archetypes propose where nothing is known.

    What one of them brings, no other takes for absent.
    """
    proposals = [
        (key, Fact(value=value, provenance=call.provenance))
        for call in calls
        for key, value in sorted(call.archetype.facts.items())
    ]
    proposed: Facts = {}
    for key, fact in sorted(proposals, key=lambda proposal: proposal[1].value == NO):
        proposed.setdefault(key, fact)
    return {**proposed, **facts}


# --- binding ----------------------------------------------------------------------------------


def _fits(part: Part, component: FragmentComponent) -> bool:
    """Whether a part can stand for the component of a fragment.

    One of another kind must have been read, lest what one archetype adds keep out what another
    needs; a component that is only joined in takes any.
    """
    if part.kind is not component.kind:
        return part.kind in component.or_ and (part.was_read or component.optional)
    heads = {words_of(name)[-1] for name in component.names if words_of(name)}
    named = {head_of(m.name) for _, m in part.mentions} or {head_of(part.name)}
    return not heads or bool(heads & named) or part.is_unsaid or part.id == component.id


def _choose(component: FragmentComponent, fitting: Sequence[Part]) -> tuple[Part, ...]:
    """Which of the parts that fit stand for the component.

    Read before assumed, except that what is only joined in keeps to its own kind first; then the
    kinds in the order given, then a name with a word in common. What takes any of a kind takes
    none that another archetype proposes: that one has its own part to play.
    """
    if component.each:
        read = tuple(p for p in fitting if p.was_read)
        if component.names or component.optional:
            return read or tuple(fitting)
        return read or tuple(p for p in fitting if p.id == component.id)
    kinds = (component.kind, *component.or_)
    own = set(words_of(component.name))
    best = sorted(
        fitting,
        key=lambda p: (
            component.optional and p.kind is not component.kind,
            not p.was_read,
            kinds.index(p.kind),
            own.isdisjoint(words_of(p.name)),
        ),
    )
    return tuple(best[:1])


def bind(
    calls: Sequence[Call],
    read: Sequence[Part],
    absent: frozenset[ComponentKind],
    ids: Ids,
    shared: Sequence[Part] = (),
) -> tuple[tuple[Part, ...], tuple[Join, ...]]:
    """All parts, and what stands for each component of each fragment.

    Optional components come last, so that they find what any archetype adds. Before one is
    proposed that many systems have in common, a `shared` one takes its place.
    """
    parts = list(read)
    joins: list[Join] = []
    for optional, call in product((False, True), calls):
        for component in call.archetype.components:
            if component.optional is not optional:
                continue
            siblings = {
                p for j in joins if j.call is call and not j.component.each for p in j.parts
            }
            fitting = [p for p in parts if _fits(p, component) and p.id not in siblings]
            chosen = _choose(component, fitting)
            if not chosen and not optional and component.kind not in absent:
                chosen = _in_common(component, shared) or (_proposed(call, component, ids),)
                there = {part.id for part in parts}
                parts.extend(part for part in chosen if part.id not in there)
            joins.append(Join(call, component, tuple(p.id for p in chosen)))
    return tuple(parts), tuple(joins)


def _in_common(component: FragmentComponent, shared: Sequence[Part]) -> tuple[Part, ...]:
    """The inherited part that stands for a component, if it is the only one of its kind."""
    found = tuple(part for part in shared if part.kind is component.kind)
    return found if len(found) == 1 and component.kind in SHARED_BY_NATURE else ()


def _proposed(call: Call, component: FragmentComponent, ids: Ids) -> Part:
    return Part(
        id=ids.new(component.id, component.kind.value),
        name=component.name,
        kind=component.kind,
        provenance=call.provenance,
    )


# --- flows ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """A flow in the making."""

    source: PartId
    target: PartId
    carries: str
    movement: Movement
    provenance: Provenance


def drawn_before(flow: Flow) -> Drawn:
    """A flow of the system to start from."""
    return Drawn(flow.source, flow.target, flow.carries, flow.movement, flow.provenance)


def _covers(drawn: Drawn, movement: Movement) -> bool:
    return drawn.movement in {movement, Movement.CALL}


def fragment_flows(joins: Sequence[Join]) -> list[Drawn]:
    """The flows of all fragments between the parts that stand for their ends, each drawn once."""
    drawn: list[Drawn] = []
    for call in {j.call.archetype.id: j.call for j in joins}.values():
        here = {j.component.id: j.parts for j in joins if j.call is call}
        for flow in call.archetype.flows:
            if any(here[id_] for id_ in flow.unless):
                continue
            for source, target in product(here[flow.source], here[flow.target]):
                new = Drawn(source, target, flow.carries, flow.movement, call.provenance)
                _draw(new, drawn)
    return drawn


def _draw(new: Drawn, drawn: list[Drawn]) -> None:
    """Add a flow unless one says the same already; a call widens what moved one way only."""
    if new.source == new.target:
        return
    alike = [d for d in drawn if (d.source, d.target) == (new.source, new.target)]
    if any(_covers(d, new.movement) for d in alike):
        return
    if alike and new.movement is Movement.CALL:
        drawn[drawn.index(alike[0])] = replace(alike[0], movement=Movement.CALL)
    else:
        drawn.append(new)


def with_links(drawn: Sequence[Drawn], links: Iterable[tuple[PartId, PartId, Link]]) -> list[Drawn]:
    """Flows that a sentence speaks of cite it; links that no flow joins become flows too."""
    flows = list(drawn)
    for source, target, link in links:
        joining = [n for n, d in enumerate(flows) if {d.source, d.target} == {source, target}]
        for n in joining:
            if not flows[n].provenance.is_stated:
                flows[n] = replace(flows[n], provenance=link.provenance)
        if not joining and source != target:
            flows.append(Drawn(source, target, link.carries, link.movement, link.provenance))
    return flows
