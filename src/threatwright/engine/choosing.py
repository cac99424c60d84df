"""Which choice an answer comes to, where one was asked for and its words are in no phrase we know.

By weights of single words, made from statements about each choice (`evals/choosing.py`). Said to
anybody, words mean too much for that; said to a question, they mean one of its choices or none.
What is taken so is taken with doubt: it is shown, and no control is credited by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.engine.likeness import NEGATED, Ear, features
from threatwright.engine.text import Token, parse
from threatwright.model.facts import NO, YES
from threatwright.model.terms import Coverage
from threatwright.model.vocabulary import Choosing, FactEntry, FactKey

SURE = 0.8
"""How likely a choice must be to be taken."""
NEAR = 6
"""An answer is about one of so many facts at most: those that it sounds most like."""

NAMED = 2
"""A choice is named by the words of its label, if they are so many; negations do not count."""

LEVELS = ("none", "partial", "full", YES, NO, "")
"""What a choice comes to, whichever the fact: how far a control is there, yes or no, or nothing."""


class Choice(NamedTuple):
    """A choice, and how likely it is that it is meant, 0 to 1."""

    value: str
    """Empty where the words state none."""
    sureness: float


def level(fact: FactEntry, value: str) -> str | None:
    """What a choice comes to; None where that is the fact's own."""
    if not value:
        return ""
    choice = fact.choice(value)
    if choice is not None and choice.coverage not in (None, Coverage.UNKNOWN):
        return str(choice.coverage)
    return value if value in (YES, NO) else None


class Meant(NamedTuple):
    """The choice of a fact that an answer comes to."""

    fact: FactKey
    value: str
    is_named: bool
    """It was said in the words of the choice itself: there is no doubt."""


class Chooser:
    """The weights, ready for many answers."""

    def __init__(self, choosing: Choosing) -> None:
        self._choosing = choosing

    def among(self, words: frozenset[str], fact: FactEntry) -> Choice:
        """The likeliest choice of a fact for the words of a sentence."""
        known = self._choosing.facts.get(fact.key)
        if known is None:
            return Choice("", 0.0)
        levels = [level(fact, choice) for choice in known.choices]
        at = [None if of is None else LEVELS.index(of) for of in levels]
        scores = [float(bias) for bias in known.bias]
        for word in words:
            for n, weight in enumerate(known.words.get(word, ())):
                scores[n] += weight
            alike = self._choosing.levels.get(word)
            if alike is not None:
                for n, place in enumerate(at):
                    scores[n] += 0 if place is None else alike[place]
        powers = [math.exp((score - max(scores)) / 10) for score in scores]
        best = powers.index(max(powers))
        return Choice(known.choices[best], powers[best] / sum(powers))

    def of_answer(
        self, tokens: Sequence[Token], asked: Sequence[FactEntry], ear: Ear
    ) -> Iterator[Meant]:
        """What a sentence states of the facts that were asked about, if it is clear.

        A choice that it names, word for word; else the likeliest of each fact that it sounds like.
        """
        words = frozenset(features(tokens))
        for fact in asked:
            named = _named(words, fact)
            if named is not None:
                yield Meant(fact.key, named, is_named=True)
                return
        near = frozenset(ear.most_like(tokens, NEAR))
        for fact in asked:
            if fact.key in near:
                value, sureness = self.among(words, fact)
                if value and sureness >= SURE:
                    yield Meant(fact.key, value, is_named=False)


def _named(words: frozenset[str], fact: FactEntry) -> str | None:
    """The choice all of whose label's words stand in a sentence; none where two do."""
    found = []
    for choice in fact.choices:
        label = frozenset(features(t for s in parse(choice.label).sentences for t in s.tokens))
        if (
            len(label - {NEGATED}) >= NAMED
            and label <= words
            and (NEGATED in label) is (NEGATED in words)
        ):
            found.append(choice.value)
    return found[0] if len(found) == 1 else None
