"""What a trial came to, from all that was answered in it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from threatwright.adapters.probes.replies import answer_of
from threatwright.adapters.probes.wire import Answered, Trace
from threatwright.engine.probes.answers import Answer
from threatwright.engine.probes.scoring import score
from threatwright.model.canaries import CanaryKit
from threatwright.model.probe_plan import Payload, PlannedProbe
from threatwright.model.probe_request import ProbeRequest

Result = Literal["hit", "miss", "suspected", "refused", "blocked", "error"]
_WEIGHT: tuple[Result, ...] = ("hit", "suspected", "blocked", "refused", "miss")
"""Of several answers, the one counts whose result comes first."""


class Outcome(NamedTuple):
    """What a trial came to."""

    result: Result
    because: str = ""
    span: tuple[int, int] | None = None
    """Where in the text of the answer."""
    answer: Answered | None = None
    """The one that shows it."""
    tool_calls: tuple[str, ...] = ()


def weighed(trace: Trace, request: ProbeRequest, failure: str = "") -> Outcome:
    """The outcome of the answers of a trial, of which the last show the most.

    A failure of the endpoint is no answer, unless it shows something. Where a trial ended with a
    `failure`, nothing but what was shown counts: the rest was not sent.
    """
    found = [
        Outcome(scored.outcome, scored.because, scored.span, answer)
        for answer in reversed(trace.answers)
        for scored in [trace.scored(answer)]
        if scored.outcome in {"hit", "blocked"} or (not failure and said(answer, request))
    ]
    lost = Outcome("error", failure or _last_words(trace, request))
    return min(found, key=lambda outcome: _WEIGHT.index(outcome.result), default=lost)


def said(answer: Answered, request: ProbeRequest) -> Answer | None:
    """The answer, if there is one and it is no failure."""
    made = answer_of(answer.exchange, request)
    return made if isinstance(made, Answer) and 200 <= made.status < 300 else None


def with_calls(
    outcome: Outcome,
    calls: tuple[str, ...],
    probe: PlannedProbe,
    payload: Payload,
    kit: CanaryKit | None,
) -> Outcome:
    """The outcome with what arrived at the tool sink: a call counts, whatever was said with it."""
    scored = score(probe.scorer, Answer("", tool_calls=calls), (), payload, kit)
    if scored.outcome != "hit":
        return outcome
    return outcome._replace(result="hit", because=scored.because, span=None, tool_calls=calls)


def _last_words(trace: Trace, request: ProbeRequest) -> str:
    """What the endpoint said last, where it gave no answer."""
    if not trace.exchanges:
        return "nothing was sent"
    made = answer_of(trace.exchanges[-1], request)
    if isinstance(made, str):
        return made
    return f"it answered with status {made.status}"
