"""Where sources differ about a fact: what is open, what was decided, and who said what."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.inheritance.merging import shared
from threatwright.engine.record.statements import Dispute
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, SystemModel, is_inherited


def open_conflicts(system: SystemModel) -> tuple[str, ...]:
    """The questions `ELEMENT.KEY` that sources answer differently, in the order of the system.

    Without those about what is inherited: they are decided where it comes from.
    """
    return tuple(question for question, fact in _facts(system) if fact.is_conflict)


def disputes(model: ThreatModel, knowledge: Knowledge) -> tuple[Dispute, ...]:
    """Every conflict of a model, decided or open, with all who spoke of it, in their order."""
    # What folds reads texts too, and is not needed to tell that there is no conflict.
    from threatwright.engine.record.fold import folded

    found = folded(model.name, model.sources, model.journal, knowledge, shared(model.inherited))
    answered = found.statements.disputes()
    known = {d.question for d in answered if d.decided is None}
    read = [
        Dispute(question, found.statements.of(question, fact))
        for question, fact in _facts(found.system)
        if fact.is_conflict and question not in known
    ]
    return (*read, *answered)


def _facts(system: SystemModel) -> Iterator[tuple[str, Fact]]:
    for element, facts in (
        (SYSTEM, system.facts),
        *((id_, e.facts) for id_, e in system.elements.items() if not is_inherited(id_)),
    ):
        yield from ((f"{element}.{key}", fact) for key, fact in facts.items())
