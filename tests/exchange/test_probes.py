from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.engine import small
from tests.engine.probes.bot import model, scope
from tests.engine.probes.runs import control, ended, plan, probe, run, target, trial_of
from tests.exchange.sarif_schema import read as checked
from threatwright.engine.probes.consent import consent
from threatwright.engine.probes.estimates import ANSWER_TOKENS
from threatwright.engine.probes.outcome import consented, outcome
from threatwright.engine.probes.regression import compared
from threatwright.errors import InputError
from threatwright.exchange import json_file
from threatwright.exchange.file_lines import ModelFile
from threatwright.exchange.probes import junit, plan_markdown, report, sarif, text
from threatwright.exchange.probes.report import RunReport
from threatwright.exchange.redacted import redact
from threatwright.model.findings import Probed, Ruled
from threatwright.model.probe_plan import LeftOut, Payload, ProbePlan
from threatwright.model.probe_run import ProbeEvent

INJECT, LEAK = "T-inject@llm", "T-leak@llm"
PLAN = plan(probe("p", threats=(INJECT,)), probe("q", threats=(LEAK,)))
HEAD: Any = {"n": 1, "by": "Ana", "role": "", "at": "2026-11-15T00:00:00+00:00"}
LEFT = (LeftOut(what="T-supply@llm", because="no probe could show it from outside"),)


def probed(*events: ProbeEvent) -> Probed:
    return outcome("r1", PLAN, events, model(), small.knowledge(), HEAD)


CONFIRMED = probed(
    *run(["hit", "miss", "miss", "miss"], ["hit", "miss"]), *run(["miss"] * 4, probe="q")
)
CLEAN = probed(*run(["miss"] * 4), *run(["miss"] * 4, probe="q"))


def reported(now: Probed = CONFIRMED, then: Probed | None = None) -> RunReport:
    return report.report(model(), now, LEFT, compared(now, then) if then else None)


# --- the plan -----------------------------------------------------------------------------------


def lines(of: ProbePlan = PLAN) -> str:
    return "\n".join(text.plan_lines(of, scope(), 4))


def test_a_plan_shows_what_is_sent_what_it_costs_and_what_it_would_mean() -> None:
    shown = lines()
    assert "T-inject@llm" in shown
    assert "> p 0" in shown
    assert "and 1 more" in shown
    assert "At most 15 of 200 requests" in shown
    assert "confirmed: It leaks." in shown
    assert "Nothing is sent." in shown


def test_a_plan_says_what_it_costs_in_money_where_the_target_has_a_price() -> None:
    priced = target(price={"input": "10", "output": "30"})
    shown = lines(PLAN.model_copy(update={"target": priced}))
    cost = Decimal(
        next(line for line in shown.splitlines() if "a run ends where" in line).split()[1]
    )
    answers = min(PLAN.tokens, PLAN.requests * ANSWER_TOKENS)
    exact = (10 * (PLAN.tokens - answers) + 30 * answers) / Decimal(1_000_000)
    assert 0 <= cost - exact < Decimal("0.01")
    assert "is not held" not in shown


def test_a_plan_says_that_a_cap_of_money_without_a_price_is_not_held() -> None:
    assert "is not held: the target has no `price`" in lines()


def test_a_plan_warns_of_production_and_of_what_tools_do_for_real() -> None:
    live = target(environment="production", tools_can=["orders are placed"])
    shown = lines(PLAN.model_copy(update={"target": live}))
    assert "PRODUCTION" in shown
    assert "orders are placed" in shown


def test_what_is_left_out_is_told_with_what_would_change_it() -> None:
    cut = PLAN.model_copy(
        update={"left_out": (*LEFT, LeftOut(what="x", because="it lacks y", fix="Add y."))}
    )
    shown = lines(cut)
    assert "T-supply@llm: no probe could show it from outside" in shown
    assert "→ Add y." in shown


def test_a_plan_as_markdown_holds_every_payload_exactly() -> None:
    odd = Payload(id="x", turns=("Say `\x1b[31m` ```",), plain=("",), seed=0)
    planned = PLAN.probes[0].model_copy(update={"payloads": (odd,)})
    shown = plan_markdown.write(PLAN.model_copy(update={"probes": (planned,)}), scope(), 4)
    (line,) = [line for line in shown.splitlines() if line.startswith("{")]
    assert json.loads(line)["turns"] == list(odd.turns)
    assert "\x1b" not in shown
    assert PLAN.target.origin in shown


def test_a_plan_as_json_can_be_read_back_with_its_hash() -> None:
    content = json.loads(report.json_of_plan(PLAN))
    assert content.pop("hash") == PLAN.hash
    assert (content.pop("requests"), content.pop("tokens")) == (PLAN.requests, PLAN.tokens)
    assert ProbePlan.model_validate(content) == PLAN


# --- a run --------------------------------------------------------------------------------------


