"""What a brief says of threats: those that the rules draft there and around, and what they cite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from threatwright.engine.contributions.brief_place import Place
from threatwright.engine.rules.likelihood import moving
from threatwright.engine.rules.wording import COVERAGE_WORDS
from threatwright.model.brief import Candidate, Control, Listed, Lowering, Nearby, label
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.threats import Threat

MOST_CONTROLS = 40
MOST_NEARBY = 16
"""Titles of one element."""
LONGEST_ENTRY = 180


def candidate(threat: Threat, system: SystemModel) -> Candidate:
    """A threat of the rules, to be tailored or disputed."""
    return Candidate(
        id=threat.id,
        target=system.name_of(threat.element),
        category=threat.stride[0],
        title=threat.title,
        scenario=threat.scenario,
        likelihood=threat.likelihood,
        likelihood_reasons=moving(threat.likelihood_reasons),
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


def nearby(place: Place, threats: Mapping[str, Sequence[Threat]]) -> Iterator[Nearby]:
    """What is drafted at the other ends, along their flows and on the ways in and out.

    By title and in order of id alone, so that a rating that moves changes nothing here. `threats`
    are those of each element.
    """
    around = [place.of_others, [c.id for c in place.neighbours], _next_flows(place)]
    for id_ in dict.fromkeys(id_ for ids in around for id_ in ids):
        found = sorted(threats.get(id_, ()), key=lambda t: t.id)
        if found:
            titles = tuple(threat.title for threat in found[:MOST_NEARBY])
            yield Nearby(target=place.system.name_of(id_), titles=titles)


def listed(reference: Reference, is_retrieved: bool, knowledge: Knowledge) -> Listed:
    """An entry; described where no candidate cites it, for it is explained by those."""
    entry = knowledge.entries[reference.list, reference.edition, reference.id]
    described = entry.description[:LONGEST_ENTRY] if is_retrieved else ""
    return Listed(label=label(reference), name=entry.name, description=described)


def controls(
    place: Place,
    candidates: Sequence[Threat],
    references: Sequence[Reference],
    addressing: Mapping[str, Sequence[str]],
) -> tuple[Control, ...]:
    """Those of the candidates, then those that something of this kind can have.

    `addressing` is what the function of that name returns.
    """
    knowledge = place.knowledge
    named = [m.id for threat in candidates for m in threat.mitigations]
    keys = {fact.key for fact in knowledge.facts_of(place.component.kind)}
    fitting = [m.id for m in knowledge.mitigations if m.fact in keys]
    against = [r.id for r in references if r.list is ListName.ATLAS]
    more = [id_ for at in against for id_ in addressing.get(at, ())]
    entries = knowledge.mitigation_entries
    chosen = [id_ for id_ in dict.fromkeys((*named, *fitting, *more)) if id_ in entries]
    return tuple(Control(id=id_, title=entries[id_].title) for id_ in chosen[:MOST_CONTROLS])


def addressing(knowledge: Knowledge) -> Mapping[str, Sequence[str]]:
    """Id of an ATLAS technique → ids of the mitigations that the catalogue has against it."""
    found: dict[str, list[str]] = {}
    for entry in knowledge.entries.values():
        for technique in entry.mitigates if entry.type == "mitigation" else ():
            found.setdefault(technique, []).append(entry.id)
    return found


def _next_flows(place: Place) -> list[str]:
    """The other flows of its neighbours, and the components at their ends."""
    system = place.system
    near = {c.id for c in place.neighbours}
    flows = [f for f in system.flows if near & {f.source, f.target}]
    beyond = {end for f in flows for end in (f.source, f.target)} - near - {place.component.id}
    targets = {*place.own, *place.of_others}
    return sorted({f.id for f in flows} - targets) + sorted(beyond)
