"""Makes `knowledge/vocabulary/choosing.yaml` from what people say; tells how well it chooses.

    python -m evals.choosing [--check | --measure]

For each fact, the words that tell its choices apart, by a logistic regression over
`evals/sayings.py`:
a word counts for one choice of one fact, and for all choices alike that say as much ("none" of any
control). `--check` ends with 1 if the file is not what would be made. `--measure` holds statements
against weights that were made without them, and the facts of the labelled systems, which no weight
was ever made from, against the file's.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from evals.likeness import MADE as LIKENESS
from evals.sayings import sayings
from evals.systems import load_systems
from threatwright.engine.choosing import LEVELS, SURE, Chooser, level
from threatwright.engine.likeness import features
from threatwright.engine.reading import read
from threatwright.engine.text import Token, parse
from threatwright.engine.word_groups import Groups
from threatwright.knowledge.load import load_knowledge
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import Choosing, FactEntry, FactKey

MADE = LIKENESS.with_name("choosing.yaml")
WORDS = 60
"""Words of each fact that are kept: those that tell its choices apart best."""
SEEN_OF_FACT = 2
"""A word counts that stands in so many statements of the fact at least…"""
SEEN = 8
"""…and for all facts alike in so many of all."""
ROUNDS = 12
STEP = 0.5
SHRINK = 0.01
"""How strongly the weight of a word for one choice is held back; a tenth of it for all alike."""
LEAST = 2
"""Tenths below which a weight is left out."""
FOLDS = 4

HEAD = """\
# What people say for each choice of a fact: weights of words, in tenths, one for each choice.
# Made by `python -m evals.choosing` from evals/sayings.py; not to be edited by hand.
"""

Bag = frozenset[str]
Example = tuple[FactKey, str, Bag]
"""(fact, choice or "" for none of them, words)"""
Weight = tuple[str, ...]
"""What a weight is of: a choice, a word for a choice, or a word for a level."""


def examples(groups: Groups) -> list[Example]:
    """All that is said, in an order that mixes it."""
    found = [(fact, choice, bag(tokens(text, groups))) for text, fact, choice in sayings()]
    random.Random(0).shuffle(found)
    return found


def tokens(text: str, groups: Groups) -> list[Token]:
    return [token for s in parse(text).sentences for token in groups.marked(s).tokens]


def bag(words: Iterable[Token]) -> Bag:
    return frozenset(features(words))


# --- training ---------------------------------------------------------------------------------


class Trained:
    """Weights made from examples."""

    def __init__(self, found: Sequence[Example], facts: Mapping[FactKey, FactEntry]) -> None:
        self._facts = facts
        self._choices: dict[FactKey, list[str]] = {}
        for key, choice, _ in sorted(found):
            of_fact = self._choices.setdefault(key, [])
            of_fact += [choice] if choice not in of_fact else []
        self._telling = _telling(found)
        self._common = {w for w, n in Counter(w for *_, b in found for w in b).items() if n >= SEEN}
        self._index: dict[Weight, int] = {}
        self._fit(found)

    def _of(self, key: FactKey, choice: str, words: Bag) -> Iterator[Weight]:
        """The weights that speak for a choice; in a fixed order, to be made the same again."""
        yield "bias", key, choice
        yield from (("word", key, choice, w) for w in sorted(words & self._telling[key]))
        if alike := level(self._facts[key], choice):
            yield from (("level", alike, w) for w in sorted(words & self._common))

    def _fit(self, found: Sequence[Example]) -> None:
        rows = []
        for key, choice, words in found:
            of_fact = self._choices[key]
            indexes = [
                np.array([self._index.setdefault(w, len(self._index)) for w in weights])
                for weights in (list(self._of(key, c, words)) for c in of_fact)
            ]
            rows.append((indexes, of_fact.index(choice)))
        held = {"bias": SHRINK / 10, "word": SHRINK, "level": SHRINK / 10}
        shrink = np.array([held[weight[0]] for weight in self._index])
        self._w = np.zeros(len(self._index))
        squares = np.full(len(self._index), 1e-2)
        for at in range(ROUNDS):
            random.Random(at).shuffle(rows)
            for indexes, right in rows:
                for n, (one, chance) in enumerate(
                    zip(indexes, self._chances(indexes), strict=True)
                ):
                    slope = chance - (n == right) + shrink[one] * self._w[one]
                    squares[one] += slope * slope
                    self._w[one] -= STEP * slope / np.sqrt(squares[one])

    def _chances(self, indexes: Sequence[np.ndarray]) -> list[float]:
        scores = [float(self._w[one].sum()) for one in indexes]
        powers = [math.exp(score - max(scores)) for score in scores]
        return [power / sum(powers) for power in powers]

    @cached_property
    def choosing(self) -> Choosing:
        """The weights as the knowledge base holds them."""

        def tenths(weight: Weight) -> int:
            index = self._index.get(weight)
            value = 0 if index is None else round(float(self._w[index]) * 10)
            return value if abs(value) >= LEAST else 0

        def of_fact(key: FactKey) -> dict[str, object]:
            choices = self._choices[key]
            words = {
                word: [tenths(("word", key, c, word)) for c in choices]
                for word in sorted(self._telling[key])
            }
            return {
                "choices": choices,
                "bias": [tenths(("bias", key, c)) for c in choices],
                "words": {w: row for w, row in words.items() if any(row)},
            }

        alike = {w: [tenths(("level", of, w)) for of in LEVELS] for w in sorted(self._common)}
        return Choosing.model_validate(
            {
                "facts": {key: of_fact(key) for key in self._choices},
                "levels": {w: row for w, row in alike.items() if any(row)},
            }
        )


def _telling(found: Sequence[Example]) -> dict[FactKey, Bag]:
    """The words of each fact that tell its choices apart best, by their likelihood ratio."""
    counts: dict[FactKey, dict[str, Counter[str]]] = {}
    sizes: dict[FactKey, Counter[str]] = {}
    for key, choice, words in found:
        counts.setdefault(key, {}).setdefault(choice, Counter()).update(words)
        sizes.setdefault(key, Counter())[choice] += 1
    return {key: _best(counts[key], sizes[key]) for key in counts}


def _best(counts: Mapping[str, Counter[str]], sizes: Counter[str]) -> Bag:
    total = sum(counts.values(), Counter[str]())
    n = sizes.total()

    def ratio(word: str) -> float:
        found = 0.0
        for choice, size in sizes.items():
            for seen, expected in (
                (counts[choice][word], total[word] * size / n),
                (size - counts[choice][word], (n - total[word]) * size / n),
            ):
                found += seen * math.log(seen / expected) if seen else 0.0
        return found

    often = (word for word, seen in total.items() if seen >= SEEN_OF_FACT)
    return frozenset(sorted(often, key=lambda word: (-ratio(word), word))[:WORDS])


def made(trained: Trained) -> str:
    """The file's text."""
    lines = [HEAD, "facts:"]
    for key, of_fact in trained.choosing.facts.items():
        lines += [
            f"  {key}:",
            f"    choices: [{', '.join(map(_q, of_fact.choices))}]",
            f"    bias: {list(of_fact.bias)}",
            "    words:",
            *(f"      {_q(w)}: {list(row)}" for w, row in of_fact.words.items()),
        ]
    lines.append("levels:")
    lines += [f"  {_q(w)}: {list(row)}" for w, row in trained.choosing.levels.items()]
    return "\n".join(lines) + "\n"