def test_what_is_confirmed_is_told_first() -> None:
    shown = list(text.found_lines(reported()))
    verdicts = [line for line in shown if line.startswith(("CONFIRMED", "not observed"))]
    assert verdicts == [
        "CONFIRMED: inject at llm (T-inject@llm)",
        "not observed: leak at llm (T-leak@llm)",
    ]
    assert "evidence: p00-0, p00-r0" in "\n".join(shown)


def test_a_run_that_ended_early_says_so() -> None:
    cut = probed(control(), trial_of("miss"), ended(is_complete=False, because="budget spent"))
    assert "The run ended early: budget spent." in list(text.found_lines(reported(cut)))


def test_a_report_reads_back_as_it_was_written() -> None:
    run_ = reported(then=CLEAN)
    assert report.read(report.json_of(run_), "last.json") == run_


@pytest.mark.parametrize("content", ["", "{}", '{"format": "threatwright/1"}'])
def test_what_is_no_report_is_refused(content: str) -> None:
    with pytest.raises(InputError, match="is not the report of a run"):
        report.read(content, "last.json")


def test_beside_a_baseline_the_course_of_each_threat_is_told() -> None:
    shown = "\n".join(text.found_lines(reported(then=CLEAN)))
    assert "new-confirmed: T-inject@llm: not observed then, CONFIRMED now".lower() in shown.lower()
    assert "unchanged: T-leak@llm" in shown


# --- JUnit and SARIF ----------------------------------------------------------------------------


def cases(failing: set[str], of: RunReport) -> dict[str, str]:
    suite = ElementTree.fromstring(junit.write(of, failing))[0]
    assert suite.get("tests") == str(len(suite))
    assert suite.get("failures") == str(len(suite.findall("*/failure")))
    assert suite.get("skipped") == str(len(suite.findall("*/skipped")))
    return {(case.get("name") or "").partition(":")[0]: case[0].tag for case in suite}


def test_junit_fails_where_the_run_fails_and_skips_what_was_not_tried() -> None:
    assert cases({INJECT}, reported()) == {
        INJECT: "failure",
        LEAK: "system-out",
        "T-supply@llm": "skipped",
    }


def test_junit_passes_a_confirmation_that_the_baseline_knows() -> None:
    assert cases(set(), reported(then=CONFIRMED))[INJECT] == "system-out"


def test_junit_skips_what_is_inconclusive() -> None:
    cut = probed(control(), trial_of("miss"))
    assert set(cases(set(), reported(cut)).values()) == {"skipped"}


def log(of: RunReport) -> Any:
    file = ModelFile("bot.threatmodel.yaml", "threats:\n- id: T-inject@llm\n")
    return checked(sarif.write(of, model(), small.knowledge(), file))


def test_sarif_has_a_rule_for_each_verdict_and_a_result_for_each_threat() -> None:
    found = log(reported())
    assert [rule["id"] for rule in found["tool"]["driver"]["rules"]] == [
        "probe-confirmed",
        "probe-suspected",
        "probe-not-observed",
        "probe-blocked",
        "probe-inconclusive",
    ]
    confirmed, clean = found["results"]
    assert (confirmed["ruleId"], confirmed["kind"], confirmed["level"]) == (
        "probe-confirmed",
        "fail",
        "error",
    )
    assert (clean["ruleId"], clean["kind"], clean["level"]) == (
        "probe-not-observed",
        "pass",
        "none",
    )


def test_sarif_says_what_is_new_beside_the_baseline() -> None:
    states = [result["baselineState"] for result in log(reported(then=CLEAN))["results"]]
    assert states == ["new", "unchanged"]


def test_sarif_of_a_run_that_ended_early_is_no_success() -> None:
    cut = probed(control(), trial_of("miss"))
    assert not log(reported(cut))["invocations"][0]["executionSuccessful"]


def test_results_have_the_same_fingerprint_in_every_run() -> None:
    now, then = log(reported()), log(reported(CLEAN))
    assert [r["partialFingerprints"] for r in now["results"]] == [
        r["partialFingerprints"] for r in then["results"]
    ]


# --- what leaves the house ----------------------------------------------------------------------


def test_a_redacted_model_keeps_what_was_found_and_not_where_or_by_whom() -> None:
    agreed = consent(PLAN, scope(), model(), datetime(2026, 11, 15, tzinfo=UTC))
    ruled = Ruled(
        **{**HEAD, "n": 3}, run="r1", threat=INJECT, is_confirmed=True, reason="Greta saw it too"
    )
    journal = (consented(agreed, HEAD), CONFIRMED.model_copy(update={"n": 2}), ruled)
    told = redact(model().model_copy(update={"journal": journal}))
    text_ = json_file.text_of(told)
    for secret in (PLAN.target.origin, "Ana", "Greta"):
        assert secret not in text_
    read_back = json_file.read(text_, "told.json")
    assert isinstance(read_back.journal[1], Probed)
    assert read_back.journal[1].fingerprint == CONFIRMED.fingerprint
    assert [f.verdict for f in read_back.journal[1].findings] == [
        f.verdict for f in CONFIRMED.findings
    ]
