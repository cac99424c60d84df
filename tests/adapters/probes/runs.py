"""Plans, scopes and runs, made for endpoints on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from threatwright.model.canaries import CanaryKit, PlantedCanary
from threatwright.model.endpoint import Patience
from threatwright.model.findings import Consent
from threatwright.model.probe_plan import Payload, PlannedProbe, ProbePlan
from threatwright.model.probe_request import OpenAiChat, ProbeRequest
from threatwright.model.probe_run import Ended, ProbeEvent, ProbeRun, Tested
from threatwright.model.probe_scope import (
    FORMAT,
    Authorisation,
    Budget,
    Caps,
    Environment,
    ProbeScope,
    ProbeTarget,
    SideModel,
    Window,
)
from threatwright.model.probes import Canary, Family, Method, Place, Scorer, Shows

CANARY = "kfz7qmb2xvn9tdw4hj"
SCOPE = "a" * 64
QUICK = Patience(attempts=3, wait=0.01, longest_wait=0.2, failures=8)
PLENTY = 1_000_000

E = TypeVar("E")


def caps(requests: int = PLENTY, per_minute: int = PLENTY, **more: Any) -> Caps:
    return Caps(
        **{
            "requests": requests,
            "requests_per_minute": per_minute,
            "tokens": PLENTY,
            "money": "1000.00 EUR",
            "minutes": 10,
            **more,
        }
    )


def chat_at(base_url: str, model: str = "strong", **more: Any) -> SideModel:
    """A model at the server of the tests."""
    origin = base_url.removesuffix("/v1")
    return SideModel(origin=origin, request=OpenAiChat(shape="openai-chat", model=model), **more)


def target_at(origin: str, request: ProbeRequest | None = None, **more: Any) -> ProbeTarget:
    return ProbeTarget(
        **{
            "element": "chat",
            "origin": origin.removesuffix("/v1"),
            "environment": Environment.TEST,
            "owner": "The tests",
            "authorised_by": Authorisation(who="A tester", role="owner"),
            "belongs_to": "us",
            "request": request or OpenAiChat(shape="openai-chat", model="strong"),
            "tools_can": ("nothing",),
            **more,
        }
    )


def payload(*turns: str, secret: str = CANARY, **more: Any) -> Payload:
    id = more.pop("id", "p" + "-".join(turns).replace("/", "")[:40].replace(" ", "-"))
    return Payload(id=id, turns=turns, plain=turns, seed=0, secret=secret, **more)


def probe(
    *payloads: Payload,
    method: Method = Method.SINGLE,
    scorer: Scorer | None = None,
    **more: Any,
) -> PlannedProbe:
    return PlannedProbe(
        **{
            "probe": "leak",
            "name": "Leak",
            "family": Family.PROMPT_LEAK,
            "shows": Shows.LEAKAGE,
            "method": method,
            "scorer": scorer or Canary(kind="canary", place=Place.SYSTEM_PROMPT),
            "threats": ("T-leak@chat",),
            "payloads": payloads,
            "trials": 1,
            "replays": 3,
            "turns": 6,
            "confirmed_means": "The canary came back.",
            "requests": len(payloads) + 3,
            "tokens": 1000,
            **more,
        }
    )


def run_of(
    target: ProbeTarget,
    *probes: PlannedProbe,
    folder: Path,
    liveness: Sequence[str] = ("What is a tide?",),
    budget: Caps | None = None,
    attacker: SideModel | None = None,
    judge: SideModel | None = None,
    window: Window | None = None,
    **more: Any,
) -> ProbeRun:
    """A run that was consented to."""
    now = datetime.now(UTC)
    plan = ProbePlan(model="m", scope=SCOPE, target=target, liveness=tuple(liveness), probes=probes)
    scope = ProbeScope(
        format=FORMAT,
        system="Chat",
        model="m",
        window=window or Window(begins=now - timedelta(hours=1), ends=now + timedelta(hours=1)),
        targets=(target,),
        caps=Budget(
            target=budget or caps(),
            attacker=caps() if attacker else None,
            judge=caps() if judge else None,
        ),
        attacker=attacker,
        judge=judge,
    )
    return ProbeRun(
        **{
            "plan": plan,
            "consent": consent_to(plan),
            "scope": scope,
            "kit": CanaryKit(
                model="m",
                element="chat",
                canaries=(PlantedCanary(place=Place.SYSTEM_PROMPT, text=CANARY, sentence=CANARY),),
            ),
            "folder": str(folder),
            "patience": QUICK,
            "timeout": 10.0,
            **more,
        }
    )


def consent_to(plan: ProbePlan) -> Consent:
    return Consent(
        plan=plan.hash,
        scope=plan.scope,
        origin=plan.target.origin,
        is_typed=True,
        environment=plan.target.environment,
        authorised_by="A tester",
        until=datetime.now(UTC) + timedelta(hours=1),
    )


async def all_of(events: AsyncIterator[ProbeEvent]) -> list[ProbeEvent]:
    return [event async for event in events]


def of(kind: type[E], events: Sequence[ProbeEvent]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def end(events: Sequence[ProbeEvent]) -> Ended:
    (ended,) = of(Ended, events)
    return ended


def outcomes(events: Sequence[ProbeEvent]) -> list[str]:
    return [event.outcome for event in of(Tested, events)]
