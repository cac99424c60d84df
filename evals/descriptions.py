"""Makes `knowledge/vocabulary/descriptions.yaml` from the systems in `evals/owners/`.

    python -m evals.descriptions [--check | --measure]

For each gate that the words of a description tell of: a logistic regression over the words that
stand in it, which keeps few of them. `--check` ends with 1 if the file is not what would be made.
`--measure` tells how often it is right, of owners with weights that were made without them and of
the systems that the interview is measured on (`evals/systems/`), which have no part in it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from evals.systems import FEATURES, OWNERS, LabelledSystem, load_systems
from threatwright import resources, yamltext
from threatwright.engine.reading.classifying import features
from threatwright.engine.reading.described import Described
from threatwright.engine.text.word_groups import Groups
from threatwright.knowledge.load import load_knowledge
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import DescribedGate, FactKey

MADE = resources.folder("knowledge") / "vocabulary" / "descriptions.yaml"
UNTOLD = ("public_access", "online_learning")
"""Whom a system is open to and whether it learns on, the words of a description do not tell."""
GATES = {key: feature for feature, key in FEATURES.items() if feature not in UNTOLD}
SEEN = 5
"""A word counts that stands in so many descriptions at least."""
LOOSE = 0.2
"""How little the weights are held back; scikit-learn's C. The less, the fewer words are kept."""
PARTS = 5
"""In so many parts the owners are held out, one after the other, to measure on."""
APART = 0.011
"""By how much a figure that was made on another machine may lie apart."""

HEAD = """\
# What the words of a whole description say for each gate, where no sentence of it does: log-odds
# before any word is read, and by how much each word moves them (engine/reading/described.py).
# Made by `python -m evals.descriptions` from evals/owners/; not to be edited by hand.
"""


def description(system: LabelledSystem) -> str:
    """What its owner tells unasked."""
    return system.description or " ".join(fact.text for fact in system.facts if not fact.hidden)


def trained(systems: Sequence[LabelledSystem], groups: Groups) -> dict[FactKey, DescribedGate]:
    """The weights that tell the systems apart."""
    counts = CountVectorizer(
        analyzer=lambda text: sorted(set(features(groups.tokens(text)))), binary=True, min_df=SEEN
    )
    described = counts.fit_transform(map(description, systems)).astype(float)
    names = counts.get_feature_names_out()
    found: dict[FactKey, DescribedGate] = {}
    for gate, feature in sorted(GATES.items()):
        has = np.array([system.features[feature] for system in systems])
        fit = LogisticRegression(C=LOOSE, l1_ratio=1, solver="liblinear", random_state=0)
        fit.fit(described, has)
        weights = {
            str(name): round(float(weight), 2)
            for name, weight in zip(names, fit.coef_[0], strict=True)
            if abs(weight) >= APART
        }
        found[gate] = DescribedGate(before=round(float(fit.intercept_[0]), 2), words=weights)
    return found


def made(weights: dict[FactKey, DescribedGate]) -> str:
    """The file's text."""
    lines = [HEAD.rstrip()]
    for gate, of in weights.items():
        row = ", ".join(f'"{word}": {weight}' for word, weight in of.words.items())
        lines += [f"{gate}:", f"  before: {of.before}", f"  words: {{{row}}}"]
    return "\n".join(lines) + "\n"


def is_as_made(weights: dict[FactKey, DescribedGate]) -> bool:
    """Whether the file holds these figures, but for what another machine's arithmetic moves."""
    text = yamltext.parse(MADE.read_text(encoding="utf-8"), MADE.name)
    there = {key: DescribedGate.model_validate(of) for key, of in text.items()}
    return there.keys() == weights.keys() and all(
        abs(of.before - weights[key].before) <= APART
        and all(
            abs(of.words.get(word, 0.0) - weights[key].words.get(word, 0.0)) <= 2 * APART
            for word in of.words.keys() | weights[key].words.keys()
        )
        for key, of in there.items()
    )


def measured(knowledge: Knowledge) -> Iterator[str]:
    """How often each gate is judged rightly."""
    groups, owners = Groups(knowledge.words), load_systems(OWNERS)
    judged: list[tuple[LabelledSystem, Described]] = []
    for part in range(PARTS):
        others = [system for n, system in enumerate(owners) if n % PARTS != part]
        described = Described(trained(others, groups))
        judged += ((system, described) for system in owners[part::PARTS])
    ours = Described(knowledge.descriptions)
    for name, found in (
        ("owners, held out", judged),
        ("labelled systems", [(system, ours) for system in load_systems()]),
    ):
        for gate, feature in sorted(GATES.items()):
            has = np.array([system.features[feature] for system, _ in found])
            says = np.array(
                [gate in of.open_gates(groups.tokens(description(s))) for s, of in found]
            )
            right = float(has[says].mean()) if says.any() else 1.0
            yield (
                f"{name}, {gate}: {float((has == says).mean()):.3f} right; of those that have it "
                f"{float(says[has].mean()):.2f} are told, of those told {right:.2f} have it"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.descriptions", description=__doc__)
    parser.add_argument("--check", action="store_true", help="make nothing, compare")
    parser.add_argument("--measure", action="store_true", help="make nothing, measure")
    options = parser.parse_args(arguments)
    knowledge = load_knowledge()
    if options.measure:
        print(*measured(knowledge), sep="\n")
        return 0
    weights = trained(load_systems(OWNERS), Groups(knowledge.words))
    if options.check:
        return int(not is_as_made(weights))
    MADE.write_text(made(weights), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
