"""A threat model before a gate: as its file has it, and as it follows from its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.decisions.appetite import Appetite, appetite_of
from threatwright.engine.derive import Derived, derived
from threatwright.engine.inheritance.merging import is_outdated
from threatwright.model.catalogue import Reference
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.objections import Demands, Section
from threatwright.model.terms import Level
from threatwright.model.threats import Threat


class Case:
    """One model, what is asked of it, and when."""

    def __init__(
        self, model: ThreatModel, knowledge: Knowledge, demands: Demands, now: datetime
    ) -> None:
        self.model = model
        self.knowledge = knowledge
        self.demands = demands
        self.now = now

    @cached_property
    def derived(self) -> Derived:
        """What follows from the record with the knowledge at hand."""
        return derived(self.model, self.knowledge)

    @cached_property
    def in_file(self) -> tuple[Threat, ...]:
        """Its own threats as the file has them: what is inherited is checked in its own file."""
        return tuple(threat for threat in self.model.threats if not threat.inherited)

    @cached_property
    def own(self) -> tuple[Threat, ...]:
        """Its own threats as they follow from its record, whatever the file says of them."""
        return tuple(threat for threat in self.derived.model.threats if not threat.inherited)

    @cached_property
    def threats(self) -> tuple[Threat, ...]:
        """Those of its own threats that are looked at."""
        return tuple(threat for threat in self.own if self.is_looked_at(threat))

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all threats, inherited ones included."""
        return frozenset(threat.id for threat in self.derived.model.threats)

    @property
    def today(self) -> date:
        """The day (UTC) by which an acceptance has expired or not."""
        return self.now.date()

    def is_looked_at(self, threat: Threat) -> bool:
        """Whether a threat is among those that were asked for."""
        return self.asks_for(threat.id)

    def asks_for(self, id_: str) -> bool:
        """Whether the threat of that id is among those that were asked for."""
        only = self.demands.only
        return not only or any(fnmatchcase(id_, one) for one in only)

    @cached_property
    def limits(self) -> Appetite | None:
        """How much residual risk needs nobody's decision: as was asked, else as the table has it.

        None where neither says so.
        """
        if self.demands.max_residual is not None:
            return Appetite({"any": self.demands.max_residual})
        return appetite_of(self.knowledge.risk)

    @property
    def has_other_knowledge(self) -> bool:
        """Whether the file was derived with other knowledge than is at hand."""
        return self.model.derived.knowledge != self.knowledge.digest

    @cached_property
    def has_other_parents(self) -> bool:
        """Whether an inherited file is not as it was when the model was last derived."""
        return is_outdated(self.model)


class Found(NamedTuple):
    """What a rule found."""

    subject: str
    text: str
    section: Section
    id: str = ""
    level: Level = Level.HIGH
    weight: int = 1
    why: str = ""
    """More than what the rule itself says."""
    fix: str = ""
    """In place of what the rule says."""
    settled: str = ""
    references: tuple[Reference, ...] = ()


class Rule(NamedTuple):
    """One thing that a gate looks at."""

    id: str
    """Stable: baselines and suppressions go by it."""
    title: str
    why: str
    fix: str
    find: Callable[[Case], Iterator[Found]]
