"""Makes briefs: what a language model is told of each component that is worth a call.

A brief holds what is at the component and one flow away, and the threats that the rules draft
there and around. So it changes when something changes that can reach the component, and with
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threatwright.engine.contributions.brief_facts import doubtable, facts, unknown
from threatwright.engine.contributions.brief_parts import beside, described, passing, ways
from threatwright.engine.contributions.brief_place import Place, is_worth_a_call
from threatwright.engine.contributions.brief_threats import (
    addressing,
    candidate,
    controls,
    listed,
    nearby,
)
from threatwright.engine.reading.passages import Passage
from threatwright.engine.reading.sayings import Sayings
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.carried import bearing
from threatwright.engine.search.fitting_entries import nothing, searching
from threatwright.engine.sort import has_ai
from threatwright.engine.text.name_words import words_of
from threatwright.engine.text.sentences import stem
from threatwright.model.brief import Brief, Saying, Whole, label
from threatwright.model.catalogue import Reference
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component
from threatwright.model.threats import Threat
from threatwright.model.vocabulary import FactKey
from threatwright.ports import KnowledgeIndex

MOST_CANDIDATES = 40


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
        _brief(around, Place(assessment, component), look_up(component, around.titles(component)))
        for component in components
        if is_worth_a_call(component)
    )


class _Around:
    """What all briefs are made of."""

    def __init__(
        self, assessment: Assessment, threats: Sequence[Threat], texts: Iterable[Passage]
    ) -> None:
        self.system = assessment.system
        self.threats: dict[str, list[Threat]] = {}
        for threat in threats:
            self.threats.setdefault(threat.element, []).append(threat)
        self.sayings = Sayings(texts, self.system)
        self.names = tuple(sorted(filter(str.strip, self._names())))
        heard = {stem(w) for text in (*self.names, *self.sayings.words) for w in words_of(text)}
        self.words = frozenset(heard - said_by_rules(assessment.knowledge))
        self.bearing = {
            p.id: bearing(p, assessment.knowledge) for p in assessment.knowledge.patterns
        }
        self.addressing = addressing(assessment.knowledge)

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


def _brief(around: _Around, place: Place, retrieved: Sequence[Reference]) -> Brief:
    """The brief of one component; `retrieved` are the entries that were looked up for it."""
    system, component = place.system, place.component
    found = [threat for id_ in place.own for threat in around.threats.get(id_, ())]
    candidates = sorted(found, key=lambda t: (-t.risk, t.id))[:MOST_CANDIDATES]
    cited = [reference for threat in candidates for reference in threat.references]
    references = {label(r): r for r in (*cited, *retrieved)}
    looked_up = {label(r) for r in retrieved}
    known = tuple(facts(place, _bearing(candidates, around)))
    sources = dict(doubtable(place, (fact.id for fact, _ in known)))
    return Brief(
        system=Whole(name=system.name, purpose=system.purpose),
        component=described(place),
        stage=place.knowledge.kind_entries[component.kind].stage,
        facts=tuple(fact for fact, _ in known),
        unknown=tuple(unknown(place)),
        sayings=_sayings(around, place),
        flows=passing(place),
        neighbours=beside(place),
        paths=tuple(ways(place)),
        candidates=tuple(candidate(threat, system) for threat in candidates),
        nearby=tuple(nearby(place, around.threats)),
        entries=tuple(
            listed(references[at], at in looked_up, place.knowledge) for at in sorted(references)
        ),
        mitigations=controls(place, candidates, tuple(references.values()), around.addressing),
        targets=(*place.own, *place.of_others),
        of_others=place.of_others,
        doubtable=tuple(sources),
        names=around.names,
        words=around.words,
        cited=references,
        known=tuple(f"{fact.id}={value}" for fact, value in known),
        sources=sources,
    )


def _bearing(candidates: Sequence[Threat], around: _Around) -> frozenset[FactKey]:
    """The facts that bear on a candidate."""
    patterns = (threat.pattern for threat in candidates)
    return frozenset[FactKey]().union(*(around.bearing[p] for p in patterns if p in around.bearing))


def _sayings(around: _Around, place: Place) -> tuple[Saying, ...]:
    things = [asset.name for asset in place.assets]
    things += [f.carries for f in place.flows if " " in f.carries and f.provenance.is_stated]
    return around.sayings.about(place.component, things)


def said_by_rules(knowledge: Knowledge) -> frozenset[str]:
    """Stems of all words in which the rules and the vocabulary speak."""
    texts = (
        *(f"{p.title} {p.scenario} {p.not_when}" for p in knowledge.patterns),
        *(f"{kind.name} {kind.description}" for kind in knowledge.kinds),
    )
    return frozenset(stem(word) for text in texts for word in words_of(text))
