"""How prominent a technique is: what incidents and our patterns use more is likelier to be meant.

Measured on steps of attacks: among techniques that fit about as well, this finds the right one
more often. It multiplies, so that it never makes a hit of what does not fit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from threatwright.model.catalogue import Entry, ListName
from threatwright.model.knowledge import Knowledge

STRENGTH = 0.08
MATURITY = {"Realized": 1.0, "Demonstrated": 0.5}
"""By ATLAS' word for how far a technique has come: seen in an incident, or shown to work."""
STEP = 0.5
"""What a step of a pattern's path counts; a reference of the pattern as a whole counts 1."""


def weights(knowledge: Knowledge) -> Mapping[str, float]:
    """Id of an ATLAS technique → what its similarity is multiplied with, above 0 to 1.

    It is 1 + STRENGTH · (maturity + ln(1 + citations)), divided by the greatest of all.
    """
    cited = _citations(knowledge)
    raw = {
        entry.id: 1 + STRENGTH * (_maturity(entry) + math.log1p(cited.get(entry.id, 0)))
        for entry in knowledge.entries.values()
        if entry.list is ListName.ATLAS and entry.type == "technique"
    }
    greatest = max(raw.values(), default=1)
    return {id_: weight / greatest for id_, weight in raw.items()}


def _maturity(entry: Entry) -> float:
    return MATURITY.get(entry.maturity or "", 0)


def _citations(knowledge: Knowledge) -> Mapping[str, float]:
    cited: defaultdict[str, float] = defaultdict(float)
    for pattern in knowledge.patterns:
        for reference in pattern.references:
            cited[reference.id] += 1
        for step in pattern.steps:
            cited[step.id] += STEP
    return cited
