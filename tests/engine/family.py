"""A platform that serves models, and a team whose customers call them: one inherits the other."""

from __future__ import annotations

from tests.engine import small
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.inheritance.prefixed import brought
from threatwright.model.document import ThreatModel
from threatwright.model.inheritance import Inherited, Inherits
from threatwright.model.journal import Decided, JournalEntry, Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import SystemModel
from threatwright.model.terms import Status
from threatwright.model.threats import Threat

KNOWLEDGE = small.knowledge()


def serving(*, is_public: bool = False) -> SystemModel:
    """A gateway that limits queries, before an endpoint; strangers come to it if it is public."""
    stranger = (small.component("stranger", "person", "internet"),) if is_public else ()
    calls = (small.flow("stranger", "gateway"),) if is_public else ()
    return small.system(
        (
            *stranger,
            small.component("gateway", "gateway", rate_limit=small.said("all")),
            small.component("endpoint", "inference-endpoint"),
        ),
        (*calls, small.flow("gateway", "endpoint")),
    )


def calling() -> SystemModel:
    """A customer on the internet and a job of the team's own; the customer calls the platform."""
    return small.system(
        (
            small.component("customer", "person", "internet"),
            small.component("training", "training"),
        ),
        (
            small.flow("customer", "platform/gateway").model_copy(update={"id": "calls"}),
            small.flow("platform/endpoint", "training", "send").model_copy(update={"id": "logs"}),
        ),
    )


def model_of(name: str, system: SystemModel, knowledge: Knowledge = KNOWLEDGE) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name=f"{name}.json", text=name, system=system)
    return begin(name, [source], knowledge)


def after(model: ThreatModel, *entries: JournalEntry) -> ThreatModel:
    return derive(record(model, *entries), KNOWLEDGE)


def decided(model: ThreatModel, threat: str) -> ThreatModel:
    said = Decided(
        n=len(model.journal) + 1,
        by="Pat",
        threat=threat,
        status=Status.ACCEPTED,
        reason="watched",
        owner="Pat",
    )
    return after(model, said)


def taken_in(model: ThreatModel, prefix: str = "platform", by: str = "") -> Inherited:
    """What a model brings, as if its file had been read."""
    file = f"{prefix}.threatmodel.yaml"
    return brought(model, prefix, file=file, path="", digest=model.model_dump_json(), by=by)


def inheriting(
    model: ThreatModel, *inherited: Inherited, knowledge: Knowledge = KNOWLEDGE
) -> ThreatModel:
    """The model with what others bring, derived."""
    entries = tuple(
        Inherits.model_validate({"file": one.file, "as": one.prefix})
        for one in inherited
        if not one.by
    )
    named = model.model_copy(update={"inherits": entries})
    return derive(named.inheriting(inherited), knowledge)


def team(platform: ThreatModel) -> ThreatModel:
    """The team's model on top of a platform."""
    return inheriting(model_of("Team", calling()), taken_in(platform))


def threat(model: ThreatModel, id_: str) -> Threat:
    return next(t for t in model.threats if t.id == id_)
