"""Words for the conditions of patterns, of any system: "“Running generated code” is “Yes”"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threatwright.model.conditions import (
    All,
    AnyOf,
    Condition,
    Connected,
    CrossesBoundary,
    DisclosesTo,
    FactIs,
    Holds,
    Not,
    ReachedBy,
    SystemHas,
    Trust,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import ComponentKind, FactClass, TrustLevel

ALWAYS = "always"
_SCOPES = {
    "element": "",
    "system": " of the system",
    "source": " of where it comes from",
    "target": " of where it goes",
}
_DIRECTIONS = {
    "either": "it exchanges content with",
    "in": "it gets content from",
    "out": "it gives content to",
}


def when(condition: Condition, knowledge: Knowledge) -> str:
    """The condition as one sentence without a full stop, in which "it" is the element."""
    match condition:
        case All() | AnyOf():
            return _joined(condition, knowledge)
        case Not():
            negated = condition.negated
            if isinstance(negated, FactIs):
                return _fact(negated, knowledge, "is not")
            return f"not ({when(negated, knowledge)})"
        case FactIs():
            return _fact(condition, knowledge, "is")
        case ReachedBy():
            return f"{_up_to(condition.reached_by)} people or content can reach it"
        case DisclosesTo():
            return f"what it holds gets to {_up_to(condition.discloses_to)} people"
        case Connected():
            what = _DIRECTIONS[condition.direction]
            return f"{what} {_kinds(condition.connected, knowledge)}"
        case Holds():
            return f"it holds {_either(condition.holds)} data"
        case Trust():
            return f"it stands in {_a(_either(condition.trust))} zone"
        case CrossesBoundary():
            return "its ends stand in different trust zones"
        case SystemHas():
            return f"the system has {_kinds(condition.system_has, knowledge)}"


def kind_name(kind: ComponentKind, knowledge: Knowledge) -> str:
    """The name of a component kind within a sentence."""
    entry = knowledge.kind_entries.get(kind)
    name = entry.name if entry else str(kind)
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _joined(condition: All | AnyOf, knowledge: Knowledge) -> str:
    """The parts. One that mixes "and" with "or" has brackets; what is always so goes unsaid."""
    parts = condition.all if isinstance(condition, All) else condition.any
    words = [(part, when(part, knowledge)) for part in parts]
    if isinstance(condition, AnyOf) and any(said == ALWAYS for _, said in words):
        return ALWAYS
    said = [
        f"({text})" if isinstance(part, All | AnyOf) and " " in text else text
        for part, text in words
        if text != ALWAYS
    ]
    return (", and " if isinstance(condition, All) else ", or ").join(said) or ALWAYS


def _fact(condition: FactIs, knowledge: Knowledge, verb: str) -> str:
    entry = knowledge.fact_entries.get(condition.key)
    if not condition.values and entry and entry.fact_class is FactClass.STRUCTURAL:
        return ALWAYS
    name = entry.name if entry else condition.key
    labels = []
    for value in condition.values or ("yes",):
        choice = entry.choice(value) if entry else None
        labels.append(f"“{choice.label if choice else value}”")
    return f"“{name}”{_SCOPES[condition.scope]} {verb} {_either(labels)}"


def _up_to(level: TrustLevel) -> str:
    """The trust levels that are no higher, in words."""
    return _either(other for other in TrustLevel if other.rank <= level.rank)


def _kinds(kinds: Sequence[ComponentKind], knowledge: Knowledge) -> str:
    return _either(_a(kind_name(kind, knowledge)) for kind in kinds)


def _either(words: Iterable[str]) -> str:
    said = [str(word) for word in words]
    return " or ".join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else said[0]


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' or noun.startswith('LLM') else 'a'} {noun}"
