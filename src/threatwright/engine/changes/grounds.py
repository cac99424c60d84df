"""What of a change bears on a threat: keys that its verdict, path, ratings or controls rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.changes.system_difference import Differing, Told, rests_on
from threatwright.engine.rules.assessment import Assessment
from threatwright.engine.rules.carried import bearing
from threatwright.model.difference import Ground
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.system import SYSTEM, Flow
from threatwright.model.threats import Threat, Verdict


class Stand:
    """A model at one point of the way: as derived, or as its file has it."""

    def __init__(self, model: ThreatModel, assessment: Assessment | None = None) -> None:
        self.model = model
        self.assessment = assessment
        """None for what stands in a file."""

    @cached_property
    def threats(self) -> dict[str, Threat]:
        """By id."""
        return {threat.id: threat for threat in self.model.threats}

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """By pattern and element; none where only a file was read, which keeps no support."""
        judged = self.assessment.judged if self.assessment else ()
        return {(j.verdict.pattern, j.verdict.element): j.verdict for j in judged}

    @cached_property
    def patterns(self) -> frozenset[str]:
        """The patterns that were held against the system."""
        drafted = (t.pattern for t in self.model.threats if t.pattern)
        return frozenset((*drafted, *(v.pattern for v in self.model.considered)))


class _Touching(NamedTuple):
    """Something that changed, and the keys by which a threat may rest on it."""

    keys: frozenset[str]
    ground: Ground


class Grounds:
    """What changed between two stands, as far as a threat rests on it."""

    def __init__(
        self, before: Stand, after: Stand, changed: Sequence[Differing], knowledge: Knowledge
    ) -> None:
        self._stands = (before, after)
        self._changed = changed
        self._knowledge = knowledge
        self._patterns = {pattern.id: pattern for pattern in knowledge.patterns}

    @cached_property
    def _touching(self) -> tuple[_Touching, ...]:
        systems = [stand.model.system for stand in self._stands]
        told = Told(systems[0], systems[1], self._knowledge)
        return tuple(
            _Touching(
                frozenset(rests_on(systems, one)), Ground(id=one.key, text=told.sentence(one))
            )
            for one in self._changed
        )

    def of(self, threat: Threat) -> tuple[Ground, ...]:
        """What changed that the threat rests on, in either of the two."""
        keys = frozenset(self._keys(threat))
        return tuple(one.ground for one in self._touching if not keys.isdisjoint(one.keys))

    def of_knowledge(self, threat: Threat) -> tuple[Ground, ...]:
        """What the other knowledge says of the rule that the threat follows from."""
        if threat.pattern is None:
            return ()
        before, after = (threat.pattern in stand.patterns for stand in self._stands)
        if before is after:
            text = "it was revised, or what it reads was"
        else:
            text = "it is new" if after else "it was taken out"
        return (Ground(id=f"pattern:{threat.pattern}", text=f"rule {threat.pattern}: {text}"),)

    def _keys(self, threat: Threat) -> Iterator[str]:
        for stand in self._stands:
            verdict = stand.verdicts.get((threat.pattern or "", threat.element))
            if verdict is not None:
                yield from (*verdict.support, *verdict.assumed)
            known = stand.threats.get(threat.id)
            if known is not None:
                yield from self._on_path(known)
                yield from self._controls(known)
        places = self._places(threat.element)
        yield from (f"asset-of:{place}" for place in places)
        yield from (f"element:{place}" for place in places)
        pattern = self._patterns.get(threat.pattern or "")
        if pattern is not None:
            yield from self._read(pattern, places)

    def _places(self, element: str) -> tuple[str, ...]:
        """The element, and the ends of a flow."""
        for stand in self._stands:
            found = stand.model.system.elements.get(element)
            if isinstance(found, Flow):
                return element, found.source, found.target
        return (element,)

    def _read(self, pattern: Pattern, places: Sequence[str]) -> Iterator[str]:
        """The facts that its conditions and ratings may read."""
        for key in bearing(pattern, self._knowledge):
            yield from (f"fact:{place}.{key}" for place in (*places, SYSTEM))

    def _controls(self, threat: Threat) -> Iterator[str]:
        for applied in threat.mitigations:
            entry = self._knowledge.mitigation_entries.get(applied.id)
            if entry is not None and entry.fact is not None:
                yield from (f"fact:{place}.{entry.fact}" for place in applied.at)

    @staticmethod
    def _on_path(threat: Threat) -> Iterator[str]:
        for step in threat.attack_path:
            yield f"element:{step.element}"
            if step.via is not None:
                yield f"flow:{step.via}"
