"""What a sign-off is about: the version of a model, what is open in it, and if it still is so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from threatwright.engine.interview.planner import open_questions
from threatwright.engine.record.conflicts import open_conflicts
from threatwright.engine.text.spoken import Head
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import SignedOff
from threatwright.model.knowledge import Knowledge
from threatwright.model.scope import SignOff
from threatwright.model.terms import Status

SHOWN = 12
"""Digits of a version that are shown."""


def version_of(model: ThreatModel) -> str:
    """SHA-256 of what a model says: its scope, system, threats, decisions, findings and gaps.

    Who signed it off is no part of it, nor how it came about.
    """
    scope = model.scope.model_copy(update={"sign_off": ()})
    parts = (
        scope,
        model.system.own,
        *(threat for threat in model.threats if not threat.inherited),
        *model.stale,
        *model.gaps,
    )
    digest = hashlib.sha256(model.name.encode())
    for part in parts:
        digest.update(b"\0" + part.model_dump_json(exclude_defaults=True).encode())
    for one in model.inherits:
        digest.update(f"\0{one.file}\0{one.digest}".encode())
    return digest.hexdigest()


def current(model: ThreatModel) -> tuple[SignOff, ...]:
    """The sign-offs that are of the model as it is."""
    if not model.scope.sign_off:
        return ()
    version = version_of(model)
    return tuple(one for one in model.scope.sign_off if one.version == version)


def open_items(model: ThreatModel, knowledge: Knowledge) -> tuple[str, ...]:
    """What is open in a model, in words; nothing where all is settled."""
    return tuple(_open_items(model, knowledge))


def _open_items(model: ThreatModel, knowledge: Knowledge) -> Iterator[str]:
    own = [threat for threat in model.threats if not threat.inherited]
    undecided = sum(threat.status is Status.PROPOSED for threat in own)
    yield from _counted(undecided, "undecided threat")
    yield from _counted(len(list(open_questions(model, knowledge))), "open question")
    yield from _counted(len(open_conflicts(model.system)), "conflict between people")
    yield from _counted(len(model.stale), "stale decision")
    yield from _counted(len(model.gaps), "gap")


def _counted(number: int, what: str) -> Sequence[str]:
    return [f"{number} {what}{'' if number == 1 else 's'}"] if number else []


def signed(model: ThreatModel, knowledge: Knowledge, head: Head) -> SignedOff:
    """The entry of a sign-off. Raises InputError if it does not say who signs, and as what."""
    if not (head["by"] and head["role"]):
        raise InputError(
            "A sign-off does not say who signs it, and in which role.",
            "Give both: --by NAME --role ROLE.",
        )
    if not model.system.components:
        raise InputError(
            "There is nothing to sign off: nothing of the system is described.",
            "Describe it first: threatwright interview FILE",
        )
    return SignedOff(**head, version=version_of(model), open=open_items(model, knowledge))
