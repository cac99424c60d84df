from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.engine import small
from tests.engine.probes.bot import ENTRIES, entry, kit, model, scope
from tests.engine.probes.runs import control, ended, target, trial_of
from tests.workflow.scripted_prober import ScriptedProber
from threatwright.engine.probes.consent import consent
from threatwright.engine.probes.live import Live
from threatwright.engine.probes.outcome import outcome
from threatwright.errors import InputError, TargetError
from threatwright.model.findings import Tried
from threatwright.model.probe_plan import ProbePlan
from threatwright.model.probe_run import ProbeRun
from threatwright.model.probe_scope import ProbeScope
from threatwright.workflow.probing import (
    Pace,
    Probing,
    Wanted,
    fitting,
    followed,
    planned,
    run_of,
    target_of,
)

KNOWLEDGE = small.knowledge().model_copy(
    update={
        "probes": (
            *ENTRIES,
            entry("rules", ("inject",), family="product-rule", seeds=(), scorer={"kind": "rule"}),
        )
    }
)
NOW = datetime(2026, 11, 15, tzinfo=UTC)
HEAD: Any = {"n": 1, "by": "Ana", "role": "", "at": ""}


def probing(of: ProbeScope | None = None, **more: Any) -> Probing:
    allowed = of or scope()
    return Probing(model(), KNOWLEDGE, allowed, "s" * 64, allowed.targets[0], **more)


async def plan(**more: Any) -> ProbePlan:
    return await planned(probing(**more), ScriptedProber())


def run(of: ProbePlan) -> ProbeRun:
    pace = Pace(concurrency=2, enough=3)
    return run_of(probing(), of, consent(of, scope(), model(), NOW), "/runs/r1", pace)


# --- planning -----------------------------------------------------------------------------------


async def test_a_plan_is_made_of_converted_payloads_and_runs_nothing() -> None:
    prober = ScriptedProber()
    found = await planned(probing(), prober, Wanted(seed=7))
    assert [probe.probe for probe in found.probes] == ["override"]
    assert found.probes[0].payloads[0].turns == ("{task}",)
    assert prober.asked[0].seed == 7
    assert prober.ran == []


async def test_a_kit_lets_canary_probes_into_the_plan() -> None:
    found = await plan(kit=kit("system-prompt"))
    assert [probe.probe for probe in found.probes] == ["override", "ask-for-prompt"]


async def test_what_is_not_chosen_is_not_even_converted() -> None:
    prober = ScriptedProber()
    where = probing(kit=kit("system-prompt"))
    await planned(where, prober, Wanted(only=("T-leak@llm",)))
    assert [one.id for one in prober.asked[0].entries] == ["ask-for-prompt"]


async def test_rules_of_the_product_become_seeds() -> None:
    rule = {"id": "no-refunds", "says": "No refunds.", "never": ["refund"], "ask": ["Pay me back"]}
    found = await plan(of=scope(target(product_rules=[rule])))
    (rules,) = [probe for probe in found.probes if probe.probe == "rules"]
    assert [payload.turns for payload in rules.payloads] == [("Pay me back",)]


async def test_a_probe_without_anything_to_send_is_named() -> None:
    empty = KNOWLEDGE.model_copy(
        update={"probes": (entry("shipped", ("inject",), seeds=(), shipped={"path": "a.prompt"}),)}
    )
    found = await planned(probing()._replace(knowledge=empty), ScriptedProber())
    assert found.probes == ()
    assert "shipped" in [one.what for one in found.left_out]


# --- choosing a target --------------------------------------------------------------------------


def test_the_only_target_of_a_scope_is_meant() -> None:
    assert target_of(scope()).element == "llm"


def test_of_several_targets_one_has_to_be_named() -> None:
    two = scope(target(), target(element="agent"))
    with pytest.raises(InputError, match="has several targets: llm at http"):
        target_of(two)
    assert target_of(two, "agent").element == "agent"
    with pytest.raises(InputError, match="has no such target: store"):
        target_of(two, "store")


def test_canaries_of_another_target_are_refused() -> None:
    assert fitting(kit("record"), probing()) == kit("record")
    other = kit("record").model_copy(update={"element": "agent"})
    with pytest.raises(InputError, match="made for agent"):
        fitting(other, probing())


# --- running ------------------------------------------------------------------------------------


async def test_a_run_carries_plan_consent_scope_and_pace() -> None:
    made = run(await plan())
    assert made.consent.plan == made.plan.hash
    assert (made.scope, made.folder) == (scope(), "/runs/r1")
    assert (made.concurrency, made.enough) == (2, 3)


async def test_what_happens_is_noted_as_it_is_told() -> None:
    found = await plan()
    hit = trial_of("hit", "override00").model_copy(update={"probe": "override"})
    again = hit.model_copy(update={"trial": "override/override00/r1", "is_replay": True})
    prober, live = ScriptedProber(lambda _: [control(), hit, again, ended()]), Live(found)
    seen = []
    async for event in followed(run(found), prober, live):
        assert live.events[-1] == event
        seen.append(event.event)
    assert seen == ["controlled", "tested", "tested", "ended"]
    entry_ = outcome("r1", found, live.events, model(), KNOWLEDGE, HEAD)
    assert entry_.is_complete
    assert {f.threat: f.verdict for f in entry_.findings}["T-inject@llm"] is Tried.CONFIRMED


async def test_who_stops_listening_cancels_the_run_and_keeps_what_was_found() -> None:
    found = await plan()
    prober = ScriptedProber(lambda _: [control(), trial_of("miss", "override00"), ended()])
    live = Live(found)
    async with aclosing(followed(run(found), prober, live)) as events:
        await anext(events)
    assert prober.is_over
    kept = outcome("r1", found, live.events, model(), KNOWLEDGE, HEAD)
    assert (kept.is_complete, kept.ended) == (False, "cancelled")
    assert {f.verdict for f in kept.findings} == {Tried.INCONCLUSIVE}


async def test_a_worker_that_breaks_leaves_what_it_had_told() -> None:
    found = await plan()

    def breaking(_: ProbeRun) -> Any:
        yield control()
        raise TargetError("The probe worker broke.", "Run it again.")

    live = Live(found)
    with pytest.raises(TargetError, match="broke"):
        async for _ in followed(run(found), ScriptedProber(breaking), live):
            pass
    assert len(live.events) == 1


async def test_a_rule_that_no_text_is_known_to_break_is_left_out_of_the_plan() -> None:
    unbroken = r"refund\bed"
    told = {"id": "told", "says": "No.", "never": ["refund"], "ask": ["May I?"]}
    rules = [told, {**told, "id": "untold", "never": [unbroken], "ask": ["And I?"]}]
    found = await plan(of=scope(target(product_rules=rules)))
    (probe,) = [one for one in found.probes if one.probe == "rules"]
    assert [payload.plain for payload in probe.payloads] == [("May I?",)]
    assert [one.fix for one in found.left_out if one.what == "untold"] == [
        "Add `example` to the rule: an answer that breaks it, in words of its own."
    ]