def _q(word: str) -> str:
    return '"' + word.replace('"', "") + '"'


# --- measuring --------------------------------------------------------------------------------


class Chosen(NamedTuple):
    """What was chosen for a text, and how surely."""

    right: str
    """Empty where it states no choice."""
    choice: str
    sureness: float


def without_themselves(found: Sequence[Example], knowledge: Knowledge) -> Iterator[Chosen]:
    """Each statement by weights that were made without it."""
    for fold in range(FOLDS):
        rest = [e for n, e in enumerate(found) if n % FOLDS != fold]
        chooser = Chooser(Trained(rest, knowledge.fact_entries).choosing)
        for key, right, words in found[fold::FOLDS]:
            yield Chosen(right, *chooser.among(words, knowledge.fact_entries[key]))


def of_systems(knowledge: Knowledge) -> Iterator[Chosen]:
    """What people say of a fact in the labelled systems that is not read without being asked."""
    groups, chooser = Groups(knowledge.words), Chooser(knowledge.choosing)
    for fact in (fact for system in load_systems() for fact in system.facts):
        known = {said.key for said in read(fact.text, "answer:1", knowledge).facts}
        words = bag(tokens(fact.text, groups))
        for key in sorted((fact.value.keys() | set(fact.about)) - known):
            choice = chooser.among(words, knowledge.fact_entries[key])
            yield Chosen(fact.value.get(key, ""), *choice)


def summary(name: str, found: Sequence[Chosen]) -> Iterator[str]:
    """Coverage and accuracy at several degrees of sureness."""
    stating = [c for c in found if c.right]
    for least in (0.0, 0.6, SURE, 0.9):
        taken = [c for c in stating if c.choice and c.sureness >= least]
        right = sum(c.choice == c.right for c in taken)
        beside = [c for c in found if not c.right]
        made_up = sum(bool(c.choice) and c.sureness >= least for c in beside)
        yield (
            f"{name}, sure of {least:.1f}: {len(taken) / len(stating):.3f} of {len(stating)} taken,"
            f" {right / max(1, len(taken)):.3f} of these right;"
            f" of {len(beside)} that state none, {made_up / max(1, len(beside)):.3f} taken for one"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.choosing", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args(arguments)
    knowledge = load_knowledge()
    found = examples(Groups(knowledge.words))
    if options.measure:
        print(*summary("statements", [*without_themselves(found, knowledge)]), sep="\n")
        print(*summary("systems", [*of_systems(knowledge)]), sep="\n")
        return 0
    text = made(Trained(found, knowledge.fact_entries))
    if options.check:
        return 0 if MADE.read_text(encoding="utf-8") == text else 1
    MADE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
