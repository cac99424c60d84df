"""The filter line of the threats: words, levels, letters, statuses, cells, and a model's part."""

from __future__ import annotations

import re
from collections.abc import Callable

from threatwright.model.system import SystemModel
from threatwright.model.terms import Level, Status, Stride
from threatwright.model.threats import Threat
from threatwright.tui.marks import letters
from threatwright.tui.part_of_model import PARTS, parts_in

HINT = "Filter: words, high, T (a STRIDE letter), accepted, disputed, l4 i5 (a cell)"

_PARTS = {part.filter: part for part in PARTS}
_LETTERS = frozenset(s.letter for s in Stride)
_CELL = re.compile(r"^(r?)([li])([1-5])$")

Test = Callable[[Threat], bool]


def matching(threats: tuple[Threat, ...], line: str, system: SystemModel) -> tuple[Threat, ...]:
    """The threats that every word of the line fits, in their order."""
    tests = [_test(word, system) for word in line.split()]
    return tuple(threat for threat in threats if all(test(threat) for test in tests))


def cell(likelihood: int, impact: int, *, residual: bool) -> str:
    """The filter for one cell of the matrix."""
    mark = "r" if residual else ""
    return f"{mark}l{likelihood} {mark}i{impact}"


def next_part(line: str, threats: tuple[Threat, ...]) -> str:
    """The line with the next part of a model that some threat has; after the last, without any."""
    words = line.split()
    there = [p.filter for p in PARTS if any(p in parts_in(threat) for threat in threats)]
    chosen = next((word for word in words if word.lower() in _PARTS), None)
    at = there.index(chosen.lower()) + 1 if chosen and chosen.lower() in there else 0
    rest = [word for word in words if word != chosen]
    return " ".join([*rest, *there[at : at + 1]])


def _test(word: str, system: SystemModel) -> Test:
    low = word.lower()
    if low in set(Level):
        return lambda threat: threat.level == low
    if low in set(Status):
        return lambda threat: threat.status == low
    if low in _PARTS:
        return lambda threat: _PARTS[low] in parts_in(threat)
    if word in _LETTERS:
        return lambda threat: word in letters(threat.stride)
    if match := _CELL.match(low):
        return _in_cell(*match.groups())
    return lambda threat: low in _text(threat, system)


def _in_cell(residual: str, axis: str, rating: str) -> Test:
    name = ("residual_" if residual else "") + ("likelihood" if axis == "l" else "impact")
    return lambda threat: bool(getattr(threat, name) == int(rating))


def _text(threat: Threat, system: SystemModel) -> str:
    references = " ".join(f"{r.id} {r.name}" for r in threat.references)
    stride = " ".join(threat.stride)
    words = (threat.id, threat.title, system.name_of(threat.element), references, stride)
    return " ".join(words).lower()
