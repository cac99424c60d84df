"""The vocabulary of a knowledge base, ready to be looked for in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from threatwright.engine.by_identity import ByIdentity
from threatwright.engine.reading.classifying import Classifier
from threatwright.engine.text.phrases import Found, Lexicon
from threatwright.engine.text.sentences import Sentence
from threatwright.engine.text.word_groups import Groups
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import Choice, Cue, FactEntry, FactKey, KindEntry


@dataclass(frozen=True, slots=True)
class Says:
    """A phrase that states a fact; without a choice, one that names what the fact is about."""

    fact: FactEntry
    choice: Choice | None
    is_broad: bool = False
    """Looked for only where the sentence sounds like the fact."""


@dataclass(frozen=True, slots=True)
class Calls:
    """A phrase that calls for an archetype."""

    archetype: str


@dataclass(frozen=True, slots=True)
class Holds:
    """A phrase that shows an asset of an archetype."""

    asset: str


Statement = Says | Calls | Holds


@dataclass(frozen=True, slots=True)
class Lexicons:
    """The vocabulary, ready to be looked for."""

    classifier: Classifier
    groups: Groups
    names: Lexicon[KindEntry]
    statements: Lexicon[Statement]
    wide: _Wide
    """By fact: its wide constructions."""

    def said_widely(self, sentence: Sentence, facts: Iterable[FactKey]) -> list[Found[Statement]]:
        """The wide constructions in a sentence about certain facts."""
        return [found for key in sorted(facts) for found in self.wide[key].find(sentence)]

    @property
    def facts(self) -> Mapping[FactKey, FactEntry]:
        """The facts that the knowledge base has."""
        return self.wide.facts


class _Wide(dict[FactKey, Lexicon[Statement]]):
    """Makes the lexicon of a fact ready when it is first looked into: a text needs few of them."""

    def __init__(self, facts: Mapping[FactKey, FactEntry]) -> None:
        self.facts = facts

    def __missing__(self, key: FactKey) -> Lexicon[Statement]:
        fact = self.facts[key]
        self[key] = Lexicon(
            (
                (cue, key, Says(fact, choice, is_broad=True))
                for choice in fact.choices
                for cue in choice.broad
            ),
            ((phrase, key) for phrase in (*fact.unrelated, *fact.apart)),
        )
        return self[key]


def lexicons_of(knowledge: Knowledge) -> Lexicons:
    """The vocabulary of a knowledge base, made ready once."""
    return _lexicons(ByIdentity(knowledge))


@lru_cache(maxsize=4)
def _lexicons(key: ByIdentity[Knowledge]) -> Lexicons:
    kinds, facts = key.it.kinds, key.it.facts
    return Lexicons(
        Classifier(key.it.classifier),
        Groups(key.it.words),
        Lexicon(
            ((cue, kind.kind, kind) for kind in kinds for cue in kind.cues),
            ((phrase, kind.kind) for kind in kinds for phrase in kind.unrelated),
            of_names=True,
        ),
        Lexicon(
            _statements(key.it),
            ((phrase, fact.key) for fact in facts for phrase in fact.unrelated),
        ),
        _Wide(key.it.fact_entries),
    )


def _statements(knowledge: Knowledge) -> Iterator[tuple[Cue, str, Statement]]:
    for fact in knowledge.facts:
        yield from ((cue, fact.key, Says(fact, None)) for cue in fact.topic)
        for choice in fact.choices:
            yield from ((cue, fact.key, Says(fact, choice)) for cue in choice.cues)
    for archetype in knowledge.archetypes:
        yield from ((cue, archetype.id, Calls(archetype.id)) for cue in archetype.cues)
        for asset in archetype.assets:
            yield from ((cue, f"asset {asset.id}", Holds(asset.id)) for cue in asset.cues)
