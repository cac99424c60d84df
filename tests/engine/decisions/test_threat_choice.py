"""Threats are chosen by ids with `*`, and by what they are."""

from __future__ import annotations

import pytest

from tests.engine.decisions.test_stale import ACCEPT, FIXED, KNOWLEDGE, OVERLOAD, after, scored
from threatwright.engine.decisions.threat_choice import chosen, where
from threatwright.errors import InputError

MODEL = scored()


def ids(*patterns: str, only: tuple[str, ...] = ()) -> tuple[str, ...]:
    return chosen(patterns, tuple(map(where, only)), MODEL, KNOWLEDGE.risk)


def test_a_star_stands_for_anything_and_no_threat_is_chosen_twice() -> None:
    everything = ids("*")
    assert set(everything) == {threat.id for threat in MODEL.threats}
    assert ids("*@endpoint", OVERLOAD, "*") == everything


def test_conditions_must_all_hold_and_each_takes_one_of_its_values() -> None:
    assert ids("*", only=("stride=denial-of-service",)) == (OVERLOAD,)
    assert ids("*", only=("pattern=over*,evade", "stride=denial-*")) == (OVERLOAD,)
    assert set(ids("*", only=("level=low,medium,high,critical",))) == set(ids("*"))
    assert OVERLOAD in ids("*", only=("status=proposed", "origin=pattern", "element=endpoint"))


@pytest.mark.parametrize("text", ["level", "level=", "colour=red", "=high", "level=,"])
def test_what_is_no_condition_is_refused_with_the_fields_there_are(text: str) -> None:
    with pytest.raises(InputError, match="no condition") as refused:
        where(text)
    assert "level, residual, element" in refused.value.fix


def test_a_choice_that_fits_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="No threat has an id as T-nothing"):
        ids("T-nothing*")
    with pytest.raises(InputError, match="that the conditions leave"):
        ids("*", only=("stride=repudiation",))


def test_a_stale_decision_is_chosen_by_its_full_id() -> None:
    model = after(scored(), ACCEPT, FIXED)
    assert chosen((OVERLOAD,), (), model, KNOWLEDGE.risk) == (OVERLOAD,)
