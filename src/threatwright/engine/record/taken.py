"""What is new in a model, in words: what was taken from a text or an answer. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from threatwright.engine.text.polarity import sounds_doubtful
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Taken
from threatwright.model.system import SYSTEM, Component, SystemModel
from threatwright.model.vocabulary import FactEntry

IN_DOUBT = ", said with doubt: taken as an assumption"
"""What is told of a fact that a person was not sure of."""
SURMISED = ", not said outright: taken as an assumption"
"""What is told of a fact that words speak for and do not state."""


def taken(before: ThreatModel, after: ThreatModel, knowledge: Knowledge) -> tuple[Taken, ...]:
    """What is new in a model, in words: components, flows and facts that somebody stated, losses.

    Assumed facts are left out: they come back as questions. So is what is inherited.
    """
    old, new = before.system, after.system
    return (*_new_elements(old, new, knowledge), *_new_facts(old, new, knowledge), *_gone(old, new))


def question_name(id_: str, system: SystemModel, knowledge: Knowledge) -> str:
    """A question in a few words: "Caller authentication of Scoring API"."""
    element, _, key = id_.rpartition(".")
    entry = knowledge.fact_entries.get(key)
    name = entry.name if entry else key
    return name if element == SYSTEM else f"{name} of {system.name_of(element)}"


def _new_elements(old: SystemModel, new: SystemModel, knowledge: Knowledge) -> Iterator[Taken]:
    for component in new.own.components:
        kind = knowledge.kind_entries.get(component.kind)
        what = f"{kind.name if kind else component.kind} “{component.name}”"
        known = old.elements.get(component.id)
        if known is None:
            yield _taken(what, component.provenance)
        elif isinstance(known, Component) and known.name != component.name:
            yield _taken(f"{what}, until now “{known.name}”", component.provenance)
    for flow in new.own.flows:
        if flow.id not in old.elements and flow.provenance.is_stated:
            yield _taken(f"{new.name_of(flow.id)}: {flow.carries}", flow.provenance)


def _new_facts(old: SystemModel, new: SystemModel, knowledge: Knowledge) -> Iterator[Taken]:
    for element in (SYSTEM, *new.own.elements):
        facts = new.facts if element == SYSTEM else new.elements[element].facts
        for key, fact in facts.items():
            known = old.fact(element, key)
            is_same = known is not None and (known.value, known.against, known.hedged) == (
                fact.value,
                fact.against,
                fact.hedged,
            )
            if is_same or not fact.provenance.is_stated or fact.value is None:
                continue
            entry = knowledge.fact_entries.get(key)
            where = question_name(f"{element}.{key}", new, knowledge)
            said = f"{where}: {_in_words(fact, entry)}{_doubt(fact)}"
            yield _taken(said, fact.provenance, in_doubt=fact.hedged)


def _doubt(fact: Fact) -> str:
    """What is told of how sure a fact is: whose the doubt is, theirs or ours."""
    if not fact.hedged:
        return ""
    quote = fact.provenance.quote
    return SURMISED if fact.surmised or (quote and not sounds_doubtful(quote)) else IN_DOUBT


def _in_words(fact: Fact, entry: FactEntry | None) -> str:
    values = [fact.value or "", *(claim.value for claim in fact.against)]
    words = [
        choice.label if entry and (choice := entry.choice(value)) else value for value in values
    ]
    return words[0] if len(words) == 1 else f"{words[0]}, but others say {', '.join(words[1:])}"


def _gone(old: SystemModel, new: SystemModel) -> Iterator[Taken]:
    for component in old.own.components:
        if component.id not in new.elements:
            yield _taken(f"Left out: “{component.name}”", component.provenance)


def _taken(what: str, provenance: Provenance, *, in_doubt: bool = False) -> Taken:
    return Taken(what=what, quote=provenance.quote, source=provenance.source, in_doubt=in_doubt)
