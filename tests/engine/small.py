"""A small knowledge base and small systems, built by hand, for tests of the engine."""

from __future__ import annotations

from typing import Any

from threatwright.model.catalogue import Catalogue, Entry, ListName
from threatwright.model.facts import Fact, Facts, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import MitigationEntry, Pattern
from threatwright.model.risk_table import RiskTable
from threatwright.model.system import Asset, Boundary, Component, Flow, SystemModel
from threatwright.model.terms import (
    ComponentKind,
    Movement,
    Role,
    Sensitivity,
    Stage,
    TrustLevel,
)
from threatwright.model.vocabulary import FactEntry, KindEntry

SAID = Provenance(source="document:design.md:1", quote="so it is written")
ASSUMED = Provenance(source="assumed:predictive-api")

_GATES = {
    ComponentKind.LLM: "llm",
    ComponentKind.AGENT: "llm",
    ComponentKind.TRAINING: "trains",
    ComponentKind.DATASET: "trains",
}
_STORES = {ComponentKind.DATASET, ComponentKind.DATABASE, ComponentKind.MODEL_REGISTRY}
_ENTITIES = {ComponentKind.PERSON, ComponentKind.EXTERNAL_SYSTEM}
_AI = {ComponentKind.INFERENCE_ENDPOINT, ComponentKind.LLM, ComponentKind.TRAINING}


def kind_entry(kind: ComponentKind) -> KindEntry:
    element = (
        "external-entity" if kind in _ENTITIES else "data-store" if kind in _STORES else "process"
    )
    return KindEntry(
        kind=kind,
        name=kind.value.replace("-", " ").capitalize(),
        description="A part.",
        element=element,  # type: ignore[arg-type]
        stage=Stage.OPERATION,
        is_ai=kind in _AI,
        gate=_GATES.get(kind),
    )


def fact_entry(key: str, class_: str, *kinds: str, choices: Any = None, **more: Any) -> FactEntry:
    given: dict[str, Any] = {
        "key": key,
        "class": class_,
        "applies_to": kinds,
        "on": "component" if kinds else "system",
        "name": key.replace("_", " ").capitalize(),
        "question": "What about {element}?",
        "why": "It decides threats.",
        "role": Role.ML_ENGINEERING,
        "choices": choices
        or [{"value": "yes", "label": "Yes", "unsafe": 1}, {"value": "no", "label": "No"}],
        **more,
    }
    return FactEntry.model_validate(given)


CONTROL = [
    {"value": "none", "label": "Not at all", "coverage": "none", "unsafe": 2},
    {"value": "some", "label": "In part", "coverage": "partial", "unsafe": 1},
    {"value": "all", "label": "Everywhere", "coverage": "full"},
]
WRITERS = [
    {"value": "few", "label": "A few people"},
    {"value": "anyone", "label": "Anyone", "unsafe": 3},
]


def pattern(id_: str, **more: Any) -> Pattern:
    given: dict[str, Any] = {
        "id": id_,
        "title": f"{id_} at {{element}}",
        "scenario": "Someone does something to {element}.",
        "stride": ["tampering"],
        "kinds": ["inference-endpoint"],
        "stage": "operation",
        "when": {"reached_by": "untrusted"},
        "likelihood": {"access": "black-box", "effort": "low", "because": "anyone can try"},
        "impact": [{"dimension": "integrity", "base": 3, "because": "answers are wrong"}],
        "lowers": [{"control": "limit-queries", "effect": "hinders", "at": "path"}],
        "references": ["AML.T0015"],
        "not_when": "Nobody relies on the answers.",
        **more,
    }
    return Pattern.model_validate(given)


PATTERNS = (
    pattern("evade"),
    pattern(
        "extract",
        when={"discloses_to": "untrusted"},
        stride=["information-disclosure"],
        impact=[{"dimension": "confidentiality", "base": 4, "because": "the model is copied"}],
        lowers=[
            {"control": "limit-queries", "effect": "hinders", "at": "path"},
            {"control": "log-queries", "effect": "detects"},
        ],
    ),
    pattern(
        "poison",
        kinds=["training"],
        when={"all": [{"fact": "system.learns_from_others"}, {"reached_by": "untrusted"}]},
        likelihood={
            "access": "black-box",
            "effort": "medium",
            "because": "many inputs are needed",
            "raise": [{"if": {"fact": "writers", "is": "anyone"}, "because": "anyone writes"}],
        },
    ),
    pattern("overload", when={"fact": "variable_cost"}, stride=["denial-of-service"]),
    pattern("inject", kinds=["llm"]),
)


