"""What a language model is asked when it reads a text: the words it may use, and the reply's form.

The form is made for each knowledge base: kinds, facts and their choices are closed sets in it, so
that a reply that makes one up is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Told
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SYSTEM
from threatwright.model.terms import Movement
from threatwright.model.vocabulary import FactEntry, KindEntry

PIECE = 16_000
"""Characters of a document that are read in one call."""
OF = ": "
"""Between a fact and its value, in the form of a reply."""


class Said(BaseModel):
    """A part of a reply. Whatever else stands in it is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SaidComponent(Said):
    """A component that the text names."""

    kind: str
    name: str = Field(description="as the text names it")
    quote: str = Field(description="words of the text that name it")


class SaidFlow(Said):
    """Content that goes from one component to another."""

    source: str = Field(description="name of the component that starts it")
    target: str = Field(description="name of the other component")
    carries: str = Field(description="what goes along it, in words of the text")
    movement: Movement = Field(
        description="send: from source to target; read: source fetches from target; call: both ways"
    )
    quote: str = Field(description="words of the text that say so")


class SaidOf(Said):
    """A fact of a component or of the system."""

    about: str = Field(description='name of a component, or "system"')
    fact: str = Field(description="fact and value, as listed")
    hedged: bool = Field(description="the text is not sure of it")
    quote: str = Field(description="words of the text that say so")


class SaidNot(Said):
    """A kind of component that the text says is not there."""

    kind: str
    quote: str = Field(description="words of the text that say so")


class Reply(Said):
    """All that a language model read out of a text."""

    name: str = Field(default="", description="the system's name, in words of the text; or empty")
    purpose: str = Field(default="", description="one sentence of the text that says it; or empty")
    components: tuple[SaidComponent, ...] = ()
    flows: tuple[SaidFlow, ...] = ()
    facts: tuple[SaidOf, ...] = ()
    denied: tuple[SaidNot, ...] = ()

    def __add__(self, other: Reply) -> Reply:
        """Both together, as of two pieces of one text."""
        return Reply(
            name=self.name or other.name,
            purpose=self.purpose or other.purpose,
            components=(*self.components, *other.components),
            flows=(*self.flows, *other.flows),
            facts=(*self.facts, *other.facts),
            denied=(*self.denied, *other.denied),
        )


def reply_type(knowledge: Knowledge) -> type[Reply]:
    """The form of a reply, with the kinds and facts of the vocabulary as closed sets."""
    kinds = tuple(entry.kind.value for entry in knowledge.kinds)
    facts = tuple(
        f"{fact.key}{OF}{choice.value}" for fact in _listed(knowledge) for choice in fact.choices
    )
    return _reply_type(kinds, facts)


@lru_cache(maxsize=4)
def _reply_type(kinds: tuple[str, ...], facts: tuple[str, ...]) -> type[Reply]:
    kind: Any = Literal[kinds]
    fact: Any = Literal[facts]
    component = create_model("Component", __base__=SaidComponent, kind=(kind, ...))
    about = create_model("Fact", __base__=SaidOf, fact=(fact, Field(description="as listed")))
    not_there = create_model("Denied", __base__=SaidNot, kind=(kind, ...))
    return create_model(
        "Read",
        __base__=Reply,
        components=(tuple[component, ...], ()),
        facts=(tuple[about, ...], ()),
        denied=(tuple[not_there, ...], ()),
    )


# --- what it is told --------------------------------------------------------------------------


def kinds_told(knowledge: Knowledge) -> str:
    """The kinds of component, one a line."""
    return "\n".join(f"{entry.kind}: {_meaning(entry)}" for entry in knowledge.kinds)


def _meaning(entry: KindEntry) -> str:
    return entry.description.split("\n", 1)[0]


def facts_told(knowledge: Knowledge) -> str:
    """The facts, one a line: key, who has it, the question, and each value with what it means."""
    return "\n".join(map(_fact_told, _listed(knowledge)))


def _fact_told(fact: FactEntry) -> str:
    has_it = "|".join(fact.applies_to) if fact.on == "component" else SYSTEM
    choices = "; ".join(_choice_told(c.value, c.label) for c in fact.choices)
    return f"{fact.key} [{has_it}] {fact.question.replace('{element}', 'it')} {choices}"


def _choice_told(value: str, label: str) -> str:
    is_plain = re.sub(r"\W", " ", value).casefold() == re.sub(r"\W", " ", label).casefold()
    return value if is_plain else f"{value} = {label}"


def _listed(knowledge: Knowledge) -> Iterator[FactEntry]:
    return (fact for fact in knowledge.facts if fact.on != "flow")


def known_told(model: ThreatModel) -> str:
    """The components that somebody named before, one a line: kind and name."""
    named = (c for c in model.system.components if c.provenance.is_stated)
    return "\n".join(f"{c.kind}: {c.name}" for c in named)


def asked_told(entry: Answered | Told, model: ThreatModel, knowledge: Knowledge) -> str:
    """The questions that a text answers, with the component that they are about."""
    if isinstance(entry, Told):
        return ""
    return "\n".join(_questions(entry, model, knowledge))


def _questions(entry: Answered, model: ThreatModel, knowledge: Knowledge) -> Iterator[str]:
    for id_ in (entry.question, *entry.also):
        element, _, key = id_.rpartition(".")
        fact = knowledge.fact_entries.get(key)
        if fact is not None:
            name = "system" if element == SYSTEM else model.system.name_of(element)
            yield f"{key} of {name}: {fact.question.replace('{element}', name)}"


def pieces(text: str) -> Sequence[str]:
    """A long text in pieces that are read one by one, cut where a paragraph ends if one does."""
    return [text] if len(text) <= PIECE else list(_cut(text))


def _cut(text: str) -> Iterable[str]:
    while len(text) > PIECE:
        ends = (text.rfind(mark, PIECE // 2, PIECE) for mark in ("\n#", "\n\n", "\n", " "))
        end = next((e for e in ends if e > 0), PIECE)
        yield text[:end]
        text = text[end:]
    if text.strip():
        yield text
