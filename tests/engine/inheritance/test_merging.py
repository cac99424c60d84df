from __future__ import annotations

import pytest

from tests.engine import small
from tests.engine.family import (
    KNOWLEDGE,
    after,
    calling,
    decided,
    inheriting,
    model_of,
    serving,
    taken_in,
    team,
    threat,
)
from threatwright.engine.derive import derive
from threatwright.engine.inheritance.merging import is_outdated, own_part, viewed, whole
from threatwright.engine.inheritance.outline import changes, outline
from threatwright.engine.interview.confirming import unconfirmed
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.record.by_hand import digest
from threatwright.engine.rules.coverage import coverage
from threatwright.engine.said.answers import entries_for
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered
from threatwright.model.said import Answer, Correct, Decide, DontKnow, Revise, Said, Skip
from threatwright.model.system import SYSTEM
from threatwright.model.terms import ComponentKind, Status

EVADE = "T-evade@platform/endpoint"


@pytest.fixture
def platform() -> ThreatModel:
    return model_of("Platform", serving())


@pytest.fixture
def public() -> ThreatModel:
    """A platform that strangers reach without any team, and that decided about that."""
    return decided(model_of("Platform", serving(is_public=True)), "T-evade@endpoint")


# --- what comes in ----------------------------------------------------------------------------


def test_inherited_elements_come_under_a_prefix_and_say_whose_they_are(
    platform: ThreatModel,
) -> None:
    system = team(platform).system
    assert [c.id for c in system.components] == [
        "customer",
        "training",
        "platform/gateway",
        "platform/endpoint",
    ]
    assert system.name_of("platform/endpoint") == "Endpoint (platform)"
    assert system.elements["platform/endpoint"].provenance.source == (
        "inherited:platform:document:design.md:1"
    )
    assert system.zones["platform/production"].name == "Production (platform)"


def test_an_answer_given_there_is_not_taken_for_one_given_here(platform: ThreatModel) -> None:
    answered = after(platform, Answered(n=1, question="endpoint.rate_limit", value="all"))
    fact = team(answered).system.fact("platform/endpoint", "rate_limit")
    assert fact is not None
    assert fact.provenance.source == "inherited:platform:answer:1"
    assert fact.is_stated


def test_what_was_assumed_there_is_assumed_here() -> None:
    guessed = small.system(
        (small.component("gateway", "gateway", by=small.ASSUMED, rate_limit=small.guessed("all")),)
    )
    system = team(model_of("Platform", guessed)).system
    assert not system.elements["platform/gateway"].provenance.is_stated
    fact = system.fact("platform/gateway", "rate_limit")
    assert fact is not None
    assert not fact.is_stated


def test_facts_of_the_system_as_a_whole_are_not_inherited() -> None:
    trained = small.system(
        (small.component("training", "training"),), facts={"incident_response": small.said("all")}
    )
    assert "incident_response" not in team(model_of("Platform", trained)).system.facts


def test_what_is_made_of_files_of_files_keeps_one_prefix_each(platform: ThreatModel) -> None:
    middle = inheriting(model_of("Middle", calling()), taken_in(platform))
    base = taken_in(platform, by="middle")
    system = inheriting(model_of("Team", small.system(())), taken_in(middle, "middle"), base).system
    assert {c.id for c in system.components} == {
        "middle/customer",
        "middle/training",
        "platform/gateway",
        "platform/endpoint",
    }
    assert system.elements["middle/calls"].target == "platform/gateway"  # type: ignore[union-attr]


# --- the whole --------------------------------------------------------------------------------


def test_a_path_through_the_platform_makes_a_threat_of_the_teams_own(
    platform: ThreatModel,
) -> None:
    assert "T-evade@endpoint" not in {t.id for t in platform.threats}
    found = threat(team(platform), EVADE)
    assert not found.inherited
    assert [step.element for step in found.attack_path] == [
        "customer",
        "platform/gateway",
        "platform/endpoint",
    ]


def test_a_control_of_the_platform_counts_on_a_path_through_it(platform: ThreatModel) -> None:
    found = threat(team(platform), EVADE)
    assert found.residual < found.risk
    assert any(m.at == ("platform/gateway", "platform/endpoint") for m in found.mitigations)


