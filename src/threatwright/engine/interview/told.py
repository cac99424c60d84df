"""What is known already of other elements: who has told it of one can say whether it holds here."""

from __future__ import annotations

from collections import defaultdict

from threatwright.engine.record.taken import question_name
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.vocabulary import FactKey


class ToldOfOthers:
    """The facts that are stated of the components of a system, by what they say."""

    def __init__(self, system: SystemModel, knowledge: Knowledge) -> None:
        self._system = system
        self._knowledge = knowledge
        self._stated: defaultdict[FactKey, list[str]] = defaultdict(list)
        """Fact → ids of the components."""
        for component in system.own.components:
            for key, fact in component.facts.items():
                if fact.is_stated and fact.value is not None:
                    self._stated[key].append(component.id)

    def about(self, id_: str) -> tuple[str, ...]:
        """The fact that a question asks for as another component has it: a line, or none."""
        element, _, key = id_.rpartition(".")
        other = next((one for one in self._stated[key] if one != element), None)
        if other is None:
            return ()
        fact = self._system.elements[other].facts[key]
        choice = self._knowledge.fact_entries[key].choice(fact.value)
        name = question_name(f"{other}.{key}", self._system, self._knowledge)
        return (f"{name}: {choice.label if choice else fact.value}",)
