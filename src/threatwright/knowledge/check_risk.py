"""What must hold of the risk table: it is whole, and more of a thing never counts for less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from threatwright.knowledge.entries import Field
from threatwright.knowledge.problem import Problem
from threatwright.model.actors import ActorProfile
from threatwright.model.risk_table import Reduction, RiskTable
from threatwright.model.terms import (
    Access,
    Coverage,
    Effect,
    Effort,
    Level,
    Sensitivity,
    TrustLevel,
)

LEAST, MOST = 1, 5
"""The scale of likelihood and impact; risk is their product."""
_KNOWLEDGE = (Access.BLACK_BOX, Access.GREY_BOX, Access.WHITE_BOX)
"""Kinds of access of which each asks for more than the one before."""
_SOURCES = (TrustLevel.UNTRUSTED, TrustLevel.SEMI_TRUSTED, TrustLevel.TRUSTED)
"""Where content comes from, the most exposed first. Of our own zones none is told apart."""
_IN_PLACE = (Coverage.PARTIAL, Coverage.FULL)

K = TypeVar("K", bound=StrEnum)


def risk_problems(table: RiskTable) -> Iterator[Problem]:
    """Everything that keeps the table from rating every threat, or rates one absurdly."""
    yield from _levels(table.levels)
    yield from _figures("effort", table.effort, Effort, LEAST, MOST)
    yield from _never_more("effort", table.effort, tuple(Effort), "takes more effort")
    yield from _figures("access", table.access, Access, LEAST - MOST, MOST - LEAST)
    yield from _never_more("access", table.access, _KNOWLEDGE, "needs more access")
    yield from _figures("exposure", table.exposure, _SOURCES, LEAST - MOST, MOST - LEAST)
    yield from _never_more("exposure", table.exposure, _SOURCES, "is less exposed")
    yield from _actors(table.actors)
    yield from _figures("sensitivity", table.sensitivity, Sensitivity, LEAST, MOST)
    for less, more in pairwise(s for s in Sensitivity if s in table.sensitivity):
        if table.sensitivity[more] < table.sensitivity[less]:
            yield _wrong(f"{more} is rated below {less}", "sensitivity", more)
    for effect in Effect:
        yield from _effect(effect, table.effects.get(effect, {}))


def _wrong(text: str, *field: str) -> Problem:
    where: Field = field
    return Problem("risk", "", f"{'.'.join(field)}: {text}", where)


def _figures(
    section: str, found: Mapping[K, int], all_: Iterable[K], least: int, most: int
) -> Iterator[Problem]:
    """Each is there, and within bounds."""
    for key in all_:
        if key not in found:
            yield _wrong(f"“{key}” is missing", section)
        elif not least <= found[key] <= most:
            yield _wrong(f"{found[key]} is not from {least} to {most}", section, key)


def _never_more(
    section: str, found: Mapping[K, int], order: Sequence[K], what: str
) -> Iterator[Problem]:
    for easy, hard in pairwise(key for key in order if key in found):
        if found[hard] > found[easy]:
            yield _wrong(f"what {what} cannot be likelier than “{easy}”", section, hard)


def _actors(actors: Sequence[ActorProfile]) -> Iterator[Problem]:
    """Each has an id of its own, and somebody has the skill for every kind of access."""
    ids = [actor.id for actor in actors]
    for id_ in dict.fromkeys(ids):
        if ids.count(id_) > 1:
            yield _wrong(f"“{id_}” is there twice", "actors")
    able = [actor for actor in actors if actor.effort is Effort.HIGH and not actor.about]
    for access in Access:
        if not any(access in actor.access for actor in able):
            yield _wrong(f"nobody has {access} access and puts in high effort", "actors")
    for actor in actors:
        if not LEAST - MOST <= actor.likelihood <= MOST - LEAST:
            text = f"{actor.id}: {actor.likelihood} is not from {LEAST - MOST} to {MOST - LEAST}"
            yield _wrong(text, "actors")


def _levels(levels: Mapping[Level, int]) -> Iterator[Problem]:
    """Bands that ascend and leave no risk without a level."""
    yield from _figures("levels", levels, Level, LEAST, MOST * MOST)
    if levels.get(Level.LOW, LEAST) != LEAST:
        yield _wrong(f"the lowest level begins at {LEAST}, or some risk has none", "levels", "low")
    for below, above in pairwise(level for level in Level if level in levels):
        if levels[above] <= levels[below]:
            yield _wrong(f"it does not begin above {below} ({levels[below]})", "levels", above)


def _effect(effect: Effect, found: Mapping[Coverage, Reduction]) -> Iterator[Problem]:
    """A control that is stated takes something off or nothing; one that is not takes nothing."""
    for coverage in _IN_PLACE:
        if coverage not in found:
            yield _wrong(f"“{coverage}” is missing", "effects", effect)
    for coverage, reduction in found.items():
        for name, by in (("likelihood", reduction.likelihood), ("impact", reduction.impact)):
            if not 0 <= by < MOST:
                text = f"{by} is not from 0 to {MOST - 1}: a control never adds risk"
                yield _wrong(text, "effects", effect, coverage, name)
            elif by and coverage not in _IN_PLACE:
                text = f"a control of coverage “{coverage}” earns no credit"
                yield _wrong(text, "effects", effect, coverage, name)
    partial, full = (found.get(c, Reduction()) for c in _IN_PLACE)
    if full.likelihood < partial.likelihood or full.impact < partial.impact:
        yield _wrong("full coverage takes off less than partial", "effects", effect, Coverage.FULL)
