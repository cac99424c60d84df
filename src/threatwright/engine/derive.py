"""The one way from the record to everything else: fold, draft, apply decisions.

The nodes of the workflow and the headless commands call the same functions here.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

from threatwright.engine.draft import draft
from threatwright.engine.fold import fold
from threatwright.model.document import Derivation, ThreatModel
from threatwright.model.journal import Decided, JournalEntry, Source, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.threats import Threat

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


def derive(model: ThreatModel, knowledge: Knowledge) -> ThreatModel:
    """The model with everything that follows from its sources and journal worked out again."""
    system = fold(model.name, model.sources, model.journal, knowledge)
    drafted = draft(system, knowledge)
    return model.model_copy(
        update={
            "name": system.name,
            "system": system,
            "threats": _decide(drafted.threats, model.journal),
            "considered": drafted.considered,
            "gaps": drafted.gaps,
            "derived": Derivation(
                knowledge=knowledge.digest,
                editions=knowledge.editions,
                system=digest(system),
            ),
        }
    )


def digest(system: SystemModel) -> str:
    """SHA-256 of a system, by which a change made by hand is noticed."""
    return hashlib.sha256(system.model_dump_json().encode()).hexdigest()


def _decide(threats: Sequence[Threat], journal: Sequence[JournalEntry]) -> tuple[Threat, ...]:
    """The threats with what reviewers decided about them, the last decision of each counting."""
    decisions = {e.threat: e for e in standing(tuple(journal)) if isinstance(e, Decided)}
    return tuple(
        threat.model_copy(update={"status": d.status, "reason": d.reason, "owner": d.owner})
        if (d := decisions.get(threat.id))
        else threat
        for threat in threats
    )
