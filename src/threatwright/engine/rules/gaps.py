"""What the model itself is missing: places where it is a black box to its reviewers."""

from __future__ import annotations

from threatwright.engine.rules.reachability import FILLED_BY_OUTSIDERS
from threatwright.engine.sort import has_ai
from threatwright.model.facts import NO, YES
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.terms import ComponentKind as K
from threatwright.model.threats import Gap

_SERVING = (K.INFERENCE_ENDPOINT, K.LLM, K.AGENT, K.EDGE_DEVICE, K.MOBILE_APP, K.JOB)
_MODELS = (K.INFERENCE_ENDPOINT, K.LLM, K.MODEL_ARTIFACT, K.MODEL_REGISTRY, K.TRAINING, K.AGENT)
_DATA = (K.DATA_SOURCE, K.DATASET, K.FEATURE_STORE, K.LABELLING)
_CHANGE = (K.TRAINING, K.CI_CD, K.MODEL_REGISTRY, K.NOTEBOOK, K.CODE_REPOSITORY)


def gaps(system: SystemModel, knowledge: Knowledge) -> tuple[Gap, ...]:
    """Findings of completeness, the gravest first."""
    if not system.components:
        return (
            Gap(
                id="nothing-described",
                text="Nothing is described yet, so there is nothing to assess.",
                fix="Say in a few sentences what the system does, with which model, for whom.",
            ),
        )
    if not has_ai(system, knowledge):
        return (
            Gap(
                id="no-ai",
                text="No AI or ML part was found in the description, so no ML threat is drafted.",
                fix="If there is a model, say what it is and what it decides.",
            ),
        )
    found = []
    if not system.of_kind(_SERVING):
        found.append(
            Gap(
                id="no-inference-endpoint",
                text="It is not described where the model answers: no endpoint, job or device.",
                fix="Say what calls the model, and how.",
            )
        )
    if not system.of_kind((*_DATA, K.TRAINING)) and not _denied(system, "trains"):
        found.append(
            Gap(
                id="no-data-supply-chain",
                text="The model is a black box here: where its training data came from is unsaid.",
                fix="Say who collected and labelled the data, or that a vendor did.",
            )
        )
    if system.of_kind(_MODELS) and not _origin_of_weights(system):
        found.append(
            Gap(
                id="no-origin-of-weights",
                text="Where the model's weights come from is not described.",
                fix="Say whether they are your own, from a public hub, or a vendor's.",
            )
        )
    if not system.of_kind(_CHANGE):
        found.append(
            Gap(
                id="nobody-can-change-the-model",
                text="Who can change the model, its prompt or its configuration is not described.",
                fix="Name the pipeline, the registry or the people who release a new version.",
            )
        )
    if not system.of_kind((K.PERSON, K.EXTERNAL_SYSTEM)):
        found.append(
            Gap(
                id="nobody-uses-it",
                text="Nobody uses the system as described: no person, no other system.",
                fix="Say who sends it input and who relies on its output.",
            )
        )
    found.extend(_contradictions(system))
    found.extend(_unjoined(system))
    return tuple(found)


def _denied(system: SystemModel, gate: str) -> bool:
    fact = system.facts.get(gate)
    return fact is not None and fact.is_stated and fact.value == NO


def _origin_of_weights(system: SystemModel) -> bool:
    keys = ("pretrained_source", "model_family", "third_party_model")
    holders = [system.facts, *(c.facts for c in system.components)]
    return any(
        (fact := facts.get(key)) is not None and fact.value is not None
        for facts in holders
        for key in keys
    )


def _contradictions(system: SystemModel) -> list[Gap]:
    """Statements on who can influence what that cannot both be so."""
    if not _denied(system, "outsiders"):
        return []
    return [
        Gap(
            id=f"contradiction-{component.id}",
            text=f"No outsider can influence the input, it was said; yet {component.name} holds "
            "content of outsiders.",
            fix="Say which of the two is so. Until then the less safe one is drafted.",
        )
        for component in sorted(system.own.components, key=lambda c: c.id)
        if (fact := component.facts.get(FILLED_BY_OUTSIDERS)) is not None
        and fact.is_stated
        and fact.value == YES
    ]


def _unjoined(system: SystemModel) -> list[Gap]:
    joined = {end for flow in system.flows for end in (flow.source, flow.target)}
    return [
        Gap(
            id=f"unjoined-{component.id}",
            text=f"{component.name} is joined to nothing: no flow reaches or leaves it.",
            fix="Say what it receives and what it passes on, or remove it.",
        )
        for component in sorted(system.own.components, key=lambda c: c.id)
        if component.id not in joined
    ]