def test_what_a_path_through_the_platform_reaches_is_threatened_too(platform: ThreatModel) -> None:
    learning = after(
        team(platform), Answered(n=1, question=f"{SYSTEM}.learns_from_others", value="yes")
    )
    found = threat(learning, "T-poison@training")
    assert [step.element for step in found.attack_path][:3] == [
        "customer",
        "platform/gateway",
        "platform/endpoint",
    ]


def test_a_threat_that_the_platform_holds_is_shown_as_it_was_decided_there_and_not_twice(
    public: ThreatModel,
) -> None:
    model = team(public)
    theirs = threat(public, "T-evade@endpoint")
    shown = [t for t in model.threats if t.id == EVADE]
    assert [(t.inherited, t.status, t.owner, t.residual) for t in shown] == [
        ("platform", Status.ACCEPTED, "Pat", theirs.residual)
    ]
    assert shown[0].title == f"{theirs.title} (platform)"


def test_a_decision_of_the_team_does_not_change_what_is_inherited(public: ThreatModel) -> None:
    own = decided(team(model_of("Platform", serving())), EVADE)
    assert threat(own, EVADE).owner == "Pat"
    later = inheriting(own_part(own), taken_in(decided(public, "T-evade@endpoint")))
    assert threat(later, EVADE).inherited == "platform"


def test_the_cells_of_inherited_elements_hold_what_is_known_there(public: ThreatModel) -> None:
    cells = [c for c in coverage(team(public), KNOWLEDGE) if c.element == "platform/endpoint"]
    assert any(EVADE in cell.threats for cell in cells)
    assert any("overload" in cell.because for cell in cells)


def test_risk_that_the_team_adds_to_is_a_gap_to_be_told() -> None:
    raising = small.pattern(
        "slow",
        when={"fact": "variable_cost"},
        likelihood={
            "access": "black-box",
            "effort": "high",
            "because": "it takes work",
            "raise": [{"if": {"reached_by": "untrusted"}, "because": "anyone can"}],
        },
    )
    knowledge = small.knowledge((raising,))
    base = serving().model_copy(
        update={
            "components": (
                small.component("gateway", "gateway"),
                small.component("endpoint", "inference-endpoint", variable_cost=small.said("yes")),
            )
        }
    )
    platform = model_of("Platform", base, knowledge)
    model = inheriting(
        model_of("Team", calling(), knowledge), taken_in(platform), knowledge=knowledge
    )
    (gap,) = [g for g in model.gaps if g.id == "raises-platform"]
    assert "slow at Endpoint (platform) (from 6 to 9)" in gap.text
    assert "platform.threatmodel.yaml" in gap.fix


def test_a_platform_that_was_not_drafted_lately_is_a_gap() -> None:
    platform = model_of("Platform", serving(is_public=True)).model_copy(update={"threats": ()})
    model = team(platform)
    (gap,) = [g for g in model.gaps if g.id == "outdated-platform"]
    assert "evade at Endpoint (platform)" in gap.text
    assert EVADE not in {t.id for t in model.threats}


# --- what is asked, and what is refused -------------------------------------------------------


def test_nothing_is_asked_about_what_is_inherited(platform: ThreatModel) -> None:
    asked = open_questions(team(platform), KNOWLEDGE)
    assert asked
    assert not [q.id for q in asked if q.id.startswith("platform/")]


def test_an_own_place_is_asked_about_where_an_inherited_one_is_silent_too() -> None:
    silent = small.system(
        (small.component("gateway", "gateway"),),
    )
    own = small.system(
        (
            small.component("customer", "person", "internet"),
            small.component("scorer", "inference-endpoint"),
        ),
        (
            small.flow("customer", "platform/gateway").model_copy(update={"id": "calls"}),
            small.flow("platform/gateway", "scorer").model_copy(update={"id": "passes"}),
        ),
    )
    model = inheriting(model_of("Team", own), taken_in(model_of("Platform", silent)))
    assert "scorer.rate_limit" in {q.id for q in open_questions(model, KNOWLEDGE)}


def test_only_ones_own_drawing_is_to_be_confirmed(platform: ThreatModel) -> None:
    assert {*unconfirmed(team(platform))} == {"internet", "production"}


