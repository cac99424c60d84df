"""Makes `knowledge/vocabulary/classifier.yaml` from what people say; tells how well it reads.

    python -m evals.classifier [--check | --measure]

For each choice of each fact a logistic regression over the words of all sentences of
`evals/sayings.py`. `--check` ends with 1 if the file is not what would be made. `--measure` holds
every fifth system of `evals/owners/` against weights that were made without it, and the facts of
the labelled systems, which no weight was ever made from, against the file's.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from evals.sayings import Saying, sayings
from evals.systems import OWNERS, Known, load_systems
from threatwright import resources, yamltext
from threatwright.engine.reading.choosing import ANSWERS
from threatwright.engine.reading.classifying import TENTHS, Classifier, features
from threatwright.engine.reading.said_facts import STATED
from threatwright.engine.text.word_groups import Groups
from threatwright.knowledge.load import load_knowledge
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import ClassifierWeights, FactKey

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

MADE = resources.folder("knowledge") / "vocabulary" / "classifier.yaml"
SEEN = 2
"""A word counts that stands in so many sentences at least."""
TOLD = 3
"""A choice is learned that so many sentences state at least."""
KEPT = 250
"""Words of each choice that are kept: those that weigh most where they stand."""
LOOSE = 4.0
"""How little the weights are held back; scikit-learn's C."""
OFTEN = {False: 1.0, True: 4.0}
"""A sentence that states the choice counts so much: there are a hundred others for each."""
HELD_OUT = 5
"""One in so many owners is held out to measure on."""
APART = 1
"""Tenths by which a weight that was made on another machine may lie apart…"""
MOVED = 0.001
"""…but for so many: those on the edge of being kept."""

HEAD = """\
# What words say for each choice of each fact: engine/reading/classifying.py.
# Made by `python -m evals.classifier` from evals/sayings.py; not to be edited by hand.
"""


# --- training ---------------------------------------------------------------------------------


def trained(found: Sequence[Saying], groups: Groups) -> ClassifierWeights:
    """The weights that tell the sentences apart."""
    words = TfidfVectorizer(
        analyzer=lambda text: sorted(set(features(groups.tokens(text)))),
        min_df=SEEN,
        smooth_idf=False,
    )
    said = words.fit_transform([saying.text for saying in found])
    told = Counter(choice for saying in found for choice in saying.states.items())
    choices = sorted(choice for choice, n in told.items() if n >= TOLD)
    often = np.asarray((said > 0).sum(axis=0), dtype=float).ravel()
    facts: dict[FactKey, dict[str, int]] = {}
    by_word: list[list[str]] = [[] for _ in words.idf_]
    for number, choice in enumerate(choices):
        states = np.array([saying.states.get(choice[0]) == choice[1] for saying in found])
        weights, bias = _fitted(said, states)
        facts.setdefault(choice[0], {})[choice[1]] = round(bias * TENTHS)
        heavy = np.argsort(-np.abs(weights) * often**0.25, kind="stable")[:KEPT]
        for word in sorted(heavy):
            if tenths := round(float(weights[word] * words.idf_[word]) * TENTHS):
                by_word[word].append(f"{number}:{tenths}")
    rarities = (round(float(rarity) * TENTHS) for rarity in words.idf_)
    return ClassifierWeights(
        facts=facts,
        words={
            word: " ".join((str(rarity), *weights))
            for word, rarity, weights in zip(
                words.get_feature_names_out(), rarities, by_word, strict=True
            )
        },
    )


def _fitted(said: csr_matrix, states: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    fit = LogisticRegression(C=LOOSE, solver="liblinear", class_weight=OFTEN).fit(said, states)
    return fit.coef_[0], float(fit.intercept_[0])


def made(weights: ClassifierWeights) -> str:
    """The file's text."""
    lines = [HEAD, "facts:"]
    for key, biases in weights.facts.items():
        written = ", ".join(f"{_q(choice)}: {bias}" for choice, bias in biases.items())
        lines.append(f"  {key}: {{{written}}}")
    lines.append("words:")
    lines += [f"  {_q(word)}: {_q(row)}" for word, row in weights.words.items()]
    return "\n".join(lines) + "\n"


def _q(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_as_made(weights: ClassifierWeights) -> bool:
    """Whether the file holds these weights, but for what another machine's arithmetic moves."""
    there = ClassifierWeights.model_validate(
        yamltext.parse(MADE.read_text(encoding="utf-8"), MADE.name)
    )
    if _named(there) != _named(weights):
        return False
    one, other = (np.array([*_table(each)]) for each in (there, weights))
    differing = np.abs(one - other) > APART
    return bool(differing.sum() <= MOVED * np.count_nonzero(one))


def _named(weights: ClassifierWeights) -> tuple[list[tuple[str, ...]], list[str]]:
    """What the weights are of, in order."""
    return [(key, *biases) for key, biases in weights.facts.items()], [*weights.words]


def _table(weights: ClassifierWeights) -> Iterator[list[int]]:
    """The biases, and of each word its weight for each choice, 0 where it has none."""
    biases = [bias for of_fact in weights.facts.values() for bias in of_fact.values()]
    choices = len(biases)
    yield biases
    for row in weights.words.values():
        table = [0] * choices
        for weight in row.split()[1:]:
            at, value = weight.split(":")
            table[int(at)] = int(value)
        yield table


# --- measuring --------------------------------------------------------------------------------


class Read(NamedTuple):
    """What the classifier alone reads in sentences at one degree of sureness."""

    found: float
    """Of the choices that are stated, how many."""
    right: float
    """Of what is read, how much is stated so."""
    touched: float
    """Of what is read, how much the sentence is at least about."""


def read(facts: Iterable[Known], classifier: Classifier, groups: Groups, least: float) -> Read:
    stated = right = touched = all_ = 0
    for fact in facts:
        stated += len(fact.value)
        for score in classifier.scores([*groups.tokens(fact.text)]).ranked:
            if score.log_odds >= least:
                all_ += 1
                right += fact.value.get(score.fact) == score.choice
                touched += score.fact in fact.about
    return Read(right / stated, right / max(1, all_), touched / max(1, all_))


def measured(knowledge: Knowledge) -> Iterator[str]:
    groups = Groups(knowledge.words)
    owners = [fact for system in load_systems(OWNERS)[::HELD_OUT] for fact in system.facts]
    theirs = {fact.text for fact in owners}
    without = trained([s for s in sayings() if s.text not in theirs], groups)
    systems = [fact for system in load_systems() for fact in system.facts]
    for name, weights, facts in (
        ("owners, held out", without, owners),
        ("labelled systems", knowledge.classifier, systems),
    ):
        for least in sorted({-3.0, ANSWERS, -1.5, -1.0, STATED, 0.0, 0.5, 1.0}):
            found = read(facts, Classifier(weights), groups, least)
            yield (
                f"{name}, {least:+.1f}: {found.found:.3f} of what is stated is read; of what is"
                f" read {found.right:.3f} is right, and {found.touched:.3f} to the point"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.classifier", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args(arguments)
    knowledge = load_knowledge()
    if options.measure:
        print(*measured(knowledge), sep="\n")
        return 0
    weights = trained(list(sayings()), Groups(knowledge.words))
    if options.check:
        return 0 if is_as_made(weights) else 1
    MADE.write_text(made(weights), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
