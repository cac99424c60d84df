"""Every mitigation of a model once: what it stands against, where, and what it would still gain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from threatwright.engine.roadmap.gains import DONE
from threatwright.exchange.publisher import marked
from threatwright.exchange.report.content import Content
from threatwright.model.patterns import MitigationEntry
from threatwright.model.terms import Coverage, Effect, MitigationStatus
from threatwright.model.threats import AppliedMitigation, Threat

EFFECTS = (Effect.PREVENTS, Effect.HINDERS, Effect.DETECTS, Effect.RECOVERS)


class Mitigated(NamedTuple):
    """A mitigation, as it stands against all the threats of a model."""

    id: str
    title: str
    """With the organisation whose it is, where it is not ours."""
    entry: MitigationEntry | None
    """What the knowledge base says of it; None if it does not know it any more."""
    statuses: tuple[MitigationStatus, ...]
    effects: tuple[Effect, ...]
    coverages: tuple[Coverage, ...]
    at: tuple[str, ...]
    """Ids of the elements where it acts, or would act."""
    open_at: tuple[str, ...]
    """Of these, those where something is left to do."""
    against: tuple[Threat, ...]
    """In order of risk."""
    gain: int
    """The residual risk that it alone would take off if it came fully into place."""

    @property
    def is_open(self) -> bool:
        """Whether there is something to do."""
        return any(status not in DONE for status in self.statuses)

    @property
    def status(self) -> MitigationStatus:
        """The one of its statuses that has most left to do."""
        return min(self.statuses, key=UNDONE_FIRST.index)


UNDONE_FIRST = (
    MitigationStatus.PROPOSED,
    MitigationStatus.PLANNED,
    MitigationStatus.PARTIAL,
    MitigationStatus.IN_PLACE,
    MitigationStatus.NOT_DOING,
)


def mitigated(content: Content) -> list[Mitigated]:
    """Of the standing threats, those mitigations first that stand against most."""
    found: dict[str, list[tuple[Threat, AppliedMitigation]]] = {}
    for threat in content.standing:
        for mitigation in threat.mitigations:
            found.setdefault(mitigation.id, []).append((threat, mitigation))
    made = [_mitigated(content, id_, applied) for id_, applied in found.items()]
    return sorted(made, key=lambda one: (-len(one.against), one.id))


def first_steps(content: Content) -> list[Mitigated]:
    """What is left to do, that first which would take off most residual risk."""
    open_ = [one for one in mitigated(content) if one.is_open and one.gain]
    return sorted(open_, key=lambda one: (-one.gain, one.id))


def _mitigated(
    content: Content, id_: str, applied: Sequence[tuple[Threat, AppliedMitigation]]
) -> Mitigated:
    all_ = [mitigation for _, mitigation in applied]
    open_ = [one for one in all_ if one.status not in DONE]
    return Mitigated(
        id=id_,
        title=marked(all_[0].title, all_[0].publisher),
        entry=content.knowledge.mitigation_entries.get(id_),
        statuses=tuple(s for s in MitigationStatus if s in {one.status for one in all_}),
        effects=tuple(e for e in EFFECTS if e in {one.effect for one in all_}),
        coverages=tuple(c for c in Coverage if c in {one.coverage for one in all_}),
        at=_places(all_),
        open_at=_places(open_),
        against=tuple({threat.id: threat for threat, _ in applied}.values()),
        gain=content.gains.get(id_, 0),
    )


def _places(mitigations: Iterable[AppliedMitigation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place for one in mitigations for place in one.at))
