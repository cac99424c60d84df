"""Attack paths, each once, with the threats at the end of it."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.exchange.report.content import Content
from threatwright.model.threats import Step, Threat

MOST_PATHS = 25
"""Paths that are shown; the others stand with their threats."""


class Way(NamedTuple):
    """A path from where an attacker begins to where the harm is done."""

    steps: tuple[Step, ...]
    threats: tuple[Threat, ...]
    """In order of risk."""

    @property
    def entry(self) -> str:
        """The name of where it begins."""
        return self.steps[0].name


class Ways(NamedTuple):
    """The paths, those first that lead to the highest risk."""

    shown: tuple[Way, ...]
    further: int


def ways(content: Content) -> Ways:
    """All paths of more than one step."""
    found: dict[tuple[tuple[str, str | None], ...], tuple[tuple[Step, ...], list[Threat]]] = {}
    for threat in content.standing:
        steps = tuple(step for step in threat.attack_path if step.technique is None)
        if len(steps) > 1:
            key = tuple((step.element, step.via) for step in steps)
            found.setdefault(key, (steps, []))[1].append(threat)
    made = [Way(steps, tuple(threats)) for steps, threats in found.values()]
    made.sort(key=lambda way: (-way.threats[0].risk, -len(way.threats), way.threats[0].id))
    return Ways(tuple(made[:MOST_PATHS]), max(0, len(made) - MOST_PATHS))
