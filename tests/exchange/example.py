"""A threat model built by hand, for tests of the exports."""

from __future__ import annotations

from typing import Any

from tests.engine import small
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.document import Derivation, ThreatModel
from threatwright.model.facts import Provenance
from threatwright.model.journal import Answered, Source, SourceKind, Unknown
from threatwright.model.system import Asset, Boundary, Component, Flow, SystemModel
from threatwright.model.terms import (
    ComponentKind,
    Coverage,
    Effect,
    Level,
    MitigationStatus,
    Movement,
    Outcome,
    Sensitivity,
    Stage,
    Status,
    Stride,
    TrustLevel,
)
from threatwright.model.threats import AppliedMitigation, Evidence, Gap, Step, Threat, Verdict

READ = Provenance(source="document:description.md:2", quote="the scoring API is public")
GUESSED = Provenance(source="assumed:predictive-api")
KNOWLEDGE = small.knowledge()

HOSTILE = (
    'x|y `<script>alert(1)</script>`\n# End "] end %%{init: {}}%% \x1b[31mred\x1b[0m \u202egnp'
)
"""A name that tries everything: tables, code, HTML, headings, Mermaid, terminal escapes."""


def system(name: str = "Scoring API") -> SystemModel:
    return SystemModel(
        name="Payments",
        purpose="Scores card payments.",
        boundaries=(
            Boundary(
                id="internet", name="Internet", trust=TrustLevel.UNTRUSTED, provenance=GUESSED
            ),
            Boundary(id="cloud", name="Our cloud", trust=TrustLevel.TRUSTED, provenance=GUESSED),
            Boundary(
                id="vault",
                name="Vault",
                trust=TrustLevel.RESTRICTED,
                parent="cloud",
                provenance=GUESSED,
            ),
            Boundary(id="vendor", name="Vendor", trust=TrustLevel.SEMI_TRUSTED, provenance=GUESSED),
        ),
        components=(
            Component(
                id="customer",
                name="Customer",
                kind=ComponentKind.PERSON,
                boundary="internet",
                provenance=GUESSED,
            ),
            Component(
                id="scoring-api",
                name=name,
                kind=ComponentKind.INFERENCE_ENDPOINT,
                boundary="cloud",
                provenance=READ,
            ),
            Component(
                id="training-set",
                name="Training set",
                kind=ComponentKind.DATASET,
                boundary="vault",
                provenance=READ,
            ),
            Component(
                id="hub",
                name="Model hub",
                kind=ComponentKind.MODEL_HUB,
                boundary="vendor",
                provenance=GUESSED,
            ),
        ),
        flows=(
            Flow(
                id="customer-scoring-api",
                source="customer",
                target="scoring-api",
                carries="payments",
                provenance=READ,
            ),
            Flow(
                id="scoring-api-training-set",
                source="scoring-api",
                target="training-set",
                carries="features",
                movement=Movement.READ,
                provenance=GUESSED,
            ),
        ),
        assets=(
            Asset(
                id="card-data",
                name="Card data",
                sensitivity=Sensitivity.SPECIAL,
                held_by=("training-set",),
                provenance=READ,
            ),
        ),
    )


