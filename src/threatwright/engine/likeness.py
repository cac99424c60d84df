"""How like a sentence is to what people say about each fact.

A broad phrase ("nobody … checks") says little by itself: what is checked makes the fact. So it is
believed only of a fact that the whole sentence sounds like, by weights that were made from
statements about every fact (`knowledge/vocabulary/likeness.yaml`, made by `evals/likeness.py`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from threatwright.engine.text import Token, word_set
from threatwright.model.vocabulary import FactKey, Likeness

LIKELY = 4
"""A sentence is taken to speak of so many facts at most: those that it is most like."""

NEGATED = "~"
"""What stands for any word that negates."""

_IDLE = word_set(
    "a an the of to in on at for and or is are was were be been being it its this that these those"
    " with as by from we our us they their them he she his her you your i my me has have had do"
    " does did will would can could may might which who what when where there here so if then than"
    " also just very about into over per each every some"
)
_NEGATORS = word_set("no not nobody none never nothing without cannot")


def features(tokens: Iterable[Token]) -> Iterator[str]:
    """What a sentence is compared by: its word stems, groups and negations."""
    for token in tokens:
        if token.word in _NEGATORS or token.word.endswith("n't"):
            yield NEGATED
        if token.word not in _IDLE:
            yield token.stem
        yield from token.groups


class Ear:
    """The weights by word, ready for many sentences."""

    def __init__(self, likeness: Likeness) -> None:
        self._rarity = likeness.rarity
        self._of_word: dict[str, list[tuple[FactKey, float]]] = {}
        for key, weights in likeness.facts.items():
            for word, weight in weights.items():
                self._of_word.setdefault(word, []).append((key, weight))

    def most_like(self, tokens: Iterable[Token], most: int = LIKELY) -> tuple[FactKey, ...]:
        """The facts that a sentence sounds like, the most like first."""
        scores: dict[FactKey, float] = {}
        for word, n in Counter(features(tokens)).items():
            if word in self._rarity:
                loud = (1 + math.log(n)) * self._rarity[word]
                for key, weight in self._of_word.get(word, ()):
                    scores[key] = scores.get(key, 0) + loud * weight
        best = sorted((k for k in scores if scores[k] > 0), key=lambda key: (-scores[key], key))
        return tuple(best[:most])
