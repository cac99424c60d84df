"""What differs between two states of a model, and what caused it: by taking the way between them.

Both are derived anew with the knowledge at hand, and the difference of their records is replayed
step by step: what changes at a step was caused by it. Where a file follows from other knowledge, or
from inherited files that have changed since, what stands in it is compared, and what that changes
is a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.changes import causes
from threatwright.engine.changes.causes import Causes
from threatwright.engine.changes.grounds import Stand
from threatwright.engine.changes.replay import Step, steps, turns
from threatwright.engine.changes.system_difference import Differing, Told, changed_fields, differing
from threatwright.engine.changes.threat_difference import (
    Pair,
    coverage_changes,
    decision_changes,
    gap_changes,
    pairs,
    threat_change,
)
from threatwright.engine.changes.trail import Trail
from threatwright.engine.derive import derived
from threatwright.engine.inheritance.merging import digest_of, reached
from threatwright.model.difference import Aspect, Cause, Difference, PartChange, Side
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM
from threatwright.uncollected import uncollected

MOST_NAMED = 3


class Named(NamedTuple):
    """A state of a model, and how it was named."""

    model: ThreatModel
    name: str


@uncollected()
def difference(old: Named, new: Named, knowledge: Knowledge) -> Difference:
    """All that differs between two states, each change with its causes."""
    compared = _Compared(old, new, knowledge)
    trail = compared.trail()
    before, after = compared.before.model, compared.after.model
    found = compared.pairs
    changes = (threat_change(pair, trail.of(id_), knowledge.risk) for id_, pair in found.items())
    return Difference(
        old=_side(old, before, knowledge),
        new=_side(new, after, knowledge),
        notes=tuple(compared.notes()),
        done=tuple(compared.done()),
        system=tuple(_system(compared, trail.parts)),
        threats=tuple(sorted(changes, key=lambda change: change.weight)),
        decisions=tuple(decision_changes(before, after, found, _Why(compared, trail))),
        mitigations=coverage_changes(found, lambda id_: trail.of(id_, Aspect.MITIGATIONS)),
        gaps=gap_changes(before, after, trail.gaps),
    )


class _Compared:
    """The two states that are compared, and the way between them."""

    def __init__(self, old: Named, new: Named, knowledge: Knowledge) -> None:
        self._old, self._new, self.knowledge = old, new, knowledge
        self._first = Stand(*derived(old.model, knowledge))
        self._last = Stand(*derived(new.model, knowledge))
        self._apart_old, self._apart_new = self._apart()
        self.before = Stand(old.model) if self._apart_old else self._first
        self.after = Stand(new.model) if self._apart_new else self._last
        self.pairs: dict[str, Pair] = pairs(self.before.threats, self.after.threats)
        self.parts: tuple[Differing, ...] = tuple(
            differing(self.before.model.system, self.after.model.system)
        )
        stands = (self.before, self._first, self._last, self.after)
        self.titles = {id_: t.title for stand in stands for id_, t in stand.threats.items()}
        self.words = Causes(
            self._first.model.system,
            self._last.model.system,
            knowledge,
            self.titles,
            (*old.model.journal, *new.model.journal),
        )
        self._steps: tuple[Step, ...] = tuple(steps(old.model, new.model, self.words))

    def _apart(self) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
        """Why what stands in a file may not be what follows from its record here and now."""
        old, new = self._old.model, self._new.model
        if old.derived.knowledge == new.derived.knowledge:
            return tuple(_outdated(old)), ()
        hand = self.knowledge
        owner = hand.organisation.name if hand.organisation else ""
        first, last = (
            (
                causes.of_knowledge(one.editions, hand.editions, (one.organisation, owner))
                if is_old
                else causes.of_knowledge(hand.editions, one.editions, (owner, one.organisation)),
            )
            if one.knowledge and one.knowledge != hand.digest
            else ()
            for one, is_old in ((old.derived, True), (new.derived, False))
        )
        return (*first, *_outdated(old)), last

    def done(self) -> Iterator[Cause]:
        """What was done, in order."""
        yield from self._apart_old
        yield from (cause for step in self._steps for cause in step.causes)
        yield from self._apart_new

    def trail(self) -> Trail:
        """The causes of all that differs. Where nothing does, there is no way to take."""
        trail = Trail(self.pairs, (one.key for one in self.parts), self.knowledge)
        gaps = [{gap.id for gap in stand.model.gaps} for stand in (self.before, self.after)]
        if not (self.pairs or self.parts or gaps[0] != gaps[1]):
            return trail
        if self._apart_old:
            trail.go(self.before, self._first, self._apart_old)
        here = self._first
        for number, step in enumerate(self._steps, start=1):
            there = self._last if number == len(self._steps) else self._at(step, here)
            trail.go(here, there, step.causes, step.decides)
            here = there
        if self._apart_new:
            trail.go(self._last, self.after, self._apart_new)
        return trail

    def _at(self, step: Step, before: Stand) -> Stand:
        return Stand(*derived(step.record, self.knowledge, before=before.assessment))

    def notes(self) -> Iterator[str]:
        """What a reader should know of how they were compared."""
        hand = self.knowledge.digest
        others = [n.name for n in (self._old, self._new) if n.model.derived.knowledge != hand]
        if others and not (self._apart_old or self._apart_new):
            yield (
                f"{' and '.join(others)}: drafted with other knowledge than is at hand; compared "
                "as they follow from the one at hand."
            )
        for named, stand, apart in (
            (self._old, self._first, self._apart_old),
            (self._new, self._last, self._apart_new),
        ):
            strange = [] if apart else [*pairs(Stand(named.model).threats, stand.threats)]
            if strange and named.model.derived.knowledge in ("", hand):
                more = f" and {len(strange) - 3} more" if len(strange) > MOST_NAMED else ""
                yield (
                    f"{named.name}: threats in the file do not follow from its record: "
                    f"{', '.join(strange[:MOST_NAMED])}{more}. Compared is what follows; "
                    "`threatwright draft` puts it into the file."
                )


class _Why:
    """Knows the causes of decisions, and of what they rest on."""

    def __init__(self, compared: _Compared, trail: Trail) -> None:
        self._compared = compared
        self._trail = trail

    def title(self, threat: str) -> str:
        """The title of a threat; its id where neither state has it."""
        return self._compared.titles.get(threat, threat)

    def decided(self, threat: str) -> tuple[Cause, ...]:
        """The decision that was taken or taken back last, or what is in the journal no more."""
        return (self._turns[threat],)

    def moved(self, threat: str) -> tuple[Cause, ...]:
        """What made it go, come back, or its risk move."""
        return self._trail.of(threat, Aspect.RISK, Aspect.RESIDUAL)

    @cached_property
    def _turns(self) -> dict[str, Cause]:
        old, new = (s.model.journal for s in (self._compared.before, self._compared.after))
        return turns(old, new, self._compared.words)


def _outdated(model: ThreatModel) -> Iterator[Cause]:
    """The inherited files that are not as they were when the model was last derived."""
    for entry in model.inherits:
        files = reached(entry.as_, model.inherited)
        if files and entry.digest and entry.digest != digest_of(files):
            yield causes.of_inherited(files[0], "has changed since")


def _side(named: Named, compared: ThreatModel, knowledge: Knowledge) -> Side:
    is_file = compared is named.model
    owner = knowledge.organisation.name if knowledge.organisation else ""
    return Side(
        file=named.name,
        model=compared.id,
        name=compared.name,
        threats=len(compared.threats),
        entries=len(compared.journal),
        knowledge=compared.derived.knowledge,
        organisation=compared.derived.organisation if is_file else owner,
        editions=compared.derived.editions,
    )


def _system(compared: _Compared, why: Mapping[str, Sequence[Cause]]) -> Iterator[PartChange]:
    before, after = compared.before.model, compared.after.model
    yield from changed_fields(before.system, after.system, (before.scope, after.scope))
    told = Told(before.system, after.system, compared.knowledge)
    for one in compared.parts:
        if _is_told(one, before, after):
            change = told.change(one)
            yield change.model_copy(update={"causes": tuple(why.get(one.key, ()))})


def _is_told(one: Differing, before: ThreatModel, after: ThreatModel) -> bool:
    """Not the facts of what is gone, nor those that are assumed of what is new."""
    if one.what != "fact":
        return True
    element = one.id.rpartition(".")[0]
    if element == SYSTEM:
        return True
    if element not in after.system.elements:
        return False
    is_stated = one.after is not None and one.after.provenance.is_stated
    return element in before.system.elements or is_stated
