"""Sentences that code can write: what a key of support means, in the names of this system."""

from __future__ import annotations

from functools import cached_property

from threatwright.model.facts import Fact, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.places import text_named
from threatwright.model.system import SYSTEM, Asset, Flow, SystemModel
from threatwright.model.terms import Coverage

_ORIGIN = {
    "answer": "answer",
    "person": "said by",
    "document": "read in",
    "import": "imported from",
    "llm": "read by the language model in",
    "inherited": "inherited from",
    "assumed": "assumed from",
    "accepted-default": "proposed and accepted in answer",
}


def off_in_words(likelihood: int, impact: int) -> str:
    """What a control takes off: "likelihood −2, impact −1"; empty where that is nothing."""
    both = (("likelihood", likelihood), ("impact", impact))
    return ", ".join(f"{name} −{by}" for name, by in both if by)


class Wording:
    """Words for keys such as `fact:scoring-api.authentication` in one system."""

    def __init__(self, system: SystemModel, knowledge: Knowledge) -> None:
        self._system = system
        self._knowledge = knowledge

    def assumption(self, key: str) -> str:
        """What is assumed, as a sentence: "Scoring API: reachable by customers"."""
        kind, _, rest = key.partition(":")
        if kind == "fact":
            return self._fact(rest, "it is assumed")
        if kind == "element":
            return f"It is assumed that {self._name(rest)} exists."
        if kind == "flow":
            return f"It is assumed that {self._moves(rest)}."
        return f"It is assumed that {self._structure(kind, rest)}."

    def condition(self, key: str) -> str:
        """What would have to be so, to stand after "if"."""
        kind, _, rest = key.partition(":")
        if kind == "fact":
            fact, wanted = rest.split("=", 1)
            element, key = fact.removesuffix("!").rsplit(".", 1)
            labels = " or ".join(self._label(key, value) for value in wanted.split("|"))
            verb = "is not" if fact.endswith("!") else "is"
            return f"{self.fact_name(key)} of {self._name(element)} {verb} {labels}"
        if kind == "element":
            return f"{self._name(rest)} exists"
        if kind == "flow":
            return self._moves(rest)
        return self._structure(kind, rest)

    def ground(self, key: str) -> tuple[str, str, str] | None:
        """(kind of evidence, reference, words) of a key that something in the system backs."""
        kind, _, rest = key.partition(":")
        provenance = self._provenance(kind, rest)
        if provenance is None:
            return None
        text = self._statement(kind, rest)
        if provenance.quote:
            text = f"{text} — “{provenance.quote}”"
        return provenance.kind, provenance.source, text

    def stated(self, key: str) -> str:
        """What was said and by whom: "Training of own models: no (answer 3)"."""
        kind, _, rest = key.partition(":")
        provenance = self._provenance(kind, rest)
        where = f" ({origin(provenance)})" if provenance is not None else ""
        return self._statement(kind, rest) + where

    def statement(self, key: str) -> str:
        """What is held to be so: "Scoring API: caller authentication is “API key”"."""
        kind, _, rest = key.partition(":")
        return self._statement(kind, rest)

    def _statement(self, kind: str, rest: str) -> str:
        if kind == "fact":
            element, name = self._split(rest)
            fact = self._fact_of(rest)
            label = self._label(rest.rsplit(".", 1)[1], fact.value if fact else None)
            return f"{self._name(element)}: {name} is {label}"
        if kind == "flow":
            return self._moves(rest)[0].upper() + self._moves(rest)[1:]
        return f"{self._name(rest)} is part of the system"

    def _provenance(self, kind: str, rest: str) -> Provenance | None:
        if kind == "fact":
            fact = self._fact_of(rest)
            return fact.provenance if fact else None
        if kind in ("element", "flow") and rest in self._system.elements:
            return self._system.elements[rest].provenance
        if kind == "element":
            asset = self._assets.get(rest)
            return asset.provenance if asset else None
        return None

    def _fact_of(self, rest: str) -> Fact | None:
        element, key = rest.rsplit(".", 1)
        return self._system.fact(element, key)

    def _split(self, rest: str) -> tuple[str, str]:
        element, key = rest.rsplit(".", 1)
        return element, self.fact_name(key)

    def fact_name(self, key: str) -> str:
        """The fact's short name, to stand within a sentence."""
        entry = self._knowledge.fact_entries.get(key)
        name = entry.name if entry else key
        return name if name[:2].isupper() else name[0].lower() + name[1:]

    def _label(self, key: str, value: str | None) -> str:
        if value is None:
            return "unknown"
        entry = self._knowledge.fact_entries.get(key)
        choice = entry.choice(value) if entry else None
        return f"“{choice.label}”" if choice else f"“{value}”"

    def _fact(self, rest: str, how: str) -> str:
        element, name = self._split(rest)
        fact = self._fact_of(rest)
        label = self._label(rest.rsplit(".", 1)[1], fact.value if fact else None)
        return f"{self._name(element)}: {how} that {name} is {label}."

    def _name(self, element: str) -> str:
        if element == SYSTEM:
            return "the system"
        if element in self._system.elements:
            return self._system.name_of(element)
        asset = self._assets.get(element)
        return asset.name if asset else element

    def _moves(self, flow_id: str) -> str:
        flow = self._system.elements.get(flow_id)
        if not isinstance(flow, Flow):
            return f"the flow {flow_id} exists"
        source, target = self._name(flow.source), self._name(flow.target)
        verb = {"send": "sends", "read": "reads", "call": "calls"}[flow.movement]
        joiner = {"send": "to", "read": "from", "call": "with"}[flow.movement]
        if flow.movement == "call":
            return f"{source} {verb} {target} {joiner} {flow.carries}"
        return f"{source} {verb} {flow.carries} {joiner} {target}"

    def _structure(self, kind: str, rest: str) -> str:
        if kind == "reach":
            element, level = rest.rsplit(".", 1)
            return f"{level} people or content can reach {self._name(element)}"
        if kind == "disclosure":
            element, level = rest.rsplit(".", 1)
            return f"what {self._name(element)} holds gets to {level} people"
        if kind in ("connected", "asset"):
            element, wanted = rest.rsplit(".", 1)
            named = " or ".join(self._kinds(wanted))
            if kind == "asset":
                return f"{self._name(element)} holds {named} data"
            return f"{self._name(element)} is joined with {_article(named)}"
        return f"the system has {_article(' or '.join(self._kinds(rest)))}"

    def _kinds(self, wanted: str) -> list[str]:
        names = self._kind_names
        return [
            names.get(part, part).lower() if part not in ("llm",) else names.get(part, part)
            for part in wanted.split("|")
        ]

    @cached_property
    def _kind_names(self) -> dict[str, str]:
        return {k.kind.value: k.name for k in self._knowledge.kinds}

    @cached_property
    def _assets(self) -> dict[str, Asset]:
        return {a.id: a for a in reversed(self._system.assets)}


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' or noun.startswith('LLM') else 'a'} {noun}"


def origin(provenance: Provenance) -> str:
    """Where something came from, in words: "read in description.md:3"."""
    where = provenance.source.partition(":")[2]
    how = _ORIGIN[provenance.kind]
    if provenance.kind == "assumed":
        return f"{how} the archetype “{where}”" if where else "assumed"
    if provenance.kind == "llm":
        where = text_named(where)
    return f"{how} {where}".strip()


COVERAGE_WORDS = {
    Coverage.NONE: "stated to be absent",
    Coverage.PARTIAL: "partly in place",
    Coverage.FULL: "in place",
    Coverage.UNKNOWN: "unknown whether in place",
}
