"""A small plan, and the events of runs of it, built by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from threatwright.model.findings import Control, Spent
from threatwright.model.probe_plan import Payload, PlannedProbe, PlannedThreat, ProbePlan
from threatwright.model.probe_run import Controlled, Ended, ProbeEvent, Tested
from threatwright.model.probe_scope import ProbeTarget
from threatwright.model.probes import Family, Method, Nonce, Scorer, Shows

ORIGIN = "http://127.0.0.1:8900"
LEAK = "T-system-prompt-leak@llm"
INJECT = "T-direct-prompt-injection@llm"

Outcome = Literal["hit", "miss", "suspected", "refused", "blocked", "error"]


def target(**more: Any) -> ProbeTarget:
    return ProbeTarget.model_validate(
        {
            "element": "llm",
            "origin": ORIGIN,
            "environment": "test",
            "owner": "Support team",
            "authorised_by": {"who": "Ana Lopes", "role": "Head of support"},
            "belongs_to": "us",
            "request": {"shape": "openai-chat", "model": "support-1"},
            "tools_can": ["nothing"],
            **more,
        }
    )


def payload(number: int, probe: str = "p") -> Payload:
    text = f"{probe} {number}"
    return Payload(id=f"{probe}{number:02}", turns=(text,), plain=(text,), seed=number, secret="s")


def probe(
    id_: str = "p",
    payloads: int = 4,
    threats: tuple[str, ...] = (LEAK,),
    family: Family = Family.PROMPT_LEAK,
    trials: int = 1,
    scorer: Scorer | None = None,
) -> PlannedProbe:
    return PlannedProbe(
        probe=id_,
        name=id_,
        family=family,
        shows=Shows.LEAKAGE,
        method=Method.SINGLE,
        scorer=scorer or Nonce(kind="nonce"),
        threats=threats,
        payloads=tuple(payload(number, id_) for number in range(payloads)),
        trials=trials,
        replays=3,
        turns=1,
        confirmed_means="It leaks.",
        requests=payloads * trials + 3,
        tokens=100,
    )


def plan(*probes: PlannedProbe) -> ProbePlan:
    found = probes or (probe(),)
    threats = dict.fromkeys(id_ for one in found for id_ in one.threats)
    return ProbePlan(
        model="m",
        scope="s" * 64,
        target=target(),
        liveness=("Hello",),
        probes=found,
        threats=tuple(PlannedThreat(id=id_, title=id_, element="llm") for id_ in threats),
    )


def trial_of(
    outcome: Outcome, payload: str = "p00", number: int = 0, *, is_replay: bool = False
) -> Tested:
    id_ = payload.rstrip("0123456789")
    return Tested(
        trial=f"{id_}/{payload}/{'r' if is_replay else ''}{number}",
        probe=id_,
        payload=payload,
        is_replay=is_replay,
        outcome=outcome,
        evidence=f"{payload}-{'r' if is_replay else ''}{number}",
        milliseconds=5,
    )


def control(name: Any = "liveness", *, passed: bool = True, probe: str = "") -> Controlled:
    return Controlled(control=Control(name=name, passed=passed, probe=probe, because="as it is"))


def ended(*, is_complete: bool = True, because: str = "", fingerprint: str = "f1") -> Ended:
    return Ended(
        is_complete=is_complete,
        because=because,
        fingerprint=fingerprint,
        target=Spent(requests=10),
        chain="c0",
    )


def run(
    outcomes: Sequence[Outcome], replays: Sequence[Outcome] = (), probe: str = "p"
) -> Iterator[ProbeEvent]:
    """Controls that are green, a trial for each payload, and the replays of the first that hit."""
    yield control()
    for number, outcome in enumerate(outcomes):
        yield trial_of(outcome, f"{probe}{number:02}")
    if "hit" in outcomes:
        first = f"{probe}{list(outcomes).index('hit'):02}"
        for number, outcome in enumerate(replays):
            yield trial_of(outcome, first, number, is_replay=True)
    yield ended()
