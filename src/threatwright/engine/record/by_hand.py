"""A system that was edited by hand in its file becomes a source of its own."""

from __future__ import annotations

import hashlib

from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.system import SystemModel

BY_HAND = "the model file"
"""The name of the source that a system edited by hand becomes."""


def adopt(model: ThreatModel) -> ThreatModel:
    """The model with a system that was edited by hand taken in as a source of its own.

    Deriving works the system out from the record, and would undo what somebody wrote into the file.
    So a system that is not the one that was derived last, or has no record to be derived from, wins
    over the record: it is the ground on which later entries of the journal build. Earlier entries
    stay in the journal, as what was said at the time, and decisions about threats keep counting. An
    edit takes the place of the edit before it, so that the file does not grow with each.
    """
    if model.sources and digest(model.system) == model.derived.system:
        return model
    by_hand = Source(
        kind=SourceKind.SYSTEM,
        name=BY_HAND,
        system=model.system,
        after=model.journal[-1].n if model.journal else 0,
    )
    kept = tuple(s for s in model.sources if s.name != BY_HAND)
    return model.model_copy(
        update={
            "sources": (*kept, by_hand),
            "derived": model.derived.model_copy(update={"system": digest(model.system)}),
        }
    )


def digest(system: SystemModel) -> str:
    """SHA-256 of a system, by which a change made by hand is noticed."""
    return hashlib.sha256(system.model_dump_json().encode()).hexdigest()
