"""What is left to do, in phases."""

from __future__ import annotations

from datetime import date
from math import prod

import pytest
from hypothesis import given

from tests.engine.paths import IDS, applied, entry, knowledge, known, threat, threats
from tests.exchange import example
from threatwright.engine.derive import begin
from threatwright.engine.roadmap.gains import DONE, best, full, left
from threatwright.engine.roadmap.phases import UNTIL, roadmap
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.roadmap import PhaseName, Roadmap, Work
from threatwright.model.system import SystemModel
from threatwright.model.terms import Effect, Effort, Level, MitigationStatus, Status
from threatwright.model.threats import Threat


def model_of(*found: Threat) -> ThreatModel:
    return example.model(threats=found)


def answered(model: ThreatModel) -> ThreatModel:
    facts = {"incident_response": Fact(value="all", provenance=example.READ)}
    return model.model_copy(update={"system": model.system.model_copy(update={"facts": facts})})


def work_of(found: Roadmap) -> list[Work]:
    return [work for phase in found.phases for work in phase.work]


def order_of(found: Roadmap) -> list[str]:
    return [work.mitigation for work in work_of(found)]


@given(threats(), knowledge())
def test_the_phases_hold_each_open_mitigation_once(found: list[Threat], known: Knowledge) -> None:
    open_ = {m.id for t in found for m in t.mitigations if m.status not in DONE}
    assert sorted(order_of(roadmap(model_of(*found), known))) == sorted(open_)


@given(threats(), knowledge())
def test_nothing_comes_before_what_it_builds_on(found: list[Threat], known: Knowledge) -> None:
    told = roadmap(model_of(*found), known)
    order = order_of(told)
    for work in work_of(told):
        assert all(order.index(first) < order.index(work.mitigation) for first in work.after)
        named = known.mitigation_entries[work.mitigation].after
        assert {first for first in named if first in order} <= set(work.after)


@given(threats(), knowledge())
def test_after_the_last_phase_the_matrix_is_what_is_left_with_everything_in_place(
    found: list[Threat], known: Knowledge
) -> None:
    told = roadmap(model_of(*found), known)
    responds = any(m.id == "respond" and m.status not in DONE for t in found for m in t.mitigations)
    target = 0
    for one in found:
        done = [m if m.status in DONE else full(m) for m in one.mitigations]
        target += prod(left(one, best(done), known.risk, responds))
    assert told.phases[-1].after.total == target
    assert told.today.total - sum(phase.takes_off for phase in told.phases) == target


@given(threats(), knowledge())
def test_no_phase_adds_risk_and_every_matrix_counts_every_threat(
    found: list[Threat], known: Knowledge
) -> None:
    told = roadmap(model_of(*found), known)
    matrices = [told.today, *(phase.after for phase in told.phases)]
    assert all(sum(matrix.levels.values()) == len(found) for matrix in matrices)
    assert all(sum(c.threats for c in matrix.cells) == len(found) for matrix in matrices)
    totals = [matrix.total for matrix in matrices]
    assert totals == sorted(totals, reverse=True)
    assert all(work.takes_off >= 0 for work in work_of(told))


@given(threats(), knowledge())
def test_a_phase_ends_as_soon_as_its_share_is_reached(
    found: list[Threat], known: Knowledge
) -> None:
    told = roadmap(model_of(*found), known)
    all_ = sum(work.takes_off for work in work_of(told))
    done = 0
    for phase in told.phases[:2]:
        share = UNTIL[phase.name] * all_
        if phase.work:
            assert done + phase.takes_off - phase.work[-1].takes_off < share
        done += phase.takes_off
        assert done >= share


def test_what_takes_most_off_for_its_effort_comes_first() -> None:
    found = [
        threat(1, [applied("dear"), applied("cheap", Effect.HINDERS)]),
        threat(2, [applied("dear")], impact=5),
    ]
    told = roadmap(model_of(*found), known(entry("dear", Effort.HIGH), entry("cheap")))
    assert order_of(told) == ["cheap", "dear"]
    assert [work.takes_off for work in work_of(told)] == [8, 4 + 15]


def test_two_that_do_the_same_do_not_add_up() -> None:
    told = roadmap(model_of(threat(1, [applied("a"), applied("b")])), known(entry("a"), entry("b")))
    assert [work.takes_off for work in work_of(told)] == [12, 0]
    assert [len(phase.work) for phase in told.phases] == [1, 0, 1]


def test_a_first_step_that_takes_nothing_off_is_ranked_with_what_waits_for_it() -> None:
    found = [
        threat(1, [applied("signed"), applied("check")]),
        threat(2, [applied("small", Effect.HINDERS)], likelihood=2, impact=2),
        threat(3, [applied("sign", Effect.DETECTS)]),
    ]
    told = roadmap(
        model_of(*found),
        known(entry("sign"), entry("signed", after=("sign",)), entry("small"), entry("check")),
    )
    assert order_of(told)[:3] == ["check", "small", "sign"]
    alone = [threat(1, [applied("signed")]), *found[1:]]
    told = roadmap(
        model_of(*alone), known(entry("sign"), entry("signed", after=("sign",)), entry("small"))
    )
    assert order_of(told) == ["sign", "signed", "small"]
    assert work_of(told)[1].after == ("sign",)


