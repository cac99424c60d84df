"""A run that nobody consented to, or that the scope forbids, does not begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.probes.runs import consent_to, payload, probe, run_of, target_at
from threatwright.adapters.probes.admission import admit
from threatwright.errors import TargetError
from threatwright.model.probe_run import ProbeRun
from threatwright.model.probes import Judge, Method

NOW = datetime.now(UTC)
REMOTE = "https://bot.example:443"


def run(origin: str = "http://127.0.0.1:9", **probe_fields: Any) -> ProbeRun:
    planned = probe(payload("a"), **probe_fields)
    return run_of(target_at(origin), planned, folder=Path("unused"))


def consent(**change: object) -> Callable[[ProbeRun], ProbeRun]:
    def changed(run: ProbeRun) -> ProbeRun:
        return run.model_copy(update={"consent": run.consent.model_copy(update=change)})

    return changed


def scope(**change: object) -> Callable[[ProbeRun], ProbeRun]:
    def changed(run: ProbeRun) -> ProbeRun:
        return run.model_copy(update={"scope": run.scope.model_copy(update=change)})

    return changed


def test_what_was_consented_to_is_admitted() -> None:
    admit(run(), NOW)
    admit(run(REMOTE), NOW)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (consent(plan="0" * 64), "another plan"),
        (consent(scope="0" * 64), "another scope"),
        (consent(origin="http://127.0.0.1:10"), "another origin"),
        (consent(is_typed=False), "not typed"),
        (consent(until=NOW - timedelta(minutes=1)), "window"),
        (scope(targets=(target_at("http://127.0.0.1:8"),)), "does not name its target"),
        (scope(forbidden_families=("prompt-leak",)), "forbids prompt-leak"),
    ],
)
def test_anything_else_is_refused(change: Callable[[ProbeRun], ProbeRun], because: str) -> None:
    with pytest.raises(TargetError) as refused:
        admit(change(run(REMOTE)), NOW)

    assert because in refused.value.problem


def test_the_window_has_to_have_begun() -> None:
    with pytest.raises(TargetError):
        admit(run(), NOW - timedelta(days=1))


def test_on_this_machine_no_origin_needs_to_be_typed() -> None:
    admit(consent(is_typed=False)(run()), NOW)


def test_a_plan_that_was_changed_after_consent_is_refused() -> None:
    changed = run()
    plan = changed.plan.model_copy(update={"probes": ()})
    assert consent_to(plan) != changed.consent

    with pytest.raises(TargetError):
        admit(changed.model_copy(update={"plan": plan}), NOW)


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"method": Method.CRESCENDO}, "writes the attacks"),
        ({"scorer": Judge(kind="judge", goal="g")}, "judges"),
    ],
)
def test_a_probe_that_needs_a_model_which_the_scope_lacks_is_refused(
    fields: dict[str, Any], because: str
) -> None:
    with pytest.raises(TargetError) as refused:
        admit(run(**fields), NOW)

    assert because in refused.value.problem
