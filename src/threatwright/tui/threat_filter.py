"""The filter line of the threats: words, levels, letters, decisions, elements, cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from threatwright.engine.decisions.settled import is_expired
from threatwright.model.system import SystemModel
from threatwright.model.terms import Level, MitigationStatus, Status, Stride
from threatwright.model.threats import StaleDecision, Threat
from threatwright.tui.marks import letters
from threatwright.tui.part_of_model import PARTS, parts_in

HINT = "Filter: words, high, T, undecided, @element; f lists"
STALE = "stale"
UNDECIDED = "undecided"

_PARTS = {part.filter: part for part in PARTS}
_LETTERS = frozenset(s.letter for s in Stride)
_CELL = re.compile(r"^([rt]?)([li])([1-5])$")

Test = Callable[[Threat], bool]


class By(NamedTuple):
    """What a line is read by."""

    system: SystemModel
    today: date = date.min
    """Acceptances that ended before this day have expired."""
    targets: Mapping[str, tuple[int, int]] = MappingProxyType({})
    """Id of a threat → likelihood and impact once all that is planned is done."""


def matching(threats: Sequence[Threat], line: str, by: By) -> tuple[Threat, ...]:
    """The threats that every word of the line fits, in their order."""
    tests = [_test(word, by) for word in line.split()]
    return tuple(threat for threat in threats if all(test(threat) for test in tests))


def matching_stale(stale: Sequence[StaleDecision], line: str) -> tuple[StaleDecision, ...]:
    """The stale decisions that every word of the line fits: `stale`, a status, or their text."""
    words = [word.lower() for word in line.split()]
    return tuple(one for one in stale if all(word in _stale_text(one) for word in words))


def _stale_text(one: StaleDecision) -> str:
    return f"{STALE} {one.status} {one.threat} {one.title}".lower()


def cell(likelihood: int, impact: int, mark: str = "") -> str:
    """The filter for one cell of the matrix, where no threat counts that was rejected.

    `r` marks the residual risk, `t` the target.
    """
    return f"{mark}l{likelihood} {mark}i{impact} standing"


def toggled(line: str, word: str) -> str:
    """The line with the word, or without it where it stood there."""
    words = line.split()
    return " ".join([w for w in words if w != word] if word in words else [*words, word])


def next_part(line: str, threats: tuple[Threat, ...]) -> str:
    """The line with the next part of a model that some threat has; after the last, without any."""
    words = line.split()
    there = [p.filter for p in PARTS if any(p in parts_in(threat) for threat in threats)]
    chosen = next((word for word in words if word.lower() in _PARTS), None)
    at = there.index(chosen.lower()) + 1 if chosen and chosen.lower() in there else 0
    rest = [word for word in words if word != chosen]
    return " ".join([*rest, *there[at : at + 1]])


DECISIONS: dict[str, Callable[[Threat, date], bool]] = {
    UNDECIDED: lambda threat, today: threat.status is Status.PROPOSED,
    "decided": lambda threat, today: threat.status is not Status.PROPOSED,
    "standing": lambda threat, today: threat.status is not Status.REJECTED,
    "expired": is_expired,
    "overdue": lambda threat, today: threat.due is not None and threat.due < today,
    "duplicate": lambda threat, today: bool(threat.duplicate_of),
    "edited": lambda threat, today: threat.proposed is not None,
    "planned": lambda threat, today: any(
        one.status is MitigationStatus.PLANNED for one in threat.mitigations
    ),
}
"""Words for what people made of a threat."""


def _test(word: str, by: By) -> Test:
    low = word.lower()
    if low in DECISIONS:
        return lambda threat: DECISIONS[low](threat, by.today)
    if low == STALE:
        return lambda threat: False
    if low in set(Level):
        return lambda threat: threat.level == low
    if low in set(Status):
        return lambda threat: threat.status == low
    if low in _PARTS:
        return lambda threat: _PARTS[low] in parts_in(threat)
    if word in _LETTERS:
        return lambda threat: word in letters(threat.stride)
    if match := _CELL.match(low):
        return _in_cell(by, *match.groups())
    if low.startswith("@") and len(low) > 1:
        return lambda threat: low[1:] in _element(threat, by.system)
    return lambda threat: low in _text(threat, by.system)


def _in_cell(by: By, mark: str, axis: str, rating: str) -> Test:
    at = 0 if axis == "l" else 1
    return lambda threat: placed(threat, mark, by.targets)[at] == int(rating)


def placed(
    threat: Threat, mark: str, targets: Mapping[str, tuple[int, int]] = MappingProxyType({})
) -> tuple[int, int]:
    """(likelihood, impact) before controls; `r`: that are left; `t`: once all planned is done."""
    left = threat.residual_likelihood, threat.residual_impact
    if mark == "t":
        return targets.get(threat.id, left)
    return left if mark == "r" else (threat.likelihood, threat.impact)


def _element(threat: Threat, system: SystemModel) -> str:
    return f"{threat.element} {system.name_of(threat.element)}".lower()


def _text(threat: Threat, system: SystemModel) -> str:
    references = " ".join(f"{r.id} {r.name}" for r in threat.references)
    stride = " ".join(threat.stride)
    words = (threat.id, threat.title, system.name_of(threat.element), references, stride)
    return " ".join(words).lower()