def threat(id_: str = "T-evade@scoring-api", **more: Any) -> Threat:
    given: dict[str, Any] = {
        "id": id_,
        "pattern": "evade",
        "element": "scoring-api",
        "stride": (Stride.TAMPERING,),
        "title": "Crafted payments get past Scoring API",
        "scenario": "A customer shapes payments until they pass.",
        "stage": Stage.OPERATION,
        "attack_path": (
            Step(element="customer", name="Customer", text="starts from outside"),
            Step(
                element="scoring-api",
                name="Scoring API",
                via="customer-scoring-api",
                text="sends crafted input",
            ),
        ),
        "assumptions": ("It is assumed that anyone can become a customer.",),
        "likelihood": 4,
        "likelihood_reasons": ("anyone can try",),
        "impact": 4,
        "impact_reasons": ("fraud passes",),
        "risk": 16,
        "level": Level.CRITICAL,
        "residual": 8,
        "residual_likelihood": 2,
        "residual_impact": 4,
        "residual_reasons": ("rate limits: likelihood −2",),
        "confidence": 0.8,
        "references": (
            Reference(
                list=ListName.ATLAS, edition="2026.09", id="AML.T0015", name="Evade AI Model"
            ),
        ),
        "mitigations": (
            AppliedMitigation(
                id="limit-queries",
                title="Limit queries",
                status=MitigationStatus.IN_PLACE,
                effect=Effect.HINDERS,
                coverage=Coverage.FULL,
                at=("scoring-api",),
            ),
        ),
        "evidence": (
            Evidence(kind="pattern", ref="evade", text="rule of the knowledge base"),
            Evidence(kind="document", ref="document:description.md:2", text="“it is public”"),
            Evidence(kind="answer", ref="answer:1", text="Callers: anyone"),
        ),
        "not_when": "Nobody relies on the score.",
        **more,
    }
    return Threat(**given)


def model(**more: Any) -> ThreatModel:
    given: dict[str, Any] = {
        "id": "00000000-0000-5000-8000-000000000000",
        "name": "Payments",
        "sources": (Source(kind=SourceKind.PROSE, name="description.md", text="# Payments"),),
        "journal": (
            Answered(n=1, by="Ana", role="devops", question="system.outsiders", value="yes"),
            Unknown(n=2, by="Ana", question="scoring-api.query_audit"),
        ),
        "system": system(),
        "threats": (
            threat(),
            threat(
                "T-poison@training-set",
                pattern="poison",
                element="training-set",
                title="Poisoned records reach Training set",
                risk=9,
                likelihood=3,
                impact=3,
                level=Level.MEDIUM,
                residual=9,
                residual_likelihood=3,
                residual_impact=3,
                assumptions=(),
                references=(),
                mitigations=(),
            ),
            threat(
                "T-overload@scoring-api",
                pattern="overload",
                title="Scoring API is overloaded",
                stride=(Stride.DENIAL_OF_SERVICE,),
                risk=4,
                likelihood=2,
                impact=2,
                level=Level.LOW,
                residual=4,
                residual_likelihood=2,
                residual_impact=2,
                status=Status.REJECTED,
                reason="A quota stands before it.",
                owner="Bo",
            ),
        ),
        "considered": (
            Verdict(
                pattern="extract",
                element="scoring-api",
                outcome=Outcome.NOT_ASSESSED,
                because="would apply if scores were shown",
            ),
            Verdict(
                pattern="inject",
                element="system",
                outcome=Outcome.NOT_APPLICABLE,
                because="Language model: no (answer 1)",
            ),
        ),
        "gaps": (Gap(id="g", text="Who can change the model is not said.", fix="Say who."),),
        "derived": Derivation(knowledge="0123456789abcdef", editions={"atlas": "2026.09"}),
        **more,
    }
    return ThreatModel(**given)


def hostile() -> ThreatModel:
    """The model with a hostile text wherever a person's text can stand."""
    return model(
        name=HOSTILE,
        system=system(HOSTILE).model_copy(update={"purpose": HOSTILE}),
        sources=(Source(kind=SourceKind.PROSE, name=HOSTILE, text=HOSTILE),),
        journal=(Answered(n=1, by=HOSTILE, role=HOSTILE, question="system.outsiders", value="x"),),
        threats=(
            threat(
                title=HOSTILE,
                scenario=HOSTILE,
                assumptions=(HOSTILE,),
                likelihood_reasons=(HOSTILE,),
                evidence=(Evidence(kind="answer", ref="answer:1", text=HOSTILE),),
                status=Status.ACCEPTED,
                reason=HOSTILE,
            ),
        ),
        gaps=(Gap(id="g", text=HOSTILE, fix=HOSTILE),),
    )
