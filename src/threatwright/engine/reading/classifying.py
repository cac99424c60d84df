"""What the words of a sentence say about the facts that it states.

A linear classifier for each choice of each fact, over the words of the sentence by how rare they
are. Its weights were learned from what people say (`knowledge/vocabulary/classifier.yaml`, made by
`evals/classifier.py`). It knows nothing of grammar and nothing of the system: what it says alone
is doubtful, and where a phrase is about the fact, that decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from threatwright.engine.text.sentences import Token, word_set
from threatwright.model.vocabulary import ClassifierWeights, FactKey

NEGATED = "~"
"""What stands for any word that negates."""
TENTHS = 10
"""Weights are whole tenths."""

_IDLE = word_set(
    "a an the of to in on at for and or is are was were be been being it its this that these those"
    " with as by from we our us they their them he she his her you your i my me has have had do"
    " does did will would can could may might which who what when where there here so if then than"
    " also just very about into over per each every some"
)
_NEGATORS = word_set("no not nobody none never nothing without cannot")


def features(tokens: Iterable[Token]) -> Iterator[str]:
    """What a sentence is classified by: its word stems, groups and negations."""
    for token in tokens:
        if token.word in _NEGATORS or token.word.endswith("n't"):
            yield NEGATED
        if token.word not in _IDLE:
            yield token.stem
        yield from token.groups


class Score(NamedTuple):
    """How much a sentence speaks for a choice."""

    fact: FactKey
    choice: str
    log_odds: float
    """That it states this choice; from statements in which each is four times as frequent."""


class Scores:
    """What one sentence says, of each fact its likeliest choice."""

    def __init__(self, best: Mapping[FactKey, Score], words: int = 0) -> None:
        self._best = best
        self.words = words
        """How many of its words are known: few words say anything."""

    def of(self, fact: FactKey) -> Score | None:
        """The likeliest choice of a fact; None where no word says anything of it."""
        return self._best.get(fact)

    @cached_property
    def ranked(self) -> tuple[Score, ...]:
        """Of each fact the likeliest choice; the fact that the sentence sounds most like first."""
        return tuple(sorted(self._best.values(), key=lambda s: (-s.log_odds, s.fact)))

    def most_like(self, most: int) -> tuple[FactKey, ...]:
        """So many facts that it sounds most like, the most like first."""
        return tuple(score.fact for score in self.ranked[:most])


class Classifier:
    """The weights, ready for many sentences."""

    def __init__(self, weights: ClassifierWeights) -> None:
        self._weights = weights.words
        self._facts = [(key, tuple(biases.items())) for key, biases in weights.facts.items()]
        self._size = sum(len(choices) for _, choices in self._facts)
        self._words: dict[str, tuple[int, list[tuple[int, int]]] | None] = {}

    def scores(self, tokens: Sequence[Token]) -> Scores:
        """What the words of a sentence say."""
        stems = {token.stem for token in tokens if token.word not in _IDLE}
        known = [found for word in set(features(tokens)) if (found := self._of_word(word))]
        if not known:
            return Scores({})
        length = math.sqrt(sum(rarity * rarity for rarity, _ in known)) / TENTHS
        sums = [0] * self._size
        for _, weights in known:
            for at, weight in weights:
                sums[at] += weight
        best: dict[FactKey, Score] = {}
        number = iter(sums)
        for fact, choices in self._facts:
            odds, choice = max((next(number) / length + bias, choice) for choice, bias in choices)
            best[fact] = Score(fact, choice, odds / TENTHS)
        return Scores(best, sum(stem in self._weights for stem in stems))

    def _of_word(self, word: str) -> tuple[int, list[tuple[int, int]]] | None:
        """How rare a word is, and its weights by the place of their choice; None if not known.

        Written out when it is first met: a text has few of the words.
        """
        if word not in self._words:
            written = self._weights.get(word)
            self._words[word] = _read(written) if written is not None else None
        return self._words[word]


def _read(written: str) -> tuple[int, list[tuple[int, int]]]:
    rarity, *weights = written.split()
    pairs = (weight.split(":") for weight in weights)
    return int(rarity), [(int(at), int(weight)) for at, weight in pairs]
