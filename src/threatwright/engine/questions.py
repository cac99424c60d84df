"""Questions written out: the words of the vocabulary in the names of a system."""

from __future__ import annotations

from threatwright.engine.conditions import less_safe
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, SystemModel
from threatwright.model.terms import Coverage, FactClass
from threatwright.model.vocabulary import FactEntry


def about(id_: str, model: ThreatModel, knowledge: Knowledge) -> Question:
    """The question about a fact whether or not it is open, as `ELEMENT.KEY`; it has no value.

    Raises KeyError if there is no such element or fact.
    """
    element, _, key = id_.rpartition(".")
    if element != SYSTEM:
        model.system.elements[element]
    return written_out(id_, 0.0, (), knowledge.fact_entries[key], model.system)


def written_out(
    id_: str, value: float, decides: tuple[str, ...], entry: FactEntry, system: SystemModel
) -> Question:
    """The question about one fact: in the names of the system, with what it decides."""
    element = id_.rpartition(".")[0]
    name = system.name_of(element)
    return Question(
        id=id_,
        element=element,
        element_name=name,
        fact=entry.key,
        text=entry.question.replace("{element}", name),
        why=entry.why.replace("{element}", name),
        decides=decides,
        choices=entry.offered,
        proposed=_proposed(entry, system, element),
        role=entry.role,
        is_gate=entry.is_gate,
        value=value,
        publisher=entry.publisher,
    )


def _proposed(entry: FactEntry, system: SystemModel, element: str) -> str | None:
    """The answer to confirm: what was assumed, else the usual one; never a control in place."""
    fact = system.fact(element, entry.key)
    if fact is not None and fact.value is not None:
        value = less_safe(fact, entry)
        choice = entry.choice(value)
        is_favourable = choice is not None and choice.coverage in (
            Coverage.PARTIAL,
            Coverage.FULL,
        )
        return None if is_favourable and entry.fact_class is FactClass.CONTROL else value
    return entry.usual
