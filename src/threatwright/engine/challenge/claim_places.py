"""Where in a model a claim could be put: the questions that it would answer, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.text.spoken import some
from threatwright.errors import InputError
from threatwright.model.claims import ClaimEntry, StatedByClaim
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, is_inherited
from threatwright.model.terms import Coverage, FactClass
from threatwright.model.vocabulary import FactEntry

_RANK = (Coverage.NONE, Coverage.PARTIAL, Coverage.FULL)


class Place(NamedTuple):
    """A fact of an element, and its value if the claim holds."""

    element: str
    fact: FactEntry
    fully: str
    partly: str | None

    @property
    def question(self) -> str:
        """`ELEMENT.KEY`."""
        return f"{self.element}.{self.fact.key}"


def places_of(
    claim: ClaimEntry, model: ThreatModel, knowledge: Knowledge, at: Sequence[str] = ()
) -> tuple[Place, ...]:
    """The questions that a claim would answer, of the elements `at` alone if any are named.

    Of a control, those that stand on the way of some threat. What is inherited is left to the file
    that it comes from. Raises InputError for an element to which the claim says nothing.
    """
    found = tuple(
        Place(element, knowledge.fact_entries[one.fact], one.fully, one.partly)
        for one in claim.states
        for element in _elements(one, model, knowledge)
    )
    possible = list(dict.fromkeys(place.element for place in found))
    for element in at:
        if element not in possible:
            raise InputError(
                f"The claim “{claim.name}” says nothing of “{element}”.",
                f"It could be about {some(possible)}." if possible else "Leave --at out.",
            )
    return tuple(place for place in found if not at or place.element in at)


def _elements(one: StatedByClaim, model: ThreatModel, knowledge: Knowledge) -> Iterator[str]:
    fact = knowledge.fact_entries[one.fact]
    if fact.on == "system":
        yield SYSTEM
        return
    on_the_way = {
        element
        for threat in model.threats
        for applied in threat.mitigations
        if knowledge.mitigation_entries[applied.id].fact == fact.key
        for element in applied.at
    }
    for component in model.system.components:
        if is_inherited(component.id) or component.kind not in (one.kinds or fact.applies_to):
            continue
        if fact.fact_class is not FactClass.CONTROL or component.id in on_the_way:
            yield component.id


def now(place: Place, model: ThreatModel) -> Fact | None:
    """What the model holds of it; None where nothing was said or assumed."""
    fact = model.system.fact(place.element, place.fact.key)
    return fact if fact is not None and fact.value is not None else None


def stands(place: Place, value: str, model: ThreatModel) -> bool:
    """Whether the model states as much already, outright and with nobody against it."""
    fact = now(place, model)
    if fact is None or not fact.is_stated:
        return False
    held, wanted = place.fact.choice(fact.value), place.fact.choice(value)
    if not (held and wanted and held.coverage and wanted.coverage):
        return fact.value == value
    return _RANK.index(held.coverage) >= _RANK.index(wanted.coverage)
