"""Makes briefs: what a language model is told of each component that is worth a call.

A brief holds what is at the component and one flow away, and the threats that the rules draft
there. So it changes when something changes that can reach the component, and with nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threatwright.engine.assessment import Assessment
from threatwright.engine.carried import bearing
from threatwright.engine.fitting_entries import nothing, searching
from threatwright.engine.gaps import has_ai
from threatwright.engine.reachability import Path
from threatwright.engine.wording import COVERAGE_WORDS
from threatwright.model.brief import (
    Beside,
    Brief,
    Candidate,
    Control,
    Described,
    Footing,
    Known,
    Listed,
    Lowering,
    Passing,
    Whole,
    label,
)
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.facts import Fact, Provenance
from threatwright.model.knowledge import FactEntry, FactKey
from threatwright.model.system import (
    SYSTEM,
    Asset,
    Component,
    Element,
    Flow,
    SystemModel,
    is_inherited,
)
from threatwright.model.terms import ComponentKind, FactClass, Movement, TrustLevel
from threatwright.model.threats import Threat
from threatwright.ports import KnowledgeIndex

MOST_CANDIDATES = 40
MOST_NEIGHBOURS = 24
MOST_CONTROLS = 48
LONGEST_WORDS = 200
LONGEST_DESCRIPTION = 600
LONGEST_ENTRY = 300

_PEOPLE = frozenset({ComponentKind.PERSON, ComponentKind.EXTERNAL_SYSTEM})
_OF_NEIGHBOURS = frozenset({FactClass.EXPOSURE, FactClass.CAPABILITY})
_MOVES = {
    Movement.SEND: "sends it",
    Movement.READ: "reads it",
    Movement.CALL: "asks and is answered",
}
_WAYS = (
    ("content of outsiders arrives", TrustLevel.UNTRUSTED),
    ("content of those who are known but not ours arrives", TrustLevel.SEMI_TRUSTED),
)


def briefs(
    assessment: Assessment, threats: Sequence[Threat], index: KnowledgeIndex | None
) -> tuple[Brief, ...]:
    """A brief for each component that is worth a call, in order of id.

    `threats` are those that the rules draft. Without an index nothing is looked up. Raises as
    searching does.
    """
    if not has_ai(assessment.system, assessment.knowledge):
        return ()
    by_element: dict[str, list[Threat]] = {}
    for threat in threats:
        by_element.setdefault(threat.element, []).append(threat)
    look_up = nothing if index is None else searching(index, assessment)
    components = sorted(assessment.system.own.components, key=lambda c: c.id)
    return tuple(
        _Briefing(assessment, component, by_element, look_up(component)).made()
        for component in components
        if is_worth_a_call(component)
    )


def is_worth_a_call(component: Component) -> bool:
    """Whether threats to it are ours to draft: not to people, nor to systems of others."""
    return component.kind not in _PEOPLE and not is_inherited(component.id)


def flows_of(component: Component, system: SystemModel) -> tuple[Flow, ...]:
    """The flows that a brief is about: each belongs to its target, if that is worth a call."""
    return tuple(
        flow
        for flow in system.flows
        if flow.target == component.id
        or (flow.source == component.id and not _is_briefed(flow.target, system))
    )


def _is_briefed(id_: str, system: SystemModel) -> bool:
    found = system.elements.get(id_)
    return isinstance(found, Component) and is_worth_a_call(found)


class _Briefing:
    """Makes the brief of one component."""

    def __init__(
        self,
        assessment: Assessment,
        component: Component,
        threats: Mapping[str, Sequence[Threat]],
        retrieved: Sequence[Reference],
    ) -> None:
        self.assessment = assessment
        self.system = assessment.system
        self.knowledge = assessment.knowledge
        self.component = component
        self.own_flows = flows_of(component, self.system)
        self.flows = sorted(
            (f for f in self.system.flows if component.id in (f.source, f.target)),
            key=lambda f: f.id,
        )
        self.targets = (component.id, *sorted(f.id for f in self.own_flows))
        found = [t for id_ in self.targets for t in threats.get(id_, ())]
        self.threats = sorted(found, key=lambda t: (-t.risk, t.id))[:MOST_CANDIDATES]
        cited = [r for threat in self.threats for r in threat.references]
        self.references = {label(r): r for r in (*cited, *retrieved)}
        patterns = {threat.pattern for threat in self.threats}
        self.bearing = frozenset[FactKey]().union(
            *(bearing(p, self.knowledge) for p in self.knowledge.patterns if p.id in patterns)
        )

    def made(self) -> Brief:
        """The brief."""
        facts = tuple(self._facts())
        return Brief(
            system=Whole(name=self.system.name, purpose=self.system.purpose),
            component=self._described(),
            stage=self.knowledge.kind_entries[self.component.kind].stage,
            facts=tuple(known for known, _ in facts),
            unknown=tuple(self._unknown()),
            flows=tuple(map(self._passing, self.flows)),
            neighbours=tuple(map(self._beside, self._neighbours)),
            paths=tuple(self._paths()),
            candidates=tuple(map(self._candidate, self.threats)),
            entries=tuple(map(self._listed, sorted(self.references))),
            mitigations=self._controls(),
            targets=self.targets,
            names=self._names(),
            cited=self.references,
            known=tuple(f"{known.id}={value}" for known, value in facts),
        )

    # --- the component and what is around it ------------------------------------------------

    def _described(self) -> Described:
        component = self.component
        zone = self.system.zones[component.boundary]
        return Described(
            id=component.id,
            name=component.name,
            kind=self._kind(component),
            zone=zone.name,
            trust=zone.trust,
            description=component.description[:LONGEST_DESCRIPTION],
            footing=_footing(component.provenance),
            holds=tuple(f"{a.name} ({a.sensitivity})" for a in self._assets),
        )

    def _kind(self, component: Component) -> str:
        return self.knowledge.kind_entries[component.kind].name

    @property
    def _assets(self) -> list[Asset]:
        return [a for a in self.system.assets if self.component.id in a.held_by]

    @property
    def _neighbours(self) -> list[Component]:
        ends = dict.fromkeys(end for f in self.flows for end in (f.source, f.target))
        found = (self.system.elements.get(end) for end in ends if end != self.component.id)
        return [c for c in found if isinstance(c, Component)][:MOST_NEIGHBOURS]

    def _beside(self, component: Component) -> Beside:
        zone = self.system.zones[component.boundary]
        return Beside(
            id=component.id,
            name=component.name,
            kind=self._kind(component),
            zone=zone.name,
            trust=zone.trust,
        )

    def _passing(self, flow: Flow) -> Passing:
        zones = [self._zone_of(end) for end in (flow.source, flow.target)]
        return Passing(
            id=flow.id,
            source=self.system.name_of(flow.source),
            target=self.system.name_of(flow.target),
            carries=flow.carries,
            movement=_MOVES[flow.movement],
            footing=_footing(flow.provenance),
            crosses=" → ".join(zones) if zones[0] != zones[1] else "",
        )

    def _zone_of(self, id_: str) -> str:
        found = self.system.elements[id_]
        assert isinstance(found, Component)
        zone = self.system.zones[found.boundary]
        return f"{zone.name} ({zone.trust})"

    def _paths(self) -> Iterator[str]:
        reach, here = self.assessment.evaluator.reach, self.component.id
        for what, level in _WAYS:
            path = reach.to(here, level)
            if path and len(path) > 1:
                yield f"{what}: {self._way(path)}"
                break
        out = reach.out_of(here, TrustLevel.UNTRUSTED)
        if out and len(out) > 1:
            yield f"what it holds gets out: {self._way(out)}"

    def _way(self, path: Path) -> str:
        hops = []
        for hop in path:
            flow = self.system.elements.get(hop.flow) if hop.flow else None
            carried = f"[{flow.carries}] → " if isinstance(flow, Flow) else ""
            hops.append(f"{carried}{self.system.name_of(hop.component)}")
        return " ".join(hops)

    def _names(self) -> tuple[str, ...]:
        generic = {kind.name.casefold() for kind in self.knowledge.kinds}
        named = (
            self.component.name,
            *(c.name for c in self._neighbours),
            *(a.name for a in self._assets),
            *(f.carries for f in self.flows if " " in f.carries),
        )
        return tuple(n for n in dict.fromkeys(named) if n.strip() and n.casefold() not in generic)

    # --- facts --------------------------------------------------------------------------------

    def _facts(self) -> Iterator[tuple[Known, str]]:
        """Facts of the component and its flows, then those of others that matter to them."""
        yield from self._of(self.component)
        for flow in self.flows:
            yield from self._of(flow)
        for neighbour in self._neighbours:
            yield from self._of(neighbour, _OF_NEIGHBOURS)
        held = self.system.facts
        matter = {key: held[key] for key in held if self._matters(key)}
        yield from self._known(SYSTEM, matter, frozenset(FactClass))

    def _matters(self, key: FactKey) -> bool:
        """Whether a fact of the whole system bears on a candidate, or says what is at stake."""
        entry = self.knowledge.fact_entries.get(key)
        return entry is not None and (entry.fact_class is FactClass.STAKE or key in self.bearing)

    def _of(
        self, element: Element, classes: frozenset[FactClass] = frozenset(FactClass)
    ) -> Iterator[tuple[Known, str]]:
        return self._known(element.id, element.facts, classes)

    def _known(
        self, element: str, facts: Mapping[str, Fact], classes: frozenset[FactClass]
    ) -> Iterator[tuple[Known, str]]:
        for key in sorted(facts):
            entry, fact = self.knowledge.fact_entries.get(key), facts[key]
            if entry is not None and entry.fact_class in classes and fact.value is not None:
                yield self._fact(f"{element}.{key}", fact, entry), fact.value

    def _fact(self, id_: str, fact: Fact, entry: FactEntry) -> Known:
        said = self.assessment.wording.statement(f"fact:{id_}")
        for claim in fact.against:
            choice = entry.choice(claim.value)
            said += f", or “{choice.label if choice else claim.value}”"
        return Known(
            id=id_,
            says=said,
            footing=_footing_of(fact),
            words=fact.provenance.quote[:LONGEST_WORDS],
        )

    def _unknown(self) -> Iterator[str]:
        held = self.component.facts
        for entry in self.knowledge.facts_of(self.component.kind):
            fact = held.get(entry.key)
            if fact is None or fact.value is None:
                yield entry.name

    # --- threats ------------------------------------------------------------------------------

    def _candidate(self, threat: Threat) -> Candidate:
        return Candidate(
            id=threat.id,
            target=self.system.name_of(threat.element),
            category=threat.stride[0],
            title=threat.title,
            scenario=threat.scenario,
            likelihood=threat.likelihood,
            likelihood_reasons=threat.likelihood_reasons,
            impact=threat.impact,
            impact_reasons=threat.impact_reasons,
            assumptions=threat.assumptions,
            lowered_by=tuple(
                Lowering(id=m.id, title=m.title, coverage=COVERAGE_WORDS[m.coverage])
                for m in threat.mitigations
            ),
            references=tuple(map(label, threat.references)),
            not_when=threat.not_when,
        )

    def _listed(self, at: str) -> Listed:
        reference = self.references[at]
        entry = self.knowledge.entries[reference.list, reference.edition, reference.id]
        return Listed(label=at, name=entry.name, description=entry.description[:LONGEST_ENTRY])

    def _controls(self) -> tuple[Control, ...]:
        """Those of the candidates, then those that something of this kind can have."""
        named = [m.id for threat in self.threats for m in threat.mitigations]
        keys = {fact.key for fact in self.knowledge.facts_of(self.component.kind)}
        fitting = [m.id for m in self.knowledge.mitigations if m.fact in keys]
        against = {r.id for r in self.references.values() if r.list is ListName.ATLAS}
        addressing = [
            e.id
            for e in self.knowledge.entries.values()
            if e.type == "mitigation" and against & set(e.mitigates)
        ]
        entries = self.knowledge.mitigation_entries
        chosen = dict.fromkeys((*named, *fitting, *addressing))
        return tuple(Control(id=id_, title=entries[id_].title) for id_ in chosen if id_ in entries)[
            :MOST_CONTROLS
        ]


def _footing(provenance: Provenance) -> Footing:
    return Footing.STATED if provenance.is_stated else Footing.ASSUMED


def _footing_of(fact: Fact) -> Footing:
    if fact.is_conflict:
        return Footing.CONTESTED
    if fact.hedged:
        return Footing.DOUBTED
    return _footing(fact.provenance)
