"""A support assistant, its threats, and a few probes that try them, built by hand."""

from __future__ import annotations

from typing import Any

from tests.engine.probes.runs import target
from tests.engine.small import component, flow, system
from threatwright.engine.probes.selection import Selection, selected
from threatwright.model.canaries import CanaryKit
from threatwright.model.document import ThreatModel
from threatwright.model.probe_plan import Payload
from threatwright.model.probe_scope import ProbeScope, ProbeTarget
from threatwright.model.probes import ProbeEntry
from threatwright.model.terms import Level, Stage, Stride
from threatwright.model.threats import Threat

SYSTEM = system(
    (
        component("customer", "person", "internet"),
        component("agent", "agent"),
        component("llm", "llm"),
        component("retriever", "retriever"),
        component("store", "vector-store"),
    ),
    (
        flow("customer", "agent"),
        flow("agent", "llm"),
        flow("agent", "retriever"),
        flow("retriever", "store", "read"),
    ),
)


def threat(pattern_: str | None, element: str, risk: int = 12, **more: Any) -> Threat:
    return Threat.model_validate(
        {
            "id": f"T-{pattern_ or 'p-0'}@{element}",
            "pattern": pattern_,
            "element": element,
            "stride": [Stride.TAMPERING],
            "title": f"{pattern_} at {element}",
            "scenario": "Somebody does something.",
            "stage": Stage.OPERATION,
            "likelihood": risk // 4,
            "impact": 4,
            "risk": risk,
            "level": Level.HIGH,
            "residual": risk,
            "residual_likelihood": risk // 4,
            "residual_impact": 4,
            "confidence": 0.5,
            **more,
        }
    )


def model(*threats: Threat) -> ThreatModel:
    found = threats or (
        threat("inject", "llm", 16),
        threat("leak", "llm", 8),
        threat("rag", "store", 12),
        threat("supply", "llm", 4),
    )
    return ThreatModel(id="m", name="Support bot", system=SYSTEM, threats=found)


def entry(id_: str, tests: tuple[str, ...], **more: Any) -> ProbeEntry:
    return ProbeEntry.model_validate(
        {
            "id": id_,
            "name": id_.capitalize(),
            "family": "direct-override",
            "is": "It asks.",
            "shows": "instruction-override",
            "tests": tests,
            "references": ["AML.T0051.000"],
            "method": "single",
            "seeds": ["{task}"],
            "scorer": {"kind": "nonce"},
            **more,
        }
    )


CANARY = {"kind": "canary", "place": "system-prompt"}
ENTRIES = (
    entry("override", ("inject",)),
    entry("ask-for-prompt", ("leak",), family="prompt-leak", scorer=CANARY),
    entry("plant", ("rag",), family="retrieval-poisoning", method="plant-then-ask"),
    entry("lead-there", ("inject", "leak"), family="crescendo", method="crescendo"),
)


def kit(*places: str) -> CanaryKit:
    return CanaryKit.model_validate(
        {
            "model": "m",
            "element": "llm",
            "canaries": [
                {"place": place, "text": "abcdefgh12345678", "sentence": "abcdefgh12345678"}
                for place in places
            ],
        }
    )


def scope(*targets: ProbeTarget, requests: int = 200, **more: Any) -> ProbeScope:
    return ProbeScope.model_validate(
        {
            "format": "threatwright-scope/1",
            "system": "Support bot",
            "model": "m",
            "window": {"begins": "2026-11-01T00:00:00Z", "ends": "2026-12-01T00:00:00Z"},
            "targets": targets or (target(),),
            "caps": {
                "target": {
                    "requests": requests,
                    "requests_per_minute": 60,
                    "tokens": 1_000_000,
                    "money": "5.00 EUR",
                    "minutes": 30,
                }
            },
            **more,
        }
    )


def selection(of: ProbeTarget | None = None, **more: Any) -> Selection:
    wanted = of or target()
    return selected(model(), wanted, scope(wanted, **more), ENTRIES, kit("system-prompt"))


def payloads(number: int, id_: str = "p") -> tuple[Payload, ...]:
    return tuple(
        Payload(id=f"{id_}{n:02}", turns=(f"{id_} {n}",), plain=(f"{id_} {n}",), seed=n)
        for n in range(number)
    )
