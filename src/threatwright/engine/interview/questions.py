"""Questions written out: the words of the vocabulary in the names of a system."""

from __future__ import annotations

from threatwright.engine.rules.conditions import less_safe
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM, Component, SystemModel
from threatwright.model.terms import Coverage, FactClass
from threatwright.model.vocabulary import FactEntry

_UNARTICLED = frozenset(("all", "any", "each", "every", "one", "our", "what"))
"""First words of names that no article stands before."""
_POSSESSIVES = ("'s", "’s", "s'", "s’")


def about(id_: str, model: ThreatModel, knowledge: Knowledge) -> Question:
    """The question about a fact whether or not it is open, as `ELEMENT.KEY`; it has no value.

    Raises KeyError if there is no such element or fact.
    """
    element, _, key = id_.rpartition(".")
    if element != SYSTEM:
        model.system.elements[element]
    return written_out(id_, 0.0, (), knowledge.fact_entries[key], model.system)


def written_out(
    id_: str,
    value: float,
    decides: tuple[str, ...],
    entry: FactEntry,
    system: SystemModel,
    told: tuple[str, ...] = (),
) -> Question:
    """The question about one fact: in the names of the system, with what it decides."""
    element = id_.rpartition(".")[0]
    found = system.elements.get(element)
    if isinstance(found, Component):
        asked, spoken = entry.question_of(found.kind), spoken_name(found)
    else:
        asked, spoken = entry.question, system.name_of(element)
    return Question(
        id=id_,
        element=element,
        element_name=system.name_of(element),
        fact=entry.key,
        text=asked.replace("{element}", spoken),
        why=entry.why.replace("{element}", spoken),
        decides=decides,
        told=told,
        choices=entry.offered,
        proposed=_proposed(entry, system, element),
        role=entry.role,
        is_gate=entry.is_gate,
        value=value,
        publisher=entry.publisher,
    )


def spoken_name(component: Component) -> str:
    """The name of a component within a sentence: "the neural network", but "Redis".

    It is an ordinary word where it was proposed and where a text has it in small letters. Where
    small letters follow its first word, it has an article, too: "the GPU cluster".
    """
    name, provenance = component.name.strip(), component.provenance
    first, _, rest = name.partition(" ")
    small = name[:1].lower() + name[1:]
    is_word = (
        first != ""
        and first == first.capitalize()
        and (small in provenance.quote or provenance.kind == "assumed")
    )
    is_described = rest and rest == rest.lower() and not first.endswith(_POSSESSIVES)
    if not (is_word or (is_described and first[:1].isupper())):
        return name
    if first.lower() in _UNARTICLED:
        return small
    return f"the {small if is_word else name}"


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
