from __future__ import annotations

from datetime import UTC, datetime

from tests.engine import small
from tests.engine.probes.test_weighing import EVADE, KNOWLEDGE, finding, model, probed
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.review.case import Case
from threatwright.engine.review.checks import objections
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Ruled, Tried
from threatwright.model.journal import Decided, JournalEntry, Source, SourceKind
from threatwright.model.objections import Demands
from threatwright.model.terms import Status

NOW = datetime(2026, 11, 15, tzinfo=UTC)
OF_PROBES = ("not-probed", "finding-lapsed", "finding-undecided")


def found(of: ThreatModel, *, verified: bool = True) -> list[str]:
    case = Case(of, KNOWLEDGE, Demands(verified=verified), NOW)
    return [o.rule for o in objections(case) if o.stops and o.rule in OF_PROBES]


def decided(n: int) -> Decided:
    return Decided(n=n, threat=EVADE, status=Status.ACCEPTED, reason="we know and watch it")


def test_a_confirmation_has_to_be_decided_on_after_it_was_found() -> None:
    run = probed(finding(Tried.CONFIRMED), 2)
    assert found(model(run)) == ["finding-undecided"]
    assert found(model(decided(1), run)) == ["finding-undecided"]
    assert found(model(run, decided(3))) == []


def test_a_suspicion_has_to_be_ruled_on() -> None:
    run = probed(finding(Tried.SUSPECTED))
    ruled = Ruled(n=2, run="r1", threat=EVADE, is_confirmed=False, reason="it only quotes")
    assert found(model(run)) == ["finding-undecided"]
    assert found(model(run, ruled)) == []


def test_what_has_lapsed_has_to_be_run_again() -> None:
    clean = probed(finding(Tried.NOT_OBSERVED))
    other = probed(finding(Tried.INCONCLUSIVE), 2, fingerprint="f2")
    assert found(model(clean)) == []
    assert found(model(clean, other)) == ["finding-lapsed"]


def test_without_the_demand_probes_are_not_asked_for() -> None:
    assert found(model(probed(finding(Tried.CONFIRMED))), verified=False) == []


def bot(permission: str | None, *journal: JournalEntry) -> ThreatModel:
    facts = {"may_be_probed": small.said(permission)} if permission else {}
    system = small.system(
        (
            small.component("customer", "person", "internet"),
            small.component("llm", "llm").model_copy(update={"facts": facts}),
        ),
        (small.flow("customer", "llm"),),
    )
    source = Source(kind=SourceKind.SYSTEM, name="x.json", system=system)
    return derive(record(begin("Bot", [source], KNOWLEDGE), *journal), KNOWLEDGE)


def test_an_endpoint_that_may_be_probed_has_to_be() -> None:
    assert found(bot("own-system-authorised")) == ["not-probed"]
    run = probed(finding(Tried.INCONCLUSIVE), element="llm")
    assert found(bot("own-system-authorised", run)) == []


def test_an_endpoint_that_may_not_be_or_was_not_asked_about_need_not_be() -> None:
    assert found(bot("no")) == []
    assert found(bot(None)) == []
