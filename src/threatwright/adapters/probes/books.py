"""What a run had spent when it was interrupted, and which of its trials nothing is known of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from threatwright.adapters.probes.chain import links
from threatwright.model.findings import Spent
from threatwright.model.probe_evidence import Exchange, Opened, TrialRecord
from threatwright.model.probe_run import ProbeEvent, Sending, Side, Tested

INTERRUPTED = "it was sent, and the run was interrupted before it was answered"
CONTROL = "control"
"""How the ids of trials begin that are controls."""


class _Sitting(NamedTuple):
    """From where a worker began to where it was interrupted, or ended."""

    began: datetime
    exchanges: list[Exchange]

    @property
    def seconds(self) -> float:
        last = max((exchange.at for exchange in self.exchanges), default=self.began)
        return (last - self.began).total_seconds()


def spent(side: Side, events: Sequence[ProbeEvent], evidence: Path) -> Spent:
    """What a side took before: what was sent is counted also where nothing came back."""
    sittings = list(_sittings(evidence))
    counted = [
        exchange
        for sitting in sittings
        for exchange in sitting.exchanges
        if exchange.side == side and exchange.prompt_tokens is not None
    ]
    sent = [event for event in events if isinstance(event, Sending) and event.side == side]
    return Spent(
        requests=len(sent),
        retries=sum(event.is_retry for event in sent),
        prompt_tokens=sum(e.prompt_tokens or 0 for e in counted) if counted else None,
        completion_tokens=sum(e.completion_tokens or 0 for e in counted) if counted else None,
        seconds=sum(sitting.seconds for sitting in sittings),
    )


def unanswered(events: Iterable[ProbeEvent]) -> Iterator[Tested]:
    """The trials that were sent, and of which no end is known: each as the error that it is."""
    sent: dict[str, None] = {}
    for event in events:
        match event:
            case Sending(trial=trial) if not trial.startswith(f"{CONTROL}/"):
                sent[trial] = None
            case Tested(trial=trial):
                sent.pop(trial, None)
    for trial in sent:
        probe, payload, number = trial.split("/")
        yield Tested(
            trial=trial,
            probe=probe,
            payload=payload,
            is_replay=number.startswith("r"),
            outcome="error",
            because=INTERRUPTED,
            milliseconds=0,
        )


def _sittings(evidence: Path) -> Iterator[_Sitting]:
    sitting: _Sitting | None = None
    for link in links(evidence):
        if link.content.get("record") == "opened":
            if sitting:
                yield sitting
            sitting = _Sitting(Opened.model_validate(link.content).at, [])
        elif sitting:
            sitting.exchanges.extend(TrialRecord.model_validate(link.content).exchanges)
    if sitting:
        yield sitting
