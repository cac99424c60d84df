"""A model as it would be if some questions were answered in a way that nobody disputes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from threatwright.engine.derive import derived, record
from threatwright.engine.rules.assessment import Assessment
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered
from threatwright.model.knowledge import Knowledge


def supposed(
    model: ThreatModel,
    values: Mapping[str, str],
    knowledge: Knowledge,
    before: Assessment | None = None,
) -> ThreatModel:
    """The model with these answers, by the same rules and tables as ever.

    `values` is by question, `ELEMENT.KEY`; `before` the assessment of the model as it is.
    """
    return derived(record(model, *_answers(model, values)), knowledge, before).model


def _answers(model: ThreatModel, values: Mapping[str, str]) -> Iterator[Answered]:
    """Each answer, and once more: the second is given in sight of a conflict, and decides it."""
    last = model.journal[-1].n if model.journal else 0
    twice = [answer for answer in values.items() for _ in range(2)]
    for n, (question, value) in enumerate(twice, last + 1):
        yield Answered(n=n, question=question, value=value)
