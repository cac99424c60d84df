from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.engine.probes.bot import ENTRIES, entry, model, payloads, scope, selection
from tests.engine.probes.runs import target
from threatwright.engine.probes.estimates import cost_of_trial, seconds
from threatwright.engine.probes.plan import LIVENESS, confirmed_means, plan
from threatwright.engine.probes.selection import selected
from threatwright.model.probe_plan import Payload, ProbePlan

PAYLOADS = {"override": payloads(10, "o"), "ask-for-prompt": payloads(10, "a")}


def planned(requests: int = 200, payloads: Mapping[str, Sequence[Payload]] = PAYLOADS) -> ProbePlan:
    return plan(model(), scope(requests=requests), "s" * 64, target(), selection(), payloads)


def test_a_plan_holds_every_payload_and_counts_trials_replays_and_controls() -> None:
    found = planned()
    assert [probe.probe for probe in found.probes] == ["override", "ask-for-prompt"]
    assert found.requests == len(LIVENESS) + 2 * (10 + 3)
    assert found.probes[0].payloads == PAYLOADS["override"]


def test_the_highest_risk_comes_first() -> None:
    assert planned().threats[0].id == "T-inject@llm"


def test_the_same_model_scope_and_seed_make_the_same_plan() -> None:
    assert planned().hash == planned().hash
    assert planned(20).hash == planned(20).hash != planned().hash


def test_a_plan_over_budget_is_cut_in_rounds_so_that_every_probe_keeps_some() -> None:
    found = planned(requests=15)
    assert found.requests <= 15
    assert [len(probe.payloads) for probe in found.probes] == [3, 3]
    cut = [one for one in found.left_out if one.what == "override"]
    assert cut[0].because == ("7 of its 10 payloads do not fit: the target may be sent 15 requests")


@pytest.mark.parametrize("requests", range(1, 32))
def test_no_plan_goes_beyond_the_cap(requests: int) -> None:
    found = planned(requests)
    assert not found.probes or found.requests <= requests
    named = {one.what for one in found.left_out}
    kept = {probe.probe: len(probe.payloads) for probe in found.probes}
    assert all(kept.get(id_, 0) == 10 or id_ in named for id_ in PAYLOADS)


def test_a_budget_for_nothing_leaves_every_threat_out_and_says_so() -> None:
    found = planned(requests=1)
    assert found.probes == ()
    assert "T-inject@llm" in {one.what for one in found.left_out}


def test_what_only_compares_is_not_sent_where_nothing_else_fits() -> None:
    compared = {
        id_: (payloads[0].model_copy(update={"compares": True}), *payloads[1:])
        for id_, payloads in PAYLOADS.items()
    }
    for requests in range(1, 20):
        assert all(probe.trying for probe in planned(requests, compared).probes)


@pytest.mark.parametrize(
    ("more", "requests", "attacker"),
    [
        ({}, 1, 0),
        ({"method": "many-shot"}, 1, 0),
        ({"method": "plant-then-ask"}, 3, 0),
        ({"method": "later"}, 2, 0),
        ({"method": "red-teaming", "turns": 6}, 6, 6),
        ({"method": "crescendo", "turns": 6}, 8, 8),
    ],
)
def test_a_trial_costs_what_its_method_sends(
    more: dict[str, Any], requests: int, attacker: int
) -> None:
    goes_on = more.get("method") in ("plant-then-ask", "later")
    one = Payload(id="x", turns=("a",), plain=("a",), later=("b",) if goes_on else (), seed=0)
    cost = cost_of_trial(entry("x", ("inject",), **more), one)
    assert (cost.requests, cost.attacker, cost.judge) == (requests, attacker, 0)


def test_a_conversation_costs_a_request_for_each_message() -> None:
    one = Payload(id="x", turns=("the key", "a"), plain=("a",), seed=0)
    assert cost_of_trial(entry("x", ("inject",), method="skeleton-key"), one).requests == 2


def test_a_judge_is_asked_for_each_answer_and_its_cap_counts() -> None:
    judge = {"kind": "judge", "goal": "It does."}
    side = {"origin": "http://127.0.0.1:8", "request": {"shape": "openai-chat", "model": "j"}}
    caps = {"target": scope().caps.target, "judge": scope(requests=5).caps.target}
    judged = scope(judge=side, caps=caps)
    found = selected(model(), target(), judged, [entry("x", ("inject",), scorer=judge)])
    made = plan(model(), judged, "s" * 64, target(), found, {"x": payloads(10)})
    assert made.probes[0].judge_requests == 5
    assert "the judge may be sent 5 requests" in made.left_out[-1].because


def test_later_messages_of_a_conversation_send_the_earlier_ones_again() -> None:
    several = Payload(id="x", turns=("a" * 400,) * 3, plain=("a",), seed=0)
    single = several.model_copy(update={"turns": ("a" * 400,)})
    probe = entry("x", ("inject",))
    assert cost_of_trial(probe, several).tokens > 3 * cost_of_trial(probe, single).tokens


def test_the_time_is_that_of_the_pace_or_of_the_answers() -> None:
    caps = scope().caps.target
    assert seconds(61, caps) == pytest.approx(60)
    assert seconds(60, caps.model_copy(update={"requests_per_minute": 6000}), 2) == 60


@pytest.mark.parametrize("probe", ENTRIES, ids=lambda probe: str(probe.id))
def test_a_plan_says_what_confirmed_will_mean_and_what_it_will_not(probe: Any) -> None:
    said = confirmed_means(probe)
    assert "again" in said
    assert "not a safety jailbreak" in said


def test_a_judge_alone_never_confirms() -> None:
    probe = entry("x", ("inject",), scorer={"kind": "judge", "goal": "It does."})
    assert "confirms nothing" in confirmed_means(probe)
