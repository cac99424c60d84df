"""What each step of the way between two records changes: from it, every change has its causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from threatwright.engine.changes.grounds import Grounds, Stand
from threatwright.engine.changes.system_difference import differing
from threatwright.engine.changes.threat_difference import Pair, aspects
from threatwright.model.difference import Aspect, Became, Cause, CauseKind, Ground
from threatwright.model.knowledge import Knowledge
from threatwright.model.threats import Threat

_PRESENCE = "presence"
_Moved = frozenset[str]
"""Aspects, or `presence` where a threat appears or goes."""


class Trail:
    """Causes of what differs in the end; what comes and goes on the way leaves none."""

    def __init__(
        self, threats: Mapping[str, Pair], parts: Iterable[str], knowledge: Knowledge
    ) -> None:
        self._pairs = threats
        self._keys = frozenset(parts)
        self._knowledge = knowledge
        self._threats: dict[str, list[tuple[_Moved, tuple[Cause, ...]]]] = {}
        self._parts: dict[str, list[tuple[Cause, ...]]] = {}
        self._gaps: dict[str, list[tuple[Cause, ...]]] = {}

    def go(
        self,
        before: Stand,
        after: Stand,
        causes: Sequence[Cause],
        decides: Mapping[str, Cause] = MappingProxyType({}),
    ) -> None:
        """Take one step. `decides` holds the causes of what is decided about single threats."""
        changed = tuple(differing(before.model.system, after.model.system))
        for one in changed:
            if one.key in self._keys:
                self._parts.setdefault(one.key, []).append(tuple(causes))
        was, is_ = ({gap.id for gap in stand.model.gaps} for stand in (before, after))
        for id_ in was ^ is_:
            self._gaps.setdefault(id_, []).append(tuple(causes))
        grounds = Grounds(before, after, changed, self._knowledge)
        for id_ in self._pairs:
            then, now = before.threats.get(id_), after.threats.get(id_)
            moved = _moved(then, now)
            if moved:
                told = (decides[id_],) if id_ in decides else tuple(causes)
                threat = now or then
                assert threat is not None
                through = tuple(_through(cause, grounds, threat) for cause in told)
                self._threats.setdefault(id_, []).append((moved, through))

    def of(self, id_: str, *aspects: Aspect) -> tuple[Cause, ...]:
        """What made a threat what it is, in order; of these aspects alone, if any are named.

        Of a threat that is new or gone, what made it appear or go last.
        """
        pair, steps = self._pairs[id_], self._threats.get(id_, [])
        if pair.became is not Became.CHANGED:
            steps = [step for step in steps if _PRESENCE in step[0]][-1:]
        else:
            wanted = {_PRESENCE, *(aspects or pair.aspects)}
            steps = [step for step in steps if not wanted.isdisjoint(step[0])]
        return _flat([causes for _, causes in steps])

    @property
    def parts(self) -> dict[str, tuple[Cause, ...]]:
        """Key of a part or fact → what changed it."""
        return {key: _flat(steps) for key, steps in self._parts.items()}

    @property
    def gaps(self) -> dict[str, tuple[Cause, ...]]:
        """Id of a gap → what opened or closed it last."""
        return {id_: steps[-1] for id_, steps in self._gaps.items()}


def _moved(before: Threat | None, after: Threat | None) -> _Moved:
    if before is None or after is None:
        return frozenset() if before is after else frozenset({_PRESENCE})
    return frozenset[str](aspects(before, after))


def _through(cause: Cause, grounds: Grounds, threat: Threat) -> Cause:
    """The cause with what of it bears on the threat."""
    match cause.kind:
        case CauseKind.DECISION:
            found: tuple[Ground, ...] = ()
        case CauseKind.KNOWLEDGE:
            found = grounds.of_knowledge(threat)
        case _:
            found = grounds.of(threat)
    return cause.model_copy(update={"through": found}) if found else cause


def _flat(steps: Sequence[tuple[Cause, ...]]) -> tuple[Cause, ...]:
    return tuple(dict.fromkeys(cause for step in steps for cause in step))
