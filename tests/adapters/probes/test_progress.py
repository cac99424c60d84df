"""Which trial is due next."""

from __future__ import annotations

from tests.adapters.probes.runs import payload, probe
from threatwright.adapters.probes.progress import Due, Progress
from threatwright.model import probe_run
from threatwright.model.probe_plan import PlannedProbe

THREE = probe(payload("a", id="a"), payload("b", id="b"), payload("c", id="c"), replays=2)
OTHER = probe(payload("d", id="d"), probe="other", replays=2)


def result(due: Due, outcome: str) -> probe_run.Tested:
    return probe_run.Tested.model_validate(
        {
            "trial": due.trial,
            "probe": due.probe.probe,
            "payload": due.payload.id,
            "is_replay": due.is_replay,
            "outcome": outcome,
            "milliseconds": 1,
        }
    )


def course(progress: Progress, hits: str = "", replays_hit: bool = True) -> list[str]:
    """The trials that are held one after another, where some payloads hit."""
    held = []
    while due := progress.take():
        held.append(due.trial.partition("/")[2])
        is_hit = due.payload.id in hits and (replays_hit or not due.is_replay)
        progress.note(result(due, "hit" if is_hit else "miss"))
    return held


def of(*probes: PlannedProbe, enough: int = 1) -> Progress:
    return Progress(probes, enough)


def test_each_payload_is_sent_as_often_as_planned() -> None:
    twice = THREE.model_copy(update={"trials": 2})

    assert course(of(twice)) == ["a/1", "a/2", "b/1", "b/2", "c/1", "c/2"]


def test_a_hit_is_replayed_to_the_end_and_then_it_is_enough() -> None:
    assert course(of(THREE), "b") == ["a/1", "b/1", "b/r1", "b/r2"]


def test_what_is_enough_for_one_probe_is_not_for_another() -> None:
    assert course(of(THREE, OTHER), "a") == ["a/1", "a/r1", "a/r2", "d/1"]


def test_what_only_compares_is_sent_once_whatever_it_shows() -> None:
    compared = probe(payload("a", id="a", compares=True), payload("b", id="b"), replays=2)
    assert course(of(compared), "ab") == ["a/1", "b/1", "b/r1", "b/r2"]


def test_two_confirmed_payloads_can_be_asked_for() -> None:
    assert course(of(THREE, enough=2), "abc") == ["a/1", "a/r1", "a/r2", "b/1", "b/r1"]


def test_of_a_payload_that_hit_no_further_trials_are_sent() -> None:
    thrice = probe(payload("a", id="a"), payload("b", id="b"), trials=3, replays=2)

    assert course(of(thrice, enough=2), "a") == ["a/1", "a/r1", "a/r2", "b/1", "b/2", "b/3"]


def test_a_hit_that_is_not_seen_again_is_not_enough() -> None:
    assert course(of(THREE), "a", replays_hit=False) == ["a/1", "a/r1", "a/r2", "b/1", "c/1"]


def test_never_more_is_sent_than_the_plan_says() -> None:
    many = probe(*(payload(str(n), id=f"p{n}") for n in range(10)), replays=3)
    held = course(of(many), "p0123456789", replays_hit=False)

    assert len(held) == 13


def test_while_a_hit_is_replayed_nothing_new_is_tried_of_its_probe() -> None:
    progress = of(THREE, OTHER)
    first = progress.take()
    assert first is not None
    progress.note(result(first, "hit"))
    next_ones = [due.trial for _ in range(4) if (due := progress.take())]

    assert next_ones == ["leak/a/r1", "leak/a/r2", "other/d/1"]


def test_a_suspicion_is_not_replayed() -> None:
    progress = of(OTHER)
    first = progress.take()
    assert first is not None
    progress.note(result(first, "suspected"))

    assert progress.take() is None


def test_what_was_held_before_an_interruption_is_not_held_again() -> None:
    a, b = (Due(THREE, THREE.payloads[n], f"leak/{'ab'[n]}/1") for n in range(2))
    replay = Due(THREE, THREE.payloads[1], "leak/b/r1", is_replay=True)
    before = [result(a, "error"), result(b, "hit"), result(replay, "error")]

    assert course(Progress([THREE], 1, before), "b") == ["b/r2"]


def test_probes_that_cannot_be_tried_are_passed_over() -> None:
    progress = of(THREE, OTHER)
    due = progress.take({"leak"})

    assert due is not None
    assert due.trial == "other/d/1"
    assert progress.take({"leak"}) is None
