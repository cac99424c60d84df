from __future__ import annotations

import pytest

from tests.engine.probes.runs import ORIGIN
from threatwright.engine.probes.regression import (
    Comparison,
    Course,
    compared,
    rate_of,
    stopped_by,
)
from threatwright.model.findings import FamilyResult, Finding, Measured, Probed, Tried
from threatwright.model.probes import Family, Shows

LEAK = "T-leak@llm"


def family(hits: int, payloads: int = 28, trials: int | None = None) -> FamilyResult:
    return FamilyResult(
        family=Family.PROMPT_LEAK,
        probes=("p",),
        payloads=payloads,
        trials=trials or payloads,
        hits=hits,
        low=0,
        high=1,
    )


def run(verdict: Tried | None, hits: int = 0, **more: object) -> Probed:
    found = (
        ()
        if verdict is None
        else (
            Finding(
                threat=LEAK,
                verdict=verdict,
                shows=Shows.LEAKAGE,
                because="as it went",
                families=(family(hits),),
            ),
        )
    )
    return Probed.model_validate(
        {
            "n": 1,
            "run": "r1",
            "element": "llm",
            "origin": ORIGIN,
            "fingerprint": "f1",
            "plan": "p1",
            "scope": "s",
            "is_complete": True,
            "findings": found,
            **more,
        }
    )


def course(now: Probed, then: Probed) -> Course:
    (one,) = compared(now, then).threats
    return one.course


@pytest.mark.parametrize(
    ("then", "now", "went"),
    [
        (Tried.NOT_OBSERVED, Tried.CONFIRMED, Course.NEW_CONFIRMED),
        (Tried.SUSPECTED, Tried.CONFIRMED, Course.NEW_CONFIRMED),
        (Tried.INCONCLUSIVE, Tried.CONFIRMED, Course.NEW_CONFIRMED),
        (Tried.CONFIRMED, Tried.NOT_OBSERVED, Course.FIXED),
        (Tried.CONFIRMED, Tried.BLOCKED, Course.FIXED),
        (Tried.CONFIRMED, Tried.SUSPECTED, Course.UNCHANGED),
        (Tried.NOT_OBSERVED, Tried.INCONCLUSIVE, Course.INCONCLUSIVE),
        (Tried.INCONCLUSIVE, Tried.INCONCLUSIVE, Course.UNCHANGED),
        (Tried.NOT_OBSERVED, Tried.NOT_OBSERVED, Course.UNCHANGED),
    ],
)
def test_verdicts_are_compared(then: Tried, now: Tried, went: Course) -> None:
    assert course(run(now), run(then)) is went


def test_a_threat_that_the_earlier_run_did_not_try_is_newly_confirmed() -> None:
    assert course(run(Tried.CONFIRMED, 3), run(None)) is Course.NEW_CONFIRMED


def test_a_threat_that_is_not_tried_any_more_is_said() -> None:
    assert course(run(None), run(Tried.CONFIRMED)) is Course.NOT_TRIED


def test_a_few_hits_more_are_chance() -> None:
    assert course(run(Tried.CONFIRMED, 6), run(Tried.CONFIRMED, 3)) is Course.UNCHANGED


def test_many_hits_more_are_worse_and_the_rates_are_told() -> None:
    one = compared(run(Tried.CONFIRMED, 20), run(Tried.CONFIRMED, 3)).threats[0]
    assert one.course is Course.WORSE
    assert "prompt-leak 11 % → 71 %" in one.text


def test_many_hits_less_are_better() -> None:
    assert course(run(Tried.CONFIRMED, 3), run(Tried.CONFIRMED, 20)) is Course.BETTER


def test_repeats_are_no_new_payloads_here_either() -> None:
    assert rate_of(family(30, payloads=6, trials=60)) == (3, 6)
    assert rate_of(family(9, payloads=1, trials=30)) == (9, 30)


def remarks(**more: object) -> str:
    found: Comparison = compared(run(Tried.NOT_OBSERVED, 0, **more), run(Tried.NOT_OBSERVED))
    return "; ".join(found.remarks)


def test_what_makes_runs_harder_to_compare_is_said() -> None:
    assert remarks() == ""
    assert "its fingerprint differs" in remarks(fingerprint="f2")
    assert "the plan is another" in remarks(plan="p2")
    assert "and was http://127.0.0.1:8900" in remarks(origin="http://127.0.0.1:8901")
    assert "ended early: cancelled" in remarks(is_complete=False, ended="cancelled")


# --- on and off ---------------------------------------------------------------------------------


def stopped(now: Probed, off: Probed) -> Finding:
    return stopped_by(now, off, "AML.M0020").findings[0]


def test_what_hits_with_a_control_off_and_not_with_it_on_is_blocked_by_it() -> None:
    found = stopped(run(Tried.NOT_OBSERVED), run(Tried.CONFIRMED, 20))
    assert (found.verdict, found.blocked_by) == (Tried.BLOCKED, "AML.M0020")
    assert "with AML.M0020 off it was confirmed" in found.because


@pytest.mark.parametrize(
    ("now", "off"),
    [
        (run(Tried.NOT_OBSERVED), run(Tried.CONFIRMED, 1)),
        (run(Tried.NOT_OBSERVED), run(Tried.NOT_OBSERVED)),
        (run(Tried.INCONCLUSIVE), run(Tried.CONFIRMED, 20)),
        (run(Tried.CONFIRMED, 2), run(Tried.CONFIRMED, 20)),
    ],
    ids=["a hit that may be chance", "nothing before", "nothing known now", "still confirmed"],
)
def test_a_control_gets_no_credit_for_less(now: Probed, off: Probed) -> None:
    assert stopped(now, off) == now.findings[0]


def figure(value: float) -> Measured:
    return Measured(
        name="AUC",
        value=value,
        low=value - 0.05,
        high=value + 0.05,
        reference=0.5,
        reference_name="chance",
        n=200,
    )


def measured(value: float) -> Probed:
    return Probed.model_validate(
        {
            **run(None).model_dump(),
            "findings": [
                {
                    "threat": LEAK,
                    "verdict": Tried.CONFIRMED,
                    "shows": Shows.MEMBERSHIP,
                    "because": "as measured",
                    "measured": [figure(value)],
                }
            ],
        }
    )


@pytest.mark.parametrize(
    ("then", "now", "course", "moved"),
    [
        (0.6, 0.8, Course.WORSE, "AUC 0.60 → 0.80"),
        (0.8, 0.6, Course.BETTER, "AUC 0.80 → 0.60"),
        (0.6, 0.65, Course.UNCHANGED, ""),
    ],
)
def test_a_figure_has_moved_where_its_intervals_do_not_overlap(
    then: float, now: float, course: Course, moved: str
) -> None:
    (one,) = compared(measured(now), measured(then)).threats
    assert one.course is course
    assert moved in one.text
