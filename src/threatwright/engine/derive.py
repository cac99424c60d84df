"""The one way from the record to everything else: fold, draft, apply decisions.

The nodes of the workflow and the headless commands call the same functions here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from threatwright.engine.contributions.contributed import contributed
from threatwright.engine.decisions.mitigating import with_mitigations
from threatwright.engine.decisions.stale import Drafted, stale
from threatwright.engine.decisions.stated import with_stated
from threatwright.engine.inheritance.merging import renewed, shared, viewed, whole
from threatwright.engine.probes.weighing import weighed
from threatwright.engine.record.by_hand import digest
from threatwright.engine.record.decisions import decisions, with_decisions
from threatwright.engine.record.fold import fold
from threatwright.engine.record.scoping import scoped
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.draft import Draft, drafted
from threatwright.engine.rules.inherited_draft import of_its_own
from threatwright.model.document import Derivation, ThreatModel
from threatwright.model.journal import JournalEntry, Source
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.threats import Threat
from threatwright.uncollected import uncollected

_NAMESPACE = uuid.UUID("6f1d3a52-7c0e-5b8e-9a64-3f2b1d0c9e77")


def begin(name: str, sources: Sequence[Source], knowledge: Knowledge) -> ThreatModel:
    """A new threat model of what the sources say, with nothing answered yet."""
    record = "\0".join(f"{s.kind}\0{s.name}\0{s.text}" for s in sources)
    blank = ThreatModel(
        id=str(uuid.uuid5(_NAMESPACE, record)),
        name=name,
        sources=tuple(sources),
        system=SystemModel(name=name),
    )
    return derive(blank, knowledge)


def record(model: ThreatModel, *entries: JournalEntry) -> ThreatModel:
    """The model with entries put at the end of its journal; nothing is derived anew yet."""
    return model.model_copy(update={"journal": (*model.journal, *entries)})


class Derived(NamedTuple):
    """A model with all that follows from its record, and the assessment that it follows by."""

    model: ThreatModel
    assessment: Assessment


def derive(model: ThreatModel, knowledge: Knowledge) -> ThreatModel:
    """The model with everything that follows from its sources and journal worked out again."""
    return derived(model, knowledge).model


@uncollected()
def derived(model: ThreatModel, knowledge: Knowledge, before: Assessment | None = None) -> Derived:
    """The same, for whoever goes on with the assessment: the questions follow from it too.

    `before` is an assessment of an earlier state of the model, of which is kept what still holds.
    """
    inherited, decided = model.inherited, decisions(model.journal)
    system, assessment, draft, threats = _worked_out(model, knowledge, before)

    def drafts(record: ThreatModel) -> Drafted:
        then = _worked_out(record, knowledge, assessment)
        return Drafted(then.system, _ids(then.threats))

    now, of_scope = Drafted(system, _ids(threats)), scoped(model)
    found = model.model_copy(
        update={
            "name": system.name,
            "scope": of_scope.scope,
            "inherits": renewed(model.inherits, inherited),
            "system": system,
            "threats": with_decisions(threats, decided),
            "stale": stale(model, now, knowledge, drafts),
            "considered": draft.considered,
            "gaps": draft.gaps,
            "derived": Derivation(
                knowledge=knowledge.digest,
                organisation=knowledge.organisation.name if knowledge.organisation else "",
                editions=knowledge.editions,
                system=digest(system),
                scoped=of_scope.last,
            ),
        }
    )
    return Derived(viewed(found) if inherited else found, assessment)


def by_rules(model: ThreatModel, assessment: Assessment) -> Draft:
    """What the rules alone draft in the system of a model, as it was assessed."""
    draft = drafted(assessment)
    if not model.inherited:
        return draft
    return of_its_own(draft, model.inherited, assessment.knowledge)


class _Worked(NamedTuple):
    """What follows from a record, before anybody decided on it."""

    system: SystemModel
    assessment: Assessment
    draft: Draft
    """By rules alone."""
    threats: tuple[Threat, ...]


def _worked_out(model: ThreatModel, knowledge: Knowledge, before: Assessment | None) -> _Worked:
    inherited = model.inherited
    system = fold(model.name, model.sources, model.journal, knowledge, shared(inherited))
    all_ = whole(system, inherited) if inherited else system
    assessment = before.following(all_) if before else Assessment(all_, knowledge)
    draft = by_rules(model, assessment)
    threats = contributed(draft.threats, model.journal, assessment)
    stated = with_stated(threats, model.journal, assessment)
    said = with_mitigations(stated, model.journal, assessment)
    return _Worked(system, assessment, draft, weighed(said, model.journal, assessment))


def _ids(threats: Sequence[Threat]) -> frozenset[str]:
    return frozenset(threat.id for threat in threats)
