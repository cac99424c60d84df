"""Makes `knowledge/vocabulary/telling.yaml` from the systems in `evals/owners/`.

    python -m evals.telling [--check]

For each fact of the vocabulary: how likely somebody can say something of it that their description
leaves out, by a logistic regression over what the system has. `--check` ends with 1 if the file is
not what would be made. The systems that the interview is measured on (`evals/systems/`) have no
part in it.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from evals.systems import FEATURES, OWNERS, LabelledSystem, load_systems
from threatwright import resources, yamltext
from threatwright.engine.probes.probing import API, AUTHORITY, PERMISSION
from threatwright.knowledge.load import load_knowledge
from threatwright.model.vocabulary import FactEntry, FactKey, Telling, TellingOf

if TYPE_CHECKING:
    from numpy.typing import NDArray

MADE = resources.folder("knowledge") / "vocabulary" / "telling.yaml"
ANSWERABLE = 0.1
"""For a gate at least so often: whoever is asked can tell, but of those that a description leaves
open no more than that are so."""
DECIDED = 0.15
"""For a decision, such as consent to probes: it comes after what people know."""
DECISIONS = (PERMISSION, AUTHORITY, API)
LOOSE = 0.5
"""How little a gate's weight is held back; scikit-learn's C."""
SEEN = 5
"""Gates count for what was told in so many systems at least."""
UNSEEN = 2.0
"""So many systems more, of the usual share: of what was seen once or never, little is known."""
APART = 0.011
"""By how much a figure that was made on another machine may lie apart."""

HEAD = """\
# How often people can say something of a fact that their description leaves out: its usual share
# of systems, and by how much each gate moves the log-odds (engine/interview/planner.py).
# Made by `python -m evals.telling` from evals/owners/; not to be edited by hand.
"""


def trained(systems: Sequence[LabelledSystem], facts: Iterable[FactEntry]) -> Telling:
    """How often each fact can be told."""
    gates = tuple(FEATURES.values())
    has = np.array([[s.features[feature] for feature in FEATURES] for s in systems], dtype=float)
    told = [{key for f in s.facts if f.hidden for key in f.about} for s in systems]
    usual = sum(map(len, told)) / len(set().union(*told)) / len(systems)
    found: dict[FactKey, TellingOf] = {}
    for fact in sorted(facts, key=lambda fact: fact.key):
        says = np.array([fact.key in keys for keys in told])
        moves = _moves(has - has.mean(axis=0), says) if says.sum() >= SEEN else np.zeros(len(gates))
        share = (float(says.sum()) + UNSEEN * usual) / (len(systems) + UNSEEN)
        found[fact.key] = TellingOf(
            share=round(share, 3),
            least=DECIDED if fact.key in DECISIONS else ANSWERABLE if fact.is_gate else 0.0,
            gates={
                gate: round(float(move), 2)
                for gate, move in zip(gates, moves, strict=True)
                if abs(move) >= APART
            },
        )
    shares = zip(gates, has.mean(axis=0), strict=True)
    return Telling(
        others=round(usual, 2),
        gates={gate: round(float(share), 2) for gate, share in shares},
        facts=found,
    )


def _moves(has: NDArray[np.float64], says: NDArray[np.bool_]) -> NDArray[np.float64]:
    """By how much each gate moves the log-odds."""
    weights: NDArray[np.float64] = LogisticRegression(C=LOOSE).fit(has, says).coef_[0]
    return weights


def made(telling: Telling) -> str:
    """The file's text."""
    lines = [f"others: {telling.others}", f"gates: {_row(telling.gates)}", "facts:"]
    for key, of in telling.facts.items():
        least = f", least: {of.least}" if of.least else ""
        lines.append(f"  {key}: {{share: {of.share}{least}, gates: {_row(of.gates)}}}")
    return HEAD + "\n".join(lines) + "\n"


def _row(figures: dict[FactKey, float]) -> str:
    return "{" + ", ".join(f"{key}: {figure}" for key, figure in figures.items()) + "}"


def is_as_made(telling: Telling) -> bool:
    """Whether the file holds these figures, but for what another machine's arithmetic moves."""
    there = Telling.model_validate(yamltext.parse(MADE.read_text(encoding="utf-8"), MADE.name))
    return there.facts.keys() == telling.facts.keys() and all(
        math.isclose(there.of(key, known), telling.of(key, known), abs_tol=APART)
        for key in there.facts
        for known in ({}, *({gate: is_so} for gate in there.gates for is_so in (True, False)))
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="evals.telling", description=__doc__)
    parser.add_argument("--check", action="store_true", help="make nothing, compare")
    options = parser.parse_args(arguments)
    telling = trained(load_systems(OWNERS), load_knowledge().facts)
    if options.check:
        return int(not is_as_made(telling))
    MADE.write_text(made(telling), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
