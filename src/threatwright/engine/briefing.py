"""Makes briefs: what a language model is told of each component that is worth a call.

A brief holds what is at the component and one flow away, and the threats that the rules draft
there and around. So it changes when something changes that can reach the component, and with
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from threatwright.engine.assessment import Assessment
from threatwright.engine.carried import bearing
from threatwright.engine.doubts import read_in
from threatwright.engine.fitting_entries import nothing, searching
from threatwright.engine.gaps import has_ai
from threatwright.engine.name_words import words_of
from threatwright.engine.passages import Passage
from threatwright.engine.reachability import Path
from threatwright.engine.sayings import Sayings
from threatwright.engine.text import stem
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
    Nearby,
    Passing,
    Saying,
    Whole,
    label,
)
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.facts import Fact, Provenance
from threatwright.model.knowledge import FactEntry, FactKey, Knowledge
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
MOST_CONTROLS = 40
MOST_NEARBY = 16
"""Titles of one element."""
LONGEST_WORDS = 200
LONGEST_DESCRIPTION = 600
LONGEST_ENTRY = 180

_PEOPLE = frozenset({ComponentKind.PERSON, ComponentKind.EXTERNAL_SYSTEM})
_READ = frozenset({"document", "llm", "assumed"})
_CONTROLS = frozenset({FactClass.CONTROL})
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
    assessment: Assessment,
    threats: Sequence[Threat],
    index: KnowledgeIndex | None,
    texts: Iterable[Passage] = (),
) -> tuple[Brief, ...]:
    """A brief for each component that is worth a call, in order of id.

    `threats` are those that the rules draft, `texts` all that was written and said. Without an
    index nothing is looked up. Raises as searching does.
    """
    if not has_ai(assessment.system, assessment.knowledge):
        return ()
    around = _Around(assessment, threats, texts)
    look_up = nothing if index is None else searching(index, assessment)
    components = sorted(assessment.system.own.components, key=lambda c: c.id)
    return tuple(
        _Briefing(around, component, look_up(component, around.titles(component))).made()
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


class _Around:
    """What all briefs are made of."""

    def __init__(
        self, assessment: Assessment, threats: Sequence[Threat], texts: Iterable[Passage]
    ) -> None:
        self.assessment = assessment
        self.system = assessment.system
        self.knowledge = assessment.knowledge
        self.threats: dict[str, list[Threat]] = {}
        for threat in threats:
            self.threats.setdefault(threat.element, []).append(threat)
        self.sayings = Sayings(texts, self.system)
        self.names = tuple(sorted(filter(str.strip, self._names())))
        heard = {stem(w) for text in (*self.names, *self.sayings.words) for w in words_of(text)}
        self.words = frozenset(heard - said_by_rules(assessment.knowledge))
        self.bearing = {p.id: bearing(p, self.knowledge) for p in self.knowledge.patterns}
        self.addressing = addressing(self.knowledge)

    def _names(self) -> set[str]:
        return {
            self.system.name,
            *(c.name for c in self.system.components),
            *(a.name for a in self.system.assets),
            *(f.carries for f in self.system.flows if " " in f.carries),
        }

    def titles(self, component: Component) -> tuple[str, ...]:
        """The titles of the threats that the rules draft to a component."""
        return tuple(threat.title for threat in self.threats.get(component.id, ()))


class _Briefing:
    """Makes the brief of one component."""

    def __init__(
        self, around: _Around, component: Component, retrieved: Sequence[Reference]
    ) -> None:
        self.around = around
        self.assessment = around.assessment
        self.system = around.system
        self.knowledge = around.knowledge
        self.component = component
        self.flows = sorted(
            (f for f in self.system.flows if component.id in (f.source, f.target)),
            key=lambda f: f.id,
        )
        own = (component.id, *sorted(f.id for f in flows_of(component, self.system)))
        self.of_others = tuple(f.id for f in self.flows if f.id not in own)
        self.targets = (*own, *self.of_others)
        found = [t for id_ in own for t in around.threats.get(id_, ())]
        self.threats = sorted(found, key=lambda t: (-t.risk, t.id))[:MOST_CANDIDATES]
        self.retrieved = {label(r) for r in retrieved}
        cited = [r for threat in self.threats for r in threat.references]
        self.references = {label(r): r for r in (*cited, *retrieved)}
        self.bearing = frozenset[FactKey]().union(
            *(around.bearing[p] for t in self.threats if (p := t.pattern) in around.bearing)
        )

    def made(self) -> Brief:
        """The brief."""
        facts = tuple(self._facts())
        sources = dict(self._read((known.id for known, _ in facts)))
        return Brief(
            system=Whole(name=self.system.name, purpose=self.system.purpose),
            component=self._described(),
            stage=self.knowledge.kind_entries[self.component.kind].stage,
            facts=tuple(known for known, _ in facts),
            unknown=tuple(self._unknown()),
            sayings=self._sayings(),
            flows=tuple(map(self._passing, self.flows)),
            neighbours=tuple(map(self._beside, self._neighbours)),
            paths=tuple(self._paths()),
            candidates=tuple(map(self._candidate, self.threats)),
            nearby=tuple(self._nearby()),
            entries=tuple(map(self._listed, sorted(self.references))),
            mitigations=self._controls(),
            targets=self.targets,
            of_others=self.of_others,
            doubtable=tuple(sources),
            names=self.around.names,
            words=self.around.words,
            cited=self.references,
            known=tuple(f"{known.id}={value}" for known, value in facts),
            sources=sources,
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

    def _sayings(self) -> tuple[Saying, ...]:
        things = [a.name for a in self._assets]
        things += [f.carries for f in self.flows if " " in f.carries and f.provenance.is_stated]
        return self.around.sayings.about(self.component, things)

    # --- what may have been misread -------------------------------------------------------------

    def _read(self, facts: Iterable[str]) -> Iterator[tuple[str, str]]:
        """(id, source) of what was read in a text, and of the parts that nobody named."""
        for id_ in facts:
            element, _, key = id_.rpartition(".")
            fact = self.system.fact(element, key)
            if fact is not None and _is_read(fact.provenance) and not is_inherited(element):
                yield id_, read_in(fact.provenance)
        parts: tuple[Element, ...] = (self.component, *self.flows, *self._neighbours)
        for part in parts:
            if not is_inherited(part.id) and _is_read(part.provenance):
                yield part.id, read_in(part.provenance)

    # --- facts --------------------------------------------------------------------------------

    def _facts(self) -> Iterator[tuple[Known, str]]:
        """Facts of the component and its flows, then those of others that matter to them."""
        yield from self._of(self.component)
        for flow in self.flows:
            yield from self._of(flow)
        for neighbour in self._neighbours:
            yield from self._of(neighbour, _OF_NEIGHBOURS)
            yield from self._known(neighbour.id, _said_of(neighbour.facts), _CONTROLS)
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
        against = tuple(c.provenance.quote[:LONGEST_WORDS] for c in fact.against)
        return Known(
            id=id_,
            says=said,
            footing=_footing_of(fact),
            words=fact.provenance.quote[:LONGEST_WORDS],
            against=tuple(filter(None, against)),
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

    def _nearby(self) -> Iterator[Nearby]:
        """What is drafted at the other ends, along their flows and on the ways in and out.

        By title and in order of id alone, so that a rating that moves changes nothing here.
        """
        around = [self.of_others, [c.id for c in self._neighbours], self._next_flows()]
        for id_ in dict.fromkeys(id_ for ids in around for id_ in ids):
            found = sorted(self.around.threats.get(id_, ()), key=lambda t: t.id)
            if found:
                titles = tuple(threat.title for threat in found[:MOST_NEARBY])
                yield Nearby(target=self.system.name_of(id_), titles=titles)

    def _next_flows(self) -> list[str]:
        """The other flows of its neighbours, and the components at their ends."""
        near = {c.id for c in self._neighbours}
        flows = [f for f in self.system.flows if near & {f.source, f.target}]
        beyond = {end for f in flows for end in (f.source, f.target)} - near - {self.component.id}
        return sorted({f.id for f in flows} - set(self.targets)) + sorted(beyond)

    def _listed(self, at: str) -> Listed:
        """An entry; described where no candidate cites it, for it is explained by those."""
        reference = self.references[at]
        entry = self.knowledge.entries[reference.list, reference.edition, reference.id]
        described = entry.description[:LONGEST_ENTRY] if at in self.retrieved else ""
        return Listed(label=at, name=entry.name, description=described)

    def _controls(self) -> tuple[Control, ...]:
        """Those of the candidates, then those that something of this kind can have."""
        named = [m.id for threat in self.threats for m in threat.mitigations]
        keys = {fact.key for fact in self.knowledge.facts_of(self.component.kind)}
        fitting = [m.id for m in self.knowledge.mitigations if m.fact in keys]
        against = [r.id for r in self.references.values() if r.list is ListName.ATLAS]
        more = [id_ for at in against for id_ in self.around.addressing.get(at, ())]
        entries = self.knowledge.mitigation_entries
        chosen = dict.fromkeys((*named, *fitting, *more))
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


def _is_read(provenance: Provenance) -> bool:
    """Whether it was read out of words, or made up for want of any; a choice is neither."""
    return provenance.kind in _READ or (provenance.kind == "answer" and bool(provenance.quote))


def _said_of(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Facts that somebody stated."""
    return {key: fact for key, fact in facts.items() if fact.provenance.is_stated}


def addressing(knowledge: Knowledge) -> Mapping[str, Sequence[str]]:
    """Id of an ATLAS technique → ids of the mitigations that the catalogue has against it."""
    found: dict[str, list[str]] = {}
    for entry in knowledge.entries.values():
        for technique in entry.mitigates if entry.type == "mitigation" else ():
            found.setdefault(technique, []).append(entry.id)
    return found


def said_by_rules(knowledge: Knowledge) -> frozenset[str]:
    """Stems of all words in which the rules and the vocabulary speak."""
    texts = (
        *(f"{p.title} {p.scenario} {p.not_when}" for p in knowledge.patterns),
        *(f"{kind.name} {kind.description}" for kind in knowledge.kinds),
    )
    return frozenset(stem(word) for text in texts for word in words_of(text))
