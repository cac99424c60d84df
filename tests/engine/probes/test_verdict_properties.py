"""What must hold of every run, checked on random ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import comb

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.probes.runs import Outcome, control, plan, probe, trial_of
from threatwright.engine.probes.intervals import Rate, is_higher, newcombe, wilson
from threatwright.engine.probes.verdicts import findings
from threatwright.model import probe_run
from threatwright.model.findings import Tried
from threatwright.model.probe_run import Controlled, ProbeEvent

PAYLOADS = 6
PLAN = plan(probe(payloads=PAYLOADS, trials=3))
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
STRENGTH = {Tried.CONFIRMED: 2, Tried.SUSPECTED: 1}

MISSES: tuple[Outcome, ...] = ("miss", "refused", "blocked", "error")
ALL: tuple[Outcome, ...] = ("hit", "suspected", *MISSES)
outcomes = st.sampled_from(ALL)
misses = st.sampled_from(MISSES)


def _trials(outcome: st.SearchStrategy[Outcome]) -> st.SearchStrategy[list[probe_run.Tested]]:
    one: st.SearchStrategy[probe_run.Tested] = st.builds(
        lambda out, p, n, again: trial_of(out, f"p{p:02}", n, is_replay=again),
        outcome,
        st.integers(0, PAYLOADS - 1),
        st.integers(0, 2),
        st.booleans(),
    )
    return st.lists(one, max_size=20, unique_by=lambda event: event.trial)


def _verdict(events: Sequence[ProbeEvent]) -> Tried:
    (found,) = findings(PLAN, events)
    return found.verdict


controls = st.lists(
    st.builds(
        lambda name, passed: control(name, passed=passed),
        st.sampled_from(("liveness", "positive")),
        st.booleans(),
    ),
    max_size=3,
)


@CALM
@given(_trials(misses), controls)
def test_misses_confirm_nothing_however_many(
    events: list[probe_run.Tested], held: list[Controlled]
) -> None:
    assert _verdict([*held, *events]) not in STRENGTH


@CALM
@given(_trials(outcomes), _trials(misses), controls)
def test_more_misses_never_strengthen_a_verdict(
    events: list[probe_run.Tested], more: list[probe_run.Tested], held: list[Controlled]
) -> None:
    before = _verdict([*held, *events])
    after = _verdict([*held, *events, *more])
    assert STRENGTH.get(after, 0) <= STRENGTH.get(before, 0)


@CALM
@given(_trials(outcomes), st.integers(0, PAYLOADS - 1), st.booleans(), controls)
def test_one_more_hit_never_weakens_a_verdict(
    events: list[probe_run.Tested], number: int, is_replay: bool, held: list[Controlled]
) -> None:
    hit = trial_of("hit", f"p{number:02}", 9, is_replay=is_replay)
    before, after = _verdict([*held, *events]), _verdict([*held, *events, hit])
    assert STRENGTH.get(after, 0) >= STRENGTH.get(before, 0)


@CALM
@given(_trials(outcomes), st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(
    events: list[probe_run.Tested], chance: random.Random
) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert _verdict(shuffled) is _verdict(events)


@given(st.integers(0, 60), st.integers(1, 60))
def test_an_interval_holds_the_rate_that_was_seen(hits: int, n: int) -> None:
    rate = Rate(min(hits, n), n)
    assert rate.value in wilson(rate)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from((10, 28, 59)), st.floats(0.02, 0.98))
def test_the_interval_holds_the_true_rate_nineteen_times_in_twenty_or_nearly(
    n: int, p: float
) -> None:
    held = sum(
        comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if p in wilson(Rate(k, n))
    )
    assert held > 0.83  # the least of Wilson's interval, close to 0 and 1


def test_a_flaky_endpoint_is_reported_with_an_interval_that_holds_its_rate() -> None:
    chance = random.Random(7)
    held = 0
    for _ in range(200):
        outs: list[Outcome] = ["hit" if chance.random() < 0.3 else "miss" for _ in range(28)]
        events = [trial_of(out, f"p{n:02}") for n, out in enumerate(outs)]
        (found,) = findings(plan(probe(payloads=28)), [control(), *events])
        held += found.families[0].low <= 0.3 <= found.families[0].high
    assert held >= 184


@given(st.integers(0, 20), st.integers(0, 20), st.integers(20, 40))
def test_a_difference_is_that_of_the_rates_turned_round(a: int, b: int, n: int) -> None:
    one, other = newcombe(Rate(a, n), Rate(b, n)), newcombe(Rate(b, n), Rate(a, n))
    assert abs(one.low + other.high) < 1e-9
    assert (a - b) / n in one


def test_a_higher_point_alone_is_not_higher() -> None:
    assert not is_higher(Rate(5, 28), Rate(3, 28))
    assert is_higher(Rate(20, 28), Rate(3, 28))
