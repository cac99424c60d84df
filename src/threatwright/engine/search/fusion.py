"""Two similarities made one: that of words, and that of meaning.

Measured on steps of attacks: means weighted like this find the technique more often than ranks
fused as reciprocals do, and than either similarity alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

WORDS = 0.6
"""The weight of words, after both similarities are brought to the same spread; meaning has the
rest."""


def fused(words: Mapping[str, float], meaning: Mapping[str, float]) -> dict[str, float]:
    """Key → similarity, 0 to 1, for every key of `meaning`; one that `words` lacks has none there.

    The order is that of weighted z-scores (each similarity less its mean, over its standard
    deviation). The value is the mean of both similarities with the weights that give this order,
    so that it can be read as a similarity still.
    """
    if not meaning:
        return {}
    keys = list(meaning)
    columns = np.array([[words.get(key, 0.0) for key in keys], [meaning[key] for key in keys]])
    spread = columns.std(axis=1)
    weights = np.array([WORDS, 1 - WORDS])
    if spread.all():
        weights = weights / spread
    elif spread.any():
        weights = weights * (spread > 0)  # a similarity that is the same for all says nothing
    scores = (weights / weights.sum()) @ columns
    return dict(zip(keys, np.clip(scores, 0, 1).tolist(), strict=True))
