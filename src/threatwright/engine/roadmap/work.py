"""What is left to do as pieces of work: where, against what, by whom, after what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from threatwright.engine.roadmap.work_order import Against
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.knowledge import Knowledge
from threatwright.model.roadmap import Work
from threatwright.model.terms import Coverage, Effect, MitigationStatus

_MOST_LEFT_FIRST = (
    MitigationStatus.PROPOSED,
    MitigationStatus.PLANNED,
    MitigationStatus.PARTIAL,
)
_STANDING = (MitigationStatus.PARTIAL, MitigationStatus.IN_PLACE)
_COVERED = (Coverage.PARTIAL, Coverage.FULL)


class Works:
    """Makes the pieces of work of one model."""

    def __init__(
        self, model: ThreatModel, knowledge: Knowledge, against: Mapping[str, Against]
    ) -> None:
        self._model = model
        self._knowledge = knowledge
        self._against = against
        self._standing = {
            one.id for t in model.threats for one in t.mitigations if one.status in _STANDING
        }

    def work(self, id_: str, takes_off: int, after: tuple[str, ...]) -> Work:
        """A mitigation as a piece of work."""
        against = self._against[id_]
        applied = [one for _, one in against]
        entry = self._knowledge.mitigation_entries.get(id_)
        fact = self._knowledge.fact_entries.get(entry.fact or "") if entry else None
        return Work(
            mitigation=id_,
            title=applied[0].title,
            publisher=applied[0].publisher,
            status=min((one.status for one in applied), key=_MOST_LEFT_FIRST.index),
            effort=entry.effort if entry else None,
            stage=entry.stage if entry else None,
            effects=tuple(effect for effect in Effect if any(o.effect is effect for o in applied)),
            at=tuple(dict.fromkeys(place for one in applied for place in one.at)),
            threats=tuple(dict.fromkeys(threat.id for threat, _ in against)),
            takes_off=takes_off,
            after=after,
            needs=tuple(other for other in (entry.after if entry else ()) if self._lacks(other)),
            owners=_owners(against),
            due=_due(against),
            role=fact.role if fact else None,
        )

    def _lacks(self, id_: str) -> bool:
        """Whether a mitigation is neither on the roadmap nor, at least in part, in place."""
        if id_ in self._against or id_ in self._standing:
            return False
        entry = self._knowledge.fact_entries.get(self._knowledge.mitigation_entries[id_].fact or "")
        if entry is None:
            return True
        choices = (entry.choice(fact.value) for fact in self._stated(entry.key))
        return not any(choice and choice.coverage in _COVERED for choice in choices)

    def _stated(self, key: str) -> Iterator[Fact]:
        system = self._model.system
        for facts in (system.facts, *(component.facts for component in system.components)):
            fact = facts.get(key)
            if fact is not None and fact.is_stated:
                yield fact


def _owners(against: Against) -> tuple[str, ...]:
    named = {one.owner for _, one in against if one.owner}
    return tuple(sorted(named or {threat.owner for threat, _ in against if threat.owner}))


def _due(against: Against) -> date | None:
    named = [one.due for _, one in against if one.due]
    return min(named or [threat.due for threat, _ in against if threat.due], default=None)
