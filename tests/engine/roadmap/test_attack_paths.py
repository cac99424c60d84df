"""The attack paths of a model, step by step, and what stands on them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from tests.engine.small import (
    CONTROL,
    SAID,
    component,
    customer_data,
    fact_entry,
    flow,
    knowledge,
    mitigation,
    pattern,
    said,
    scoring,
    system,
)
from tests.engine.test_properties import WIDE, systems
from tests.exchange import example
from threatwright.engine.derive import begin
from threatwright.engine.roadmap.attack_paths import attack_paths
from threatwright.engine.roadmap.cuts import ALL_PATHS, attacks
from threatwright.engine.roadmap.ways import MOST_WAYS
from threatwright.knowledge.load import load_knowledge
from threatwright.model.attack import AttackPath, Move
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Component, Flow, SystemModel
from threatwright.model.terms import Dimension, MitigationStatus, Status
from threatwright.model.threats import Threat

PREVENTED = pattern(
    "evade", lowers=[{"control": "limit-queries", "effect": "prevents", "at": "path"}]
)
INSIDE = pattern(
    "swap",
    when={"fact": "system.trains"},
    likelihood={"access": "insider", "effort": "low", "because": "staff can"},
)


def drafted(found: SystemModel, *patterns: Any) -> tuple[ThreatModel, Knowledge]:
    known = knowledge(patterns or (PREVENTED,))
    source = Source(kind=SourceKind.SYSTEM, name="s.json", system=found)
    return begin("Scoring", [source], known), known


def paths_of(found: SystemModel, *patterns: Any) -> tuple[AttackPath, ...]:
    return attack_paths(*drafted(found, *patterns)).paths


def two_doors(**facts: Fact) -> SystemModel:
    """A customer calls an endpoint directly, and by a gateway that may limit the rate."""
    return system(
        (
            component("customer", "person", "internet"),
            component("gateway", "gateway", "production", SAID, **facts),
            component("endpoint", "inference-endpoint"),
        ),
        (flow("customer", "endpoint"), flow("customer", "gateway"), flow("gateway", "endpoint")),
    )


def texts(path: AttackPath) -> list[tuple[str, str]]:
    return [(step.move.value, step.text) for step in path.steps]


def test_a_path_goes_from_the_entry_to_the_harm_and_out_again() -> None:
    out = pattern(
        "extract",
        when={"all": [{"reached_by": "untrusted"}, {"discloses_to": "untrusted"}]},
        title="The model of {element} is copied",
    )
    (path,) = paths_of(scoring(), out)
    assert texts(path) == [
        ("enter", "the attacker acts through Customer, in The internet (untrusted)"),
        ("move", "on to Endpoint, by way of requests"),
        ("harm", "The model of Endpoint is copied"),
        ("leave", "on to Customer, by way of requests"),
    ]
    assert path.steps[1].via == "customer-to-endpoint"
    assert [t.reference.id for t in path.steps[2].techniques] == ["AML.T0015"]


def test_every_other_door_makes_a_path_of_its_own() -> None:
    found = paths_of(two_doors())
    assert [path.id for path in found] == ["T-evade@endpoint/1", "T-evade@endpoint/2"]
    ways = [[s.element for s in path.steps if s.move is not Move.HARM] for path in found]
    assert ways == [["customer", "endpoint"], ["customer", "gateway", "endpoint"]]


def test_a_control_cuts_only_the_paths_that_it_stands_on() -> None:
    direct, by_gateway = paths_of(two_doors(rate_limit=said("all")))
    assert direct.cut_by == ()
    assert [(c.mitigation, c.element) for c in direct.could_cut] == [("limit-queries", "endpoint")]
    assert [c.mitigation for c in by_gateway.cut_by] == ["limit-queries"]
    assert [c.cuts for step in by_gateway.steps for c in step.controls] == [True, True]


def test_what_is_in_place_in_part_or_unknown_cuts_nothing() -> None:
    for fact in (
        said("some"),
        said("none"),
        said(None),
        Fact(value="all", provenance=example.GUESSED),
    ):
        for path in paths_of(scoring(rate_limit=fact)):
            assert path.cut_by == ()
            assert [c.mitigation for c in path.could_cut] == ["limit-queries"]


def test_what_only_hinders_cuts_nothing_though_it_is_in_place() -> None:
    (path,) = paths_of(scoring(rate_limit=said("all")), pattern("evade"))
    assert (path.cut_by, path.could_cut) == ((), ())
    (control,) = path.steps[-1].controls
    assert (control.status, control.cuts) == (MitigationStatus.IN_PLACE, False)


def test_who_calls_a_model_does_not_come_in_with_its_weights() -> None:
    found = system(
        (
            component("customer", "person", "internet"),
            component("outsider", "data-source", "internet"),
            component("weights", "model-artifact"),
            component("endpoint", "inference-endpoint"),
        ),
        (
            flow("customer", "endpoint"),
            flow("outsider", "weights", "send"),
            flow("endpoint", "weights", "read"),
        ),
    )
    assert [path.id for path in paths_of(found)] == ["T-evade@endpoint/1"]


def test_ways_beyond_the_most_that_are_followed_are_counted() -> None:
    doors = [component(f"door-{n}", "gateway") for n in range(6)]
    found = system(
        (
            component("customer", "person", "internet"),
            component("endpoint", "inference-endpoint"),
            *doors,
        ),
        tuple(f for d in doors for f in (flow("customer", d.id), flow(d.id, "endpoint"))),
    )
    told = attack_paths(*drafted(found))
    assert len(told.paths) == MOST_WAYS
    assert told.further == {"T-evade@endpoint": 6 - MOST_WAYS}


def test_an_insider_comes_from_the_nearest_of_our_people() -> None:
    found = system(
        (
            component("customer", "person", "internet"),
            component("operator", "person"),
            component("endpoint", "inference-endpoint"),
        ),
        (flow("customer", "endpoint"), flow("operator", "endpoint")),
        facts={"trains": said("yes")},
    )
    (path,) = paths_of(found, INSIDE)
    assert texts(path)[0] == ("enter", "an insider acts as Operator, in Production (trusted)")


def test_an_insider_whose_way_is_not_drawn_acts_where_the_harm_is() -> None:
    found = scoring().model_copy(update={"facts": {"trains": said("yes")}})
    (path,) = paths_of(found, INSIDE)
    assert texts(path)[0] == (
        "enter",
        "someone inside, with an account or a post that reaches it, acts here",
    )


def test_what_outsiders_put_in_begins_where_it_is_taken_in() -> None:
    found = system(
        (
            component("records", "dataset", untrusted_content=said("yes")),
            component("endpoint", "inference-endpoint"),
        ),
        (flow("records", "endpoint", "send"),),
    )
    (path,) = paths_of(found)
    assert texts(path)[0] == (
        "enter",
        "what outsiders put in is taken in by Records, in Production (trusted)",
    )


def test_preparation_comes_before_the_entry_and_tells_its_tactic() -> None:
    base = load_knowledge()
    text = (
        "A recommender learns from clicks and ratings of users on the internet. It is trained "
        "every night on what people did, and anyone can open an account on the website."
    )
    model = begin("Ads", [Source(kind=SourceKind.PROSE, name="a.md", text=text)], base)
    path = next(p for p in attack_paths(model, base).paths if "sybil" in p.threat)
    assert path.steps[0].move is Move.PREPARE
    (technique,) = path.steps[0].techniques
    assert technique.reference.id == "AML.T0021"
    assert [(t.id, t.name) for t in technique.tactics] == [("AML.TA0003", "Resource Development")]


def test_a_path_reaches_an_asset_where_it_is_held_and_taken_or_changed() -> None:
    asset = customer_data("endpoint")
    stops = pattern("stop", stride=["denial-of-service"])
    assert [p.assets for p in paths_of(with_asset(asset), PREVENTED)] == [("customer-data",)]
    assert [p.assets for p in paths_of(with_asset(asset), stops)] == [()]
    needed = asset.model_copy(update={"ratings": {Dimension.AVAILABILITY: 4}})
    assert [p.assets for p in paths_of(with_asset(needed), stops)] == [("customer-data",)]
    elsewhere = customer_data("customer")
    assert [p.assets for p in paths_of(with_asset(elsewhere), PREVENTED)] == [()]


def with_asset(asset: Any) -> SystemModel:
    return scoring().model_copy(update={"assets": (asset,)})


def test_there_is_a_cut_set_for_each_asset_that_is_reached_and_one_for_all() -> None:
    told = attacks(*drafted(with_asset(customer_data("endpoint"))))
    assert [(s.asset, s.name, s.paths) for s in told.cut_sets] == [
        ("customer-data", "Customer data", 1),
        ("", ALL_PATHS, 1),
    ]


def test_rejected_and_inherited_threats_have_no_paths() -> None:
    model, known = drafted(scoring())
    for change in ({"status": Status.REJECTED, "reason": "no"}, {"inherited": "platform"}):
        changed = tuple(t.model_copy(update=change) for t in model.threats)
        assert attack_paths(model.model_copy(update={"threats": changed}), known).paths == ()


def test_a_control_that_is_not_to_be_done_is_no_candidate() -> None:
    model, known = drafted(scoring())
    (threat,) = model.threats
    declined = [
        m.model_copy(update={"status": MitigationStatus.NOT_DOING}) for m in threat.mitigations
    ]
    changed = threat.model_copy(update={"mitigations": tuple(declined)})
    (path,) = attack_paths(model.model_copy(update={"threats": (changed,)}), known).paths
    assert path.could_cut == ()


def test_an_empty_model_has_no_paths_and_nothing_to_cut() -> None:
    told = attacks(ThreatModel(id="x", name="", system=SystemModel(name="")), knowledge())
    assert (told.paths, told.further, told.cut_sets) == ((), {}, ())


def test_a_threat_of_an_element_that_is_gone_keeps_the_path_that_it_was_told_with() -> None:
    lost = example.threat(element="gone", pattern=None)
    (path,) = attack_paths(example.model(threats=(lost,)), example.KNOWLEDGE).paths
    assert [step.move for step in path.steps] == [Move.ENTER, Move.MOVE, Move.HARM]


@given(systems())
@settings(max_examples=40)
def test_each_path_is_joined_by_flows_from_its_entry_to_its_threat(found: SystemModel) -> None:
    source = Source(kind=SourceKind.SYSTEM, name="s.json", system=found)
    model = begin("Scoring", [source], WIDE)
    threats: dict[str, Threat] = {t.id: t for t in model.threats}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for path in attack_paths(model, WIDE).paths:
        way = [s for s in path.steps if s.move in (Move.ENTER, Move.MOVE)]
        for here, there in pairwise(way):
            by = model.system.elements[there.via or ""]
            assert isinstance(by, Flow)
            assert {here.element, there.element} == {by.source, by.target}
        assert isinstance(model.system.elements[way[0].element], Component)
        assert way[-1].element == threats[path.threat].element
        key = (path.threat, tuple(s.element for s in way))
        assert key not in seen
        seen.add(key)
    assert {threat for threat, _ in seen} == set(threats)


def test_a_control_on_the_way_stands_on_the_step_that_meets_it() -> None:
    _, by_gateway = paths_of(two_doors(rate_limit=said("some")))
    at = {s.element: [c.id for c in s.controls] for s in by_gateway.steps if s.controls}
    assert at == {"gateway": ["limit-queries"], "endpoint": ["limit-queries"]}


def test_what_stands_on_no_element_of_the_path_stands_on_the_harm() -> None:
    known = knowledge((pattern("evade", lowers=[{"control": "answer", "effect": "recovers"}]),))
    known = known.model_copy(
        update={
            "mitigations": (*known.mitigations, mitigation("answer", "answering")),
            "facts": (*known.facts, fact_entry("answering", "control", choices=CONTROL)),
        }
    )
    source = Source(kind=SourceKind.SYSTEM, name="s.json", system=scoring())
    (path,) = attack_paths(begin("Scoring", [source], known), known).paths
    assert [(s.move, [c.id for c in s.controls]) for s in path.steps if s.controls] == [
        (Move.HARM, ["answer"])
    ]
