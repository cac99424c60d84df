"""Holds one trial: sends it, scores what comes back, and keeps the evidence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from threatwright.adapters.probes.attacks import Attacks
from threatwright.adapters.probes.chain import Chain
from threatwright.adapters.probes.fingerprints import Fingerprint
from threatwright.adapters.probes.guard import HaltedError
from threatwright.adapters.probes.judge import TrialJudge
from threatwright.adapters.probes.one_at_a_time import Share
from threatwright.adapters.probes.outcomes import Outcome, said, weighed, with_calls
from threatwright.adapters.probes.progress import Due
from threatwright.adapters.probes.replies import answer_of
from threatwright.adapters.probes.sink import ToolSink
from threatwright.adapters.probes.wire import Answered, Trace, current
from threatwright.engine.probes.answers import Answer
from threatwright.engine.probes.scoring import Scored, score
from threatwright.model.probe_evidence import TrialRecord
from threatwright.model.probe_plan import Payload, PlannedProbe
from threatwright.model.probe_run import ProbeRun, Tested
from threatwright.model.probes import ADAPTIVE, Judge, Method
from threatwright.model.probes import ToolSink as CallScorer

LONGEST_WORDS = 300
"""Characters of why a trial failed."""
GRACE = 1.0
"""Seconds after an answer in which a tool may still call."""


@dataclass
class Trials:
    """What all trials of a run share."""

    run: ProbeRun
    attacks: Attacks
    evidence: Chain
    tell: Callable[[Tested], None]
    fingerprint: Fingerprint
    judge: TrialJudge | None = None
    sink: ToolSink | None = None
    _processor: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whoever holds it works; the trials share it."""
    _winning: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By payload, the messages with which an attacker's model got there."""

    async def hold(self, due: Due) -> Tested | None:
        """A trial, sent and scored; None if nothing of it was sent, as nothing more may be."""
        share = Share(self._processor)
        trace = Trace(due.trial, partial(self._score, due.probe, due.payload), share)
        current.set(trace)
        began = time.monotonic()
        try:
            async with share.working():
                failure = await self._sent(due)
            outcome = await self._outcome(due, trace, failure)
        except asyncio.CancelledError:
            if trace.exchanges:
                self._keep(due, trace, Outcome("error", "cancelled"), began)
            raise
        if isinstance(failure, HaltedError) and not trace.exchanges:
            return None
        return self._keep(due, trace, outcome, began)

    def keep_control(self, trace: Trace) -> None:
        """Keep the evidence of a control."""
        name = trace.trial.split("/")[1]
        self.evidence.append(
            TrialRecord(
                id=f"e{self.evidence.n + 1}",
                trial=trace.trial,
                probe="",
                payload="",
                scorer=name,
                outcome="control",
                exchanges=tuple(trace.exchanges),
            )
        )

    async def _sent(self, due: Due) -> Exception | None:
        """Send it: what kept it from being sent or answered whole."""
        probe, payload = due.probe, due.payload
        if due.is_replay and (turns := self._winning.get(payload.id)):
            probe = probe.model_copy(update={"method": Method.TURNS})
            payload = payload.model_copy(update={"turns": turns})
        return await sent(self.attacks.execute(probe, payload))

    async def _outcome(self, due: Due, trace: Trace, failure: Exception | None) -> Outcome:
        request = self.run.plan.target.request
        outcome = weighed(trace, request, _words(failure))
        if outcome.result == "hit" and outcome.answer and due.probe.method in ADAPTIVE:
            self._winning.setdefault(due.payload.id, outcome.answer.sent)
        match due.probe.scorer:
            case CallScorer() if self.sink and outcome.result != "error":
                calls = await self.sink.calls(due.payload.secret, GRACE)
                return with_calls(outcome, calls, due.probe, due.payload, self.run.kit)
            case Judge(goal=goal) if outcome.result == "miss" and outcome.answer:
                return await self._judged(goal, outcome.answer)
            case _:
                return outcome

    async def _judged(self, goal: str, answer: Answered) -> Outcome:
        answered = said(answer, self.run.plan.target.request)
        if self.judge is None or answered is None:
            return Outcome("error", "there is nobody to judge it", None, answer)
        judging = asyncio.ensure_future(self.judge.judge(goal, answer.sent, answered.text))
        if failure := await sent(judging):
            return Outcome("error", f"it was not judged: {_words(failure)}", None, answer)
        scored = judging.result()
        return Outcome(scored.outcome, scored.because, scored.span, answer)

    def _score(self, probe: PlannedProbe, payload: Payload, answer: Answered) -> Scored:
        target = self.run.plan.target
        made = answer_of(answer.exchange, target.request)
        return score(
            probe.scorer,
            Answer("", answer.exchange.status or 0) if isinstance(made, str) else made,
            answer.sent,
            payload,
            self.run.kit,
            target.product_rules,
            target.block_signals,
        )

    def _keep(self, due: Due, trace: Trace, outcome: Outcome, began: float) -> Tested:
        for exchange in trace.exchanges:
            self.fingerprint.add(exchange)
        record = self._record(due, trace, outcome)
        self.evidence.append(record)
        tested = Tested(
            trial=due.trial,
            probe=due.probe.probe,
            payload=due.payload.id,
            is_replay=due.is_replay,
            outcome=outcome.result,
            because=outcome.because,
            span=outcome.span,
            evidence=record.id,
            completion_tokens=outcome.answer.exchange.completion_tokens if outcome.answer else None,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
        self.tell(tested)
        return tested

    def _record(self, due: Due, trace: Trace, outcome: Outcome) -> TrialRecord:
        return TrialRecord(
            id=f"e{self.evidence.n + 1}",
            trial=due.trial,
            probe=due.probe.probe,
            payload=due.payload.id,
            converters=due.payload.converters,
            seed=due.payload.seed,
            scorer=due.probe.scorer.kind,
            outcome=outcome.result,
            because=outcome.because,
            span=outcome.span,
            shown_in=outcome.answer.at if outcome.answer else None,
            fingerprint=self.fingerprint.value,
            tool_calls=outcome.tool_calls,
            exchanges=tuple(trace.exchanges),
        )


async def sent(sending: Awaitable[object]) -> Exception | None:
    """Send something with PyRIT: what kept it from being sent, or answered whole."""
    # PyRIT raises bare Exceptions, of any cause: they are looked at here as what came of it.
    (came,) = await asyncio.gather(sending, return_exceptions=True)
    if not isinstance(came, Exception):
        if isinstance(came, BaseException):
            raise came
        return None
    while isinstance(came.__cause__, Exception):
        came = came.__cause__
    return came


def _words(failure: Exception | None) -> str:
    if failure is None:
        return ""
    return (str(failure) or type(failure).__name__)[:LONGEST_WORDS]
