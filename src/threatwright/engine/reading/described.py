"""What the words of a whole description say of a system, where no sentence of it does.

An owner who tells of prompts, hallucinations and tokens need not say that there is a language
model. A sum of weights of the words that stand in a text, learned from what owners wrote
(`knowledge/vocabulary/descriptions.yaml`, made by `evals/descriptions.py`). It can only make a gate
likely: that one is closed, somebody has to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from threatwright.engine.reading.classifying import features
from threatwright.engine.text.sentences import Token
from threatwright.model.vocabulary import DescribedGate, FactKey

AT = 1.0
"""Log-odds from which a gate is taken to be open, with doubt: nearly three in four are."""
LENGTH = 40
"""Of a text with fewer different words nothing is said: what it leaves out tells nothing."""
UNLIKELY = 0.25
"""A gate that is likelier open than this is asked about as any other; below, the less."""


class Described:
    """The weights, ready for texts."""

    def __init__(self, gates: Mapping[FactKey, DescribedGate]) -> None:
        self._gates = gates

    def open_gates(self, tokens: Iterable[Token]) -> tuple[FactKey, ...]:
        """The gates that are likely open in a system that is described in these words."""
        return tuple(gate for gate, odds in self._log_odds(tokens).items() if odds >= AT)

    def worth_asking(self, tokens: Iterable[Token]) -> dict[FactKey, float]:
        """What a question about a gate is worth in a system that is described so, 0 to 1."""
        found = self._log_odds(tokens)
        return {
            gate: min(1.0, 1 / (1 + math.exp(-odds)) / UNLIKELY) for gate, odds in found.items()
        }

    def _log_odds(self, tokens: Iterable[Token]) -> dict[FactKey, float]:
        """Summed exactly, so that no order of the words matters; none of a short text."""
        words = set(features(tokens))
        if len(words) < LENGTH:
            return {}
        return {
            gate: math.fsum((of.before, *(of.words.get(word, 0.0) for word in words)))
            for gate, of in self._gates.items()
        }
