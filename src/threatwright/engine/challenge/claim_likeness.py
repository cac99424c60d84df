"""How like a text is to the sentences in which each claim is made, by the words of both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from threatwright.engine.search.tfidf import Vectoriser, terms
from threatwright.engine.text.sentences import word_set
from threatwright.model.claims import ClaimEntry

_TELLING = word_set(
    "vendor vendors supplier suppliers says said say claims claim claimed states told tells assures"
    " promises thing things us they team course therefore anyway really"
)
"""Words about who speaks, which belong to no claim."""


def telling(text: str) -> Iterator[str]:
    """The stems of a text that may belong to a claim."""
    return terms(
        " ".join(word for word in text.split() if word.lower().strip(",.:;") not in _TELLING)
    )


class Likeness:
    """How like a text is to the sentences in which each claim is made."""

    def __init__(self, claims: Sequence[ClaimEntry]) -> None:
        sentences = [(claim.id, text) for claim in claims for text in (claim.name, *claim.said)]
        self._ids = [id_ for id_, _ in sentences]
        self._vectoriser = Vectoriser.fitted(text for _, text in sentences)
        self._vectors = [self._vectoriser.vector(text) for _, text in sentences]

    def tells(self, text: str, least: int) -> bool:
        """Whether a text has so many words that may belong to a claim."""
        return len(list(telling(text))) >= least

    def ranked(self, text: str) -> list[tuple[str, float]]:
        """Claims with the likeness of their likest sentence, the highest first; none of zero.

        What of the text stands in no sentence at all makes it less like any.
        """
        words = list(telling(text))
        query = self._vectoriser.query(" ".join(words))
        share = math.sqrt(self._known(words))
        best: dict[str, float] = {}
        for id_, vector in zip(self._ids, self._vectors, strict=True):
            best[id_] = max(best.get(id_, 0), share * float(vector @ query))
        return sorted(((id_, s) for id_, s in best.items() if s > 0), key=lambda x: (-x[1], x[0]))

    def _known(self, words: Sequence[str]) -> float:
        """How much of the words stands in any sentence, 0 to 1; the rarer a word, the more."""
        weights = {word: self._rarity(word) for word in words}
        known = sum(w for word, w in weights.items() if word in self._vectoriser.frequency)
        return known / sum(weights.values()) if weights else 0

    def _rarity(self, word: str) -> float:
        seen = self._vectoriser.frequency.get(word, 0)
        return 1 + math.log((1 + self._vectoriser.documents) / (1 + seen))
