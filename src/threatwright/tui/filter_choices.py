"""The words that the threats of a model can be filtered by, each with how many it lets through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from threatwright.exchange.names import spaced
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.terms import Status, Stride
from threatwright.tui.marks import LEVELS
from threatwright.tui.part_of_model import PARTS
from threatwright.tui.threat_filter import DECISIONS, STALE, By, matching


class FilterChoice(NamedTuple):
    """One word of the filter line."""

    word: str
    label: str
    number: int
    """Of the threats of the model that it fits."""
    is_on: bool


def filter_choices(model: ThreatModel, line: str, by: By) -> list[FilterChoice]:
    """The words that fit any threat, and those that stand in the line."""
    on = line.split()
    found = []
    for word, label in dict(_words(model)).items():
        number = len(model.stale) if word == STALE else len(matching(model.threats, word, by))
        if number or word in on:
            found.append(FilterChoice(word, label, number, word in on))
    return found


def _words(model: ThreatModel) -> Iterator[tuple[str, str]]:
    yield from ((word, word) for word in DECISIONS)
    yield STALE, "stale: no threat any more"
    yield from ((status.value, status.value) for status in Status if status is not Status.PROPOSED)
    yield from ((level.value, f"{level} risk") for level in LEVELS)
    yield from ((stride.letter, spaced(stride)) for stride in Stride)
    yield from ((part.filter, part.word or "from a rule") for part in PARTS)
    elements = dict.fromkeys(threat.element for threat in model.threats)
    yield from ((f"@{one}", f"at {one_line(model.system.name_of(one))}") for one in elements)
