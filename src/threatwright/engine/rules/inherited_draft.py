"""What of a draft of the whole is the model's own: what its inherited files do not hold already.

A path that the model's own elements add to an inherited one makes a threat of the model where it is
new. What the files hold stays theirs, as they decided it, and is not drafted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from threatwright.engine.inheritance.merging import shared
from threatwright.engine.rules.draft import Draft, draft
from threatwright.model.inheritance import Inherited
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import is_inherited, prefix_of
from threatwright.model.threats import Gap, Threat

MOST_NAMED = 3


def of_its_own(drafted: Draft, inherited: Sequence[Inherited], knowledge: Knowledge) -> Draft:
    """The part of a draft of the whole that belongs to the model itself."""
    alone = _alone(_Ground(tuple(inherited), knowledge))
    theirs = {threat.id: threat for one in reversed(inherited) for threat in one.threats}
    known = theirs.keys() | alone.keys()
    return Draft(
        threats=tuple(
            t for t in drafted.threats if not is_inherited(t.element) or t.id not in known
        ),
        considered=tuple(v for v in drafted.considered if not is_inherited(v.element)),
        gaps=(
            *drafted.gaps,
            *_raised(drafted, theirs, alone, inherited),
            *_not_drafted_there(theirs, alone, inherited),
        ),
    )


@dataclass(frozen=True, eq=False)
class _Ground:
    """What a draft of the inherited files by themselves follows from; told apart by digests."""

    inherited: tuple[Inherited, ...]
    knowledge: Knowledge

    @cached_property
    def _key(self) -> tuple[object, ...]:
        return self.knowledge.digest, *((one.prefix, one.digest) for one in self.inherited)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ground) and other._key == self._key


@lru_cache(maxsize=8)
def _alone(ground: _Ground) -> dict[str, Threat]:
    """The threats that follow from what is inherited by itself, by id."""
    system = shared(ground.inherited)
    assert system is not None
    return {threat.id: threat for threat in draft(system, ground.knowledge).threats}


def _raised(
    drafted: Draft,
    theirs: dict[str, Threat],
    alone: dict[str, Threat],
    inherited: Sequence[Inherited],
) -> Iterator[Gap]:
    """Threats that an inherited file decided without knowing what this model adds to them."""
    higher = [
        (t, alone[t.id].risk)
        for t in drafted.threats
        if t.id in theirs and t.id in alone and t.risk > alone[t.id].risk
    ]
    for one in inherited:
        said = [
            f"{theirs[t.id].title} (from {before} to {t.risk})"
            for t, before in higher
            if prefix_of(t.element) == one.prefix
        ]
        if said:
            yield Gap(
                id=f"raises-{one.prefix}",
                text=f"What this system adds raises risk that {one.file} answers for: "
                f"{_listed(said)}.",
                fix=f"Tell whoever owns {one.file}; it was rated and decided there without this.",
            )


def _not_drafted_there(
    theirs: dict[str, Threat], alone: dict[str, Threat], inherited: Sequence[Inherited]
) -> Iterator[Gap]:
    """Threats of an inherited file's own that it does not hold: drafted with other knowledge."""
    for one in inherited:
        missing = [
            threat.title
            for id_, threat in alone.items()
            if id_ not in theirs and prefix_of(threat.element) == one.prefix
        ]
        if missing:
            yield Gap(
                id=f"outdated-{one.prefix}",
                text=f"{one.file} does not hold what is known now of threats to its own elements: "
                f"{_listed(missing)}.",
                fix=f"Have it drafted anew: threatwright draft {one.file} -o {one.file}",
            )


def _listed(items: Sequence[str]) -> str:
    more = len(items) - MOST_NAMED
    shown = "; ".join(items[:MOST_NAMED])
    return f"{shown}; and {more} more" if more > 0 else shown
