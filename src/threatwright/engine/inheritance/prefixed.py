"""A model file as those see it who inherit it: its own part, with ids under its prefix.

Ids begin with the same prefix whichever way a file is reached, so that an element has one id
however many files lead to it. Names say whose the elements are, so that every output does.
"""

from __future__ import annotations

from typing import TypeVar

from threatwright.engine.inheritance.merging import own_part
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Claim, Fact, Facts, Provenance
from threatwright.model.inheritance import Inherited
from threatwright.model.system import (
    SYSTEM,
    Asset,
    Boundary,
    Component,
    Endpoint,
    Flow,
    SystemModel,
    is_inherited,
)
from threatwright.model.threats import Evidence, Step, Threat

P = TypeVar("P", Boundary, Component, Flow, Asset, Endpoint)


def brought(
    model: ThreatModel, prefix: str, *, file: str, path: str, digest: str, by: str = ""
) -> Inherited:
    """What a model file brings to those that inherit it: its own elements and threats."""
    own = own_part(model)
    return Inherited(
        prefix=prefix,
        file=file,
        path=path,
        model=model.id,
        name=model.name,
        digest=digest,
        by=by,
        system=_system(own.system, prefix),
        threats=tuple(_threat(threat, prefix) for threat in own.threats),
        considered=tuple(
            verdict.model_copy(update={"element": _id(verdict.element, prefix)})
            for verdict in own.considered
            if verdict.element != SYSTEM
        ),
    )


def _id(id_: str, prefix: str) -> str:
    """The id as those see it who inherit: what the file itself inherits keeps its own."""
    return id_ if is_inherited(id_) or id_ == SYSTEM else f"{prefix}/{id_}"


def labelled(name: str, prefix: str) -> str:
    """A name that says whose it is: "Model registry (platform)"."""
    return f"{name} ({prefix})"


def bare(name: str, prefix: str) -> str:
    """The name as its own file has it."""
    return name.removesuffix(f" ({prefix})")


def _system(system: SystemModel, prefix: str) -> SystemModel:
    return SystemModel(
        name=system.name,
        purpose=system.purpose,
        facts=_facts(system.facts, prefix),
        boundaries=tuple(
            _moved(
                b, prefix, name=labelled(b.name, prefix), parent=b.parent and _id(b.parent, prefix)
            )
            for b in system.boundaries
        ),
        components=tuple(
            _moved(
                c,
                prefix,
                name=labelled(c.name, prefix),
                boundary=_id(c.boundary, prefix),
                facts=_facts(c.facts, prefix),
            )
            for c in system.components
        ),
        flows=tuple(
            _moved(
                f,
                prefix,
                source=_id(f.source, prefix),
                target=_id(f.target, prefix),
                facts=_facts(f.facts, prefix),
            )
            for f in system.flows
        ),
        assets=tuple(
            _moved(
                a,
                prefix,
                name=labelled(a.name, prefix),
                held_by=tuple(_id(holder, prefix) for holder in a.held_by),
            )
            for a in system.assets
        ),
        endpoints=tuple(
            _moved(e, prefix, component=_id(e.component, prefix)) for e in system.endpoints
        ),
    )


def _moved(part: P, prefix: str, **changed: object) -> P:
    return part.model_copy(
        update={
            "id": _id(part.id, prefix),
            "provenance": _provenance(part.provenance, prefix),
            **changed,
        }
    )


def _provenance(provenance: Provenance, prefix: str) -> Provenance:
    """An answer's number is of another journal here; what was assumed there is assumed here."""
    if provenance.is_stated:
        return provenance.model_copy(update={"source": f"inherited:{prefix}:{provenance.source}"})
    if provenance.kind == "accepted-default":
        return provenance.model_copy(update={"source": provenance.kind})
    return provenance


def _facts(facts: Facts, prefix: str) -> Facts:
    return {key: _fact(fact, prefix) for key, fact in facts.items()}


def _fact(fact: Fact, prefix: str) -> Fact:
    return fact.model_copy(
        update={
            "provenance": _provenance(fact.provenance, prefix),
            "against": tuple(
                Claim(value=c.value, provenance=_provenance(c.provenance, prefix))
                for c in fact.against
            ),
        }
    )


def _threat(threat: Threat, prefix: str) -> Threat:
    pattern, at, element = threat.id.rpartition("@")
    return threat.model_copy(
        update={
            "id": f"{pattern}@{_id(element, prefix)}" if at else _id(threat.id, prefix),
            "element": _id(threat.element, prefix),
            "title": labelled(threat.title, prefix),
            "attack_path": tuple(_step(step, prefix) for step in threat.attack_path),
            "mitigations": tuple(
                m.model_copy(update={"at": tuple(_id(place, prefix) for place in m.at)})
                for m in threat.mitigations
            ),
            "evidence": tuple(_evidence(e, prefix) for e in threat.evidence),
            "inherited": prefix,
        }
    )


def _step(step: Step, prefix: str) -> Step:
    via = step.via and _id(step.via, prefix)
    return step.model_copy(update={"element": _id(step.element, prefix), "via": via})


def _evidence(evidence: Evidence, prefix: str) -> Evidence:
    if evidence.ref.partition(":")[0] != evidence.kind or evidence.kind == "assumed":
        return evidence
    return evidence.model_copy(
        update={"kind": "inherited", "ref": f"inherited:{prefix}:{evidence.ref}"}
    )
