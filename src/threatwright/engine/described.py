"""What the words of a whole description say of a system, where no sentence of it does.

An owner who tells of prompts, hallucinations and tokens need not say that there is a language
model. A sum of weights of the words that stand in a text, learned from what owners wrote
(`knowledge/vocabulary/descriptions.yaml`, made by `evals/descriptions.py`). It can only make a gate
likely: that one is closed, somebody has to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from threatwright.engine.classifying import features
from threatwright.engine.text import Token
from threatwright.model.vocabulary import DescribedGate, FactKey

AT = 1.0
"""Log-odds from which a gate is taken to be open, with doubt: nearly three in four are."""
LENGTH = 40
"""Of a text with fewer different words nothing is said: what it leaves out tells nothing."""


class Described:
    """The weights, ready for texts."""

    def __init__(self, gates: Mapping[FactKey, DescribedGate]) -> None:
        self._gates = gates

    def open_gates(self, tokens: Iterable[Token]) -> tuple[FactKey, ...]:
        """The gates that are likely open in a system that is described in these words."""
        words = set(features(tokens))
        if len(words) < LENGTH:
            return ()
        return tuple(gate for gate, of in self._gates.items() if _log_odds(of, words) >= AT)


def _log_odds(gate: DescribedGate, words: Iterable[str]) -> float:
    """Summed exactly, so that no order of the words matters."""
    return math.fsum((gate.before, *(gate.words.get(word, 0.0) for word in words)))
