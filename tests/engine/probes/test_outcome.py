from __future__ import annotations

import pytest

from tests.engine import small
from tests.engine.probes.runs import LEAK, control, ended, plan, run, trial_of
from threatwright.engine.probes.live import Live
from threatwright.engine.probes.outcome import outcome
from threatwright.engine.text.spoken import Head
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Probed, Tried
from threatwright.model.probe_run import Failed, ProbeEvent, Sending, Started

SYSTEM = small.system((small.component("llm", "llm", moderation=small.said("none")),))
MODEL = ThreatModel(id="m", name="Bot", system=SYSTEM)
HEAD: Head = {"n": 4, "by": "Ana", "role": "Security", "at": "2026-11-15T00:00:00+00:00"}


def entry(*events: ProbeEvent) -> Probed:
    return outcome("r1", plan(), events, MODEL, small.knowledge(), HEAD)


def sending(n: int, side: str = "target", *, is_retry: bool = False) -> Sending:
    return Sending.model_validate(
        {"side": side, "n": n, "trial": "p/p00/1", "sha256": "0" * 64, "is_retry": is_retry}
    )


def test_the_entry_holds_what_was_found_under_what() -> None:
    found = entry(Started(versions={"pyrit": "1.1.0"}), *run(["miss"] * 4))
    assert (found.n, found.by, found.run, found.element) == (4, "Ana", "r1", "llm")
    assert (found.plan, found.fingerprint, found.chain) == (plan().hash, "f1", "c0")
    assert found.known == ("llm.moderation=none",)
    assert found.versions == {"pyrit": "1.1.0", "knowledge": "small"}
    assert found.is_complete
    assert [f.verdict for f in found.findings] == [Tried.NOT_OBSERVED]


def test_a_run_that_was_cut_off_keeps_what_was_confirmed_and_counts_what_was_sent() -> None:
    events: list[ProbeEvent] = [
        control(),
        sending(1),
        sending(2, is_retry=True),
        sending(1, "attacker"),
        trial_of("hit"),
        trial_of("hit", is_replay=True),
    ]
    found = entry(*events)
    assert (found.is_complete, found.ended) == (False, "cancelled")
    assert (found.target.requests, found.target.retries, found.attacker.requests) == (2, 1, 1)
    assert found.findings[0].verdict is Tried.CONFIRMED


def test_a_worker_that_failed_says_why() -> None:
    found = entry(control(), Failed(problem="The worker is gone.", fix="Run it again."))
    assert (found.is_complete, found.ended) == (False, "The worker is gone.")
    assert found.findings[0].verdict is Tried.INCONCLUSIVE


def test_a_run_that_was_resumed_ends_as_it_ended_last() -> None:
    found = entry(ended(is_complete=False, because="cancelled"), *run(["miss"] * 4))
    assert found.is_complete


# --- while it goes on ---------------------------------------------------------------------------


def test_progress_is_told_by_threat() -> None:
    live = Live(plan(), [control(), trial_of("miss"), trial_of("hit", "p01")])
    (row,) = live.rows
    assert (row.threat, row.planned, row.tested, row.hits) == (LEAK, 4, 2, 1)
    assert live.done == pytest.approx(0.5)
    assert live.seconds_left(10) == pytest.approx(10)
    assert not live.confirmed


def test_a_trial_that_is_told_twice_counts_once() -> None:
    live = Live(plan(), [trial_of("miss")])
    live.note(trial_of("miss"))
    assert live.rows[0].tested == 1


def test_a_confirmation_shows_while_the_run_goes_on() -> None:
    live = Live(plan(), [control(), trial_of("hit")])
    live.note(trial_of("hit", is_replay=True))
    assert live.confirmed == {LEAK}


def test_at_the_beginning_no_time_is_guessed() -> None:
    assert Live(plan()).seconds_left(5) is None


def test_requests_are_those_that_left() -> None:
    live = Live(plan(), [sending(1), sending(2), sending(1, "judge")])
    assert live.sent == 2