def test_detection_waits_for_somebody_who_responds() -> None:
    found = threat(
        1, [applied("watch", Effect.DETECTS), applied("respond", Effect.RECOVERS, at=("system",))]
    )
    base = known(entry("watch"), entry("respond", Effort.HIGH, fact="incident_response"))
    told = roadmap(model_of(found), base)
    assert order_of(told) == ["respond", "watch"]
    assert [work.takes_off for work in work_of(told)] == [8, 4]
    assert not told.unheard
    assert order_of(roadmap(answered(model_of(found)), base)) == ["watch", "respond"]


def test_who_responds_is_credited_with_what_came_to_be_detected_elsewhere() -> None:
    found = [
        threat(1, [applied("watch", Effect.DETECTS)]),
        threat(2, [applied("respond", Effect.RECOVERS, MitigationStatus.PARTIAL)], impact=1),
    ]
    base = known(entry("watch"), entry("respond", after=("watch",), fact="incident_response"))
    told = roadmap(model_of(*found), base)
    assert [(work.mitigation, work.takes_off) for work in work_of(told)] == [
        ("watch", 0),
        ("respond", 4),
    ]


def test_it_is_said_where_nobody_would_respond() -> None:
    found = model_of(threat(1, [applied("watch", Effect.DETECTS)]))
    told = roadmap(found, known(entry("watch")))
    assert told.unheard
    assert work_of(told)[0].takes_off == 0
    assert not roadmap(answered(found), known(entry("watch"))).unheard


def test_what_is_built_on_and_is_nowhere_is_needed() -> None:
    limited = entry("limit", after=("limit-queries",))
    found = threat(1, [applied("limit")])
    needing = roadmap(model_of(found), known(limited))
    assert work_of(needing)[0].needs == ("limit-queries",)
    in_place = applied("limit-queries", Effect.HINDERS, MitigationStatus.IN_PLACE)
    having = roadmap(model_of(found, threat(2, [in_place])), known(limited))
    assert work_of(having)[0].needs == ()


@pytest.mark.parametrize(("value", "needs"), [("all", ()), (None, ("limit-queries",))])
def test_what_is_built_on_may_be_stated_and_unknown_is_not(
    value: str | None, needs: tuple[str, ...]
) -> None:
    model = model_of(threat(1, [applied("limit")]))
    facts = {"rate_limit": Fact(value=value, provenance=example.READ)}
    parts = [
        c.model_copy(update={"facts": facts}) if c.id == "scoring-api" else c
        for c in model.system.components
    ]
    system = model.system.model_copy(update={"components": tuple(parts)})
    told = roadmap(
        model.model_copy(update={"system": system}),
        known(entry("limit", after=("limit-queries",))),
    )
    assert work_of(told)[0].needs == needs


def test_owners_are_those_of_the_mitigation_else_those_of_its_threats() -> None:
    owned = threat(1, [applied("a"), applied("b", owner="Bo", due=date(2999, 1, 2))])
    owned = owned.model_copy(update={"owner": "Kim", "due": date(2999, 3, 4)})
    told = {w.mitigation: w for w in work_of(roadmap(model_of(owned), known()))}
    assert (told["a"].owners, told["a"].due) == (("Kim",), date(2999, 3, 4))
    assert (told["b"].owners, told["b"].due) == (("Bo",), date(2999, 1, 2))


def test_a_mitigation_that_the_knowledge_base_forgot_stays_on_the_roadmap() -> None:
    (work,) = work_of(roadmap(model_of(threat(1, [applied("gone")])), known()))
    assert (work.mitigation, work.effort, work.stage, work.role) == ("gone", None, None, None)


def test_what_is_not_to_be_done_is_told_apart() -> None:
    found = threat(1, [applied("a", status=MitigationStatus.NOT_DOING)])
    told = roadmap(model_of(found), known(entry("a")))
    assert (told.not_doing, work_of(told)) == (("A",), [])


def test_rejected_and_inherited_threats_ask_for_nothing() -> None:
    one = threat(1, [applied("a")])
    for change in ({"status": Status.REJECTED, "reason": "no"}, {"inherited": "platform"}):
        told = roadmap(model_of(one.model_copy(update=change)), known(entry("a")))
        assert (work_of(told), told.today.total) == ([], 0)


def test_an_empty_model_has_three_empty_phases() -> None:
    told = roadmap(ThreatModel(id="x", name="", system=SystemModel(name="")), known())
    assert [(phase.name, phase.work) for phase in told.phases] == [(n, ()) for n in PhaseName]
    assert told.today.levels == dict.fromkeys(reversed(Level), 0)


def test_threats_without_mitigations_stay_where_they_are() -> None:
    told = roadmap(model_of(threat(1, [])), known())
    assert told.today == told.phases[-1].after
    assert told.today.levels[Level.CRITICAL] == 1


def test_today_is_the_residual_risk_that_a_drafted_model_shows() -> None:
    base = load_knowledge()
    text = "Customers call a public API. It scores payments with a model that is retrained nightly."
    model = begin("x", [Source(kind=SourceKind.PROSE, name="x.md", text=text)], base)
    told = roadmap(model, base)
    assert model.threats
    assert told.today.total == sum(threat.residual for threat in model.threats)
    assert set(IDS).isdisjoint(order_of(told))
