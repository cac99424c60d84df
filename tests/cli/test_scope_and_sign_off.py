from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

pytestmark = pytest.mark.long


def test_a_scope_is_set_shown_and_taken_back(tw: CommandLine, model: str) -> None:
    told = tw(
        *("scope", model, "--objective", "No payment is held up", "--out", "The card network"),
        *("--attacker", "insider", "--handling", "internal", "--by", "Kim"),
    )
    assert (told.code, told.err) == (0, "")
    assert "objectives: with “No payment is held up”" in told.out
    shown = tw("scope", model).out
    assert "- No payment is held up" in shown
    assert "Insider" in shown
    assert "handling: internal" in Path(model).read_text(encoding="utf-8")
    assert "No payment is held up" in tw("minutes", model).out
    assert tw("review", model, "--undo", "1").code == 0
    assert "No payment is held up" not in tw("scope", model).out


def test_a_component_is_named_by_name_or_id(tw: CommandLine, model: str) -> None:
    assert tw("scope", model, "--responsible", "REST API=vendor").code == 0
    wrong = tw("scope", model, "--responsible", "REST API=somebody")
    assert wrong.code == 2
    assert "does not say who answers" in wrong.problem
    assert "does not say who answers" in tw("scope", model, "--responsible", "vendor").problem


def test_a_dry_run_writes_nothing(tw: CommandLine, model: str) -> None:
    before = Path(model).read_bytes()
    assert tw("scope", model, "--in", "the API", "--dry-run").code == 0
    assert tw("sign-off", model, "--by", "Ana", "--role", "lead", "--dry-run").code == 0
    assert Path(model).read_bytes() == before


def test_a_sign_off_is_asked_for_recorded_and_outdated_by_a_change(
    tw: CommandLine, model: str
) -> None:
    told = tw("check", model, "--require-sign-off")
    assert told.code == 1
    assert "not-signed-off: nobody signed off the model" in told.out
    signed = tw("sign-off", model, "--by", "Ana", "--role", "lead")
    assert signed.code == 0
    assert "was signed off, with" in signed.out
    assert tw("check", model, "--require-sign-off").code == 0
    report = tw("export", model, "--format", "markdown").out
    assert "| Ana | lead |" in report
    assert "outdated" not in report
    tw("review", model, "--reject", "*", "--where", "level=low,medium,high", "--reason", "no")
    assert tw("check", model, "--require-sign-off").code == 1
    assert "outdated" in tw("export", model, "--format", "markdown").out


def test_nobody_signs_without_a_name_and_a_role(tw: CommandLine, model: str) -> None:
    told = tw("sign-off", model, "--by", "Ana")
    assert told.code == 2
    assert "does not say who signs it, and in which role" in told.problem


def test_a_sign_off_names_nobody_in_a_redacted_copy(tw: CommandLine, model: str) -> None:
    tw("sign-off", model, "--by", "Ana Anders", "--role", "lead")
    told = tw("export", model, "--redact", "--format", "json")
    assert "Anders" not in told.out
    (signed,) = json.loads(told.out)["scope"]["sign_off"]
    assert (signed["who"], signed["role"]) == ("(a person)", "lead")


def test_a_difference_tells_the_scope_and_the_sign_off(tw: CommandLine, model: str) -> None:
    before = Path(model).read_bytes()
    Path("old.threatmodel.yaml").write_bytes(before)
    tw("scope", model, "--objective", "No payment is held up", "--by", "Kim")
    tw("sign-off", model, "--by", "Ana", "--role", "lead")
    told = tw("diff", "old.threatmodel.yaml", model)
    assert told.code == 0
    assert "objectives: with “No payment is held up”" in told.out
    assert "sign off: Ana (lead), version " in told.out