def knowledge(patterns: tuple[Pattern, ...] = PATTERNS) -> Knowledge:
    entry = Entry(list=ListName.ATLAS, edition="2026.09", id="AML.T0015", name="Evade AI Model")
    reductions = {
        "prevents": {"partial": {"likelihood": 1}, "full": {"likelihood": 3}},
        "hinders": {"partial": {"likelihood": 1}, "full": {"likelihood": 2}},
        "detects": {"partial": {}, "full": {"impact": 1}},
        "recovers": {"partial": {"impact": 1}, "full": {"impact": 2}},
    }
    return Knowledge(
        digest="small",
        catalogues=(
            Catalogue(
                list=ListName.ATLAS,
                edition="2026.09",
                title="MITRE ATLAS",
                publisher="MITRE",
                licence="Apache-2.0",
                url="https://atlas.mitre.org",
                entries=(entry,),
            ),
        ),
        kinds=tuple(map(kind_entry, ComponentKind)),
        facts=(
            fact_entry("llm", "capability", gate=True),
            fact_entry("trains", "capability", gate=True),
            fact_entry("learns_from_others", "capability", gate=True),
            fact_entry("outsiders", "exposure", gate=True),
            fact_entry("incident_response", "control", choices=CONTROL),
            fact_entry("variable_cost", "capability", "inference-endpoint"),
            fact_entry("untrusted_content", "exposure", "dataset", "inference-endpoint"),
            fact_entry("writers", "structural", "training", "dataset", choices=WRITERS),
            fact_entry("rate_limit", "control", "inference-endpoint", "gateway", choices=CONTROL),
            fact_entry("query_audit", "control", "inference-endpoint", choices=CONTROL),
        ),
        patterns=patterns,
        mitigations=(
            mitigation("limit-queries", "rate_limit"),
            mitigation("log-queries", "query_audit"),
        ),
        archetypes=(),
        risk=RiskTable.model_validate(
            {
                "effort": {"low": 4, "medium": 3, "high": 2},
                "access": {
                    "black-box": 0,
                    "grey-box": 0,
                    "white-box": -1,
                    "physical": -1,
                    "supply-chain": -1,
                    "insider": -1,
                },
                "sensitivity": {
                    "public": 1,
                    "internal": 2,
                    "confidential": 3,
                    "personal": 4,
                    "special": 5,
                },
                "effects": reductions,
                "levels": {"low": 1, "medium": 6, "high": 10, "critical": 16},
            }
        ),
    )


def mitigation(id_: str, fact: str) -> MitigationEntry:
    return MitigationEntry.model_validate(
        {
            "id": id_,
            "title": id_.replace("-", " ").capitalize(),
            "description": "Does something.",
            "stage": "operation",
            "effort": "low",
            "fact": fact,
            "verify": "Look.",
        }
    )


INTERNET = Boundary(
    id="internet", name="The internet", trust=TrustLevel.UNTRUSTED, provenance=ASSUMED
)
PRODUCTION = Boundary(
    id="production", name="Production", trust=TrustLevel.TRUSTED, provenance=ASSUMED
)


def component(
    id_: str, kind: str, zone: str = "production", by: Provenance = SAID, **facts: Fact
) -> Component:
    return Component(
        id=id_,
        name=id_.replace("-", " ").capitalize(),
        kind=ComponentKind(kind),
        boundary=zone,
        facts=dict(facts),
        provenance=by,
    )


def flow(source: str, target: str, movement: str = "call", by: Provenance = SAID) -> Flow:
    return Flow(
        id=f"{source}-to-{target}",
        source=source,
        target=target,
        carries="requests",
        movement=Movement(movement),
        provenance=by,
    )


def said(value: str | None) -> Fact:
    return Fact(value=value, provenance=SAID)


def guessed(value: str) -> Fact:
    return Fact(value=value, provenance=ASSUMED)


def system(
    components: tuple[Component, ...],
    flows: tuple[Flow, ...] = (),
    facts: Facts | None = None,
    assets: tuple[Asset, ...] = (),
) -> SystemModel:
    return SystemModel(
        name="Scoring",
        facts=facts or {},
        boundaries=(INTERNET, PRODUCTION),
        components=components,
        flows=flows,
        assets=assets,
    )


def scoring(by: Provenance = SAID, **facts: Fact) -> SystemModel:
    """A customer on the internet calls an endpoint; the flow is stated or assumed."""
    return system(
        (
            component("customer", "person", "internet"),
            component("endpoint", "inference-endpoint", "production", SAID, **facts),
        ),
        (flow("customer", "endpoint", by=by),),
    )


def customer_data(*held_by: str) -> Asset:
    return Asset(
        id="customer-data",
        name="Customer data",
        sensitivity=Sensitivity.PERSONAL,
        held_by=held_by,
        provenance=SAID,
    )