@pytest.mark.parametrize(
    ("said", "done"),
    [
        (Decide(threat=EVADE, status=Status.REJECTED), "decided"),
        (Answer(question="platform/endpoint.rate_limit", value="none"), "answered for"),
        (DontKnow(question="platform/endpoint.rate_limit"), "answered for"),
        (Skip(question="platform/endpoint.rate_limit"), "answered for"),
        (Revise(question="platform/endpoint.rate_limit", value="none"), "answered for"),
        (Correct(remove="platform/endpoint"), "changed"),
        (Correct(rename="platform/endpoint", name="Other"), "changed"),
        (
            Correct(add=ComponentKind.DATABASE, name="Log", boundary="platform/production"),
            "changed",
        ),
    ],
)
def test_what_is_inherited_is_changed_in_its_own_file(
    public: ThreatModel, said: Said, done: str
) -> None:
    with pytest.raises(InputError) as error:
        entries_for(said, None, team(public), KNOWLEDGE)
    assert f"cannot be {done} here" in error.value.problem
    assert f"{done} in platform.threatmodel.yaml" in error.value.fix


def test_a_new_component_stands_in_a_zone_of_ones_own(platform: ThreatModel) -> None:
    said = Correct(add=ComponentKind.DATABASE, name="Log")
    (entry,) = entries_for(said, None, team(platform), KNOWLEDGE)
    assert entry.boundary == "production"  # type: ignore[union-attr]


# --- what stays, and what changes -------------------------------------------------------------


def test_the_models_own_part_holds_nothing_of_the_others(public: ThreatModel) -> None:
    own = own_part(team(public))
    assert {c.id for c in own.system.components} == {"customer", "training"}
    assert not [t.id for t in own.threats if t.inherited]
    assert {v.element for v in own.considered} <= {"customer", "training", "calls", "logs", SYSTEM}
    assert own.derived.system == digest(own.system)


def test_the_whole_is_the_same_however_often_it_is_put_together(public: ThreatModel) -> None:
    model = team(public)
    assert viewed(viewed(own_part(model))) == viewed(model) == model
    assert derive(model, KNOWLEDGE) == model


def test_a_model_that_inherits_nothing_is_left_as_it_is(platform: ThreatModel) -> None:
    assert whole(platform.system, ()) is platform.system
    assert viewed(platform) is platform
    assert platform.system.own is platform.system
    assert not is_outdated(platform)


def test_a_flow_to_what_is_gone_is_left_out_and_comes_back_with_it(platform: ThreatModel) -> None:
    without = small.system((small.component("endpoint", "inference-endpoint"),))
    model = team(model_of("Platform", without))
    assert [f.id for f in model.system.flows] == ["logs"]
    assert [f.id for f in inheriting(own_part(model), taken_in(platform)).system.own.flows] == [
        "calls",
        "logs",
    ]


def test_a_changed_file_is_noticed_until_it_was_derived_with(
    platform: ThreatModel, public: ThreatModel
) -> None:
    model = team(platform)
    assert not is_outdated(model)
    moved = model.inheriting([taken_in(public)])
    assert is_outdated(moved)
    assert not is_outdated(derive(moved, KNOWLEDGE))


def test_changes_name_elements_facts_and_decisions(
    platform: ThreatModel, public: ThreatModel
) -> None:
    answered = after(public, Answered(n=2, question="gateway.rate_limit", value="none"))
    found = [c.text for c in changes(outline(taken_in(platform)), outline(taken_in(answered)))]
    assert found == [
        "added person “Stranger” in platform/internet (platform/stranger)",
        "added platform/stranger call platform/gateway: requests (platform/stranger-to-gateway)",
        "T-evade@platform/endpoint is accepted, owner Pat, residual risk 12",
        "platform/gateway: rate_limit was all, is none|all",
    ]
    back = [c.text for c in changes(outline(taken_in(answered)), outline(taken_in(platform)))]
    assert back[0] == "removed person “Stranger” in platform/internet (platform/stranger)"
    assert "no longer decided: T-evade@platform/endpoint" in back


def test_nothing_changed_is_no_change(public: ThreatModel) -> None:
    assert changes(outline(taken_in(public)), outline(taken_in(public))) == ()
