"""An organisation's knowledge at the command line: where it is named, and where it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.knowledge.acme import documented, pattern, written
from threatwright.knowledge.organisation import load_with_organisation

pytestmark = pytest.mark.long

TEXT = "Customers call our scoring API. The scoring API runs a model that makes credit decisions.\n"
RULE = "rule of Acme Security"


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("THREATWRIGHT_KNOWLEDGE", raising=False)
    yield
    load_with_organisation.cache_clear()


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    (tmp_path / "lending.md").write_text(TEXT)
    return written(tmp_path / "acme", documented())


@pytest.fixture
def user_file(tmp_path: Path, home: Path) -> Iterator[Path]:
    path = home / "config.toml"
    yield path
    path.unlink()


def organisation(tw: CommandLine, *arguments: str) -> tuple[bool, str]:
    findings = json.loads(tw("doctor", "--json", *arguments).out)
    found = next(f for f in findings if f["what"] == "organisation")
    return found["is_well"], found["state"]


# --- where it is named ------------------------------------------------------------------------


def test_the_environment_names_the_folder(
    tw: CommandLine, acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_KNOWLEDGE", "acme")
    assert RULE in tw("draft", "lending.md", "--json").out


def test_a_flag_names_it_for_one_draft(tw: CommandLine, acme: Path) -> None:
    assert RULE in tw("draft", "lending.md", "--json", "--knowledge", "acme").out
    assert RULE not in tw("draft", "lending.md", "--json").out


def test_a_flag_goes_before_the_environment_and_may_name_none(
    tw: CommandLine, acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_KNOWLEDGE", "acme")
    assert RULE not in tw("draft", "lending.md", "--json", "--knowledge", "").out


def test_the_users_file_names_it_relative_to_itself(
    tw: CommandLine, home: Path, user_file: Path
) -> None:
    written(home / "ours", documented())
    user_file.write_text('knowledge = "ours"\n')
    is_well, state = organisation(tw)
    assert is_well
    assert state.startswith(f"Acme Security, in {home / 'ours'}: adds 1 pattern")


def test_a_project_may_not_bring_its_own_yardstick(tw: CommandLine, acme: Path) -> None:
    (acme.parent / "threatwright.toml").write_text('knowledge = "acme"\n')
    shown = tw("doctor")
    assert shown.code == 2
    assert "`knowledge` may not be set here. Set THREATWRIGHT_KNOWLEDGE" in shown.out
    assert RULE not in tw("draft", "lending.md", "--json").out


# --- what is wrong with it --------------------------------------------------------------------


@pytest.mark.parametrize("command", [("draft", "lending.md"), ("questions", "lending.md")])
def test_a_broken_folder_stops_what_needs_it_with_two_lines(
    tw: CommandLine, acme: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(acme, {"patterns/more.yaml": pattern(reference="AML.T9999")})
    monkeypatch.setenv("THREATWRIGHT_KNOWLEDGE", "acme")
    shown = tw(*command)
    assert shown.code == 2
    assert shown.problem == (
        "acme/patterns/more.yaml, line 12: pattern acme-x: "
        "the reference “AML.T9999” is in no catalogue here."
    )


def test_a_broken_folder_breaks_nothing_else(
    tw: CommandLine, acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_KNOWLEDGE", "elsewhere")
    (acme.parent / "a.md").write_text("AML.T0051 LLM Prompt Injection\n")
    works = (("--help",), ("schema",), ("sample", "list"), ("refs", "verify", "a.md"))
    for command in works:
        assert tw(*command).code == 0
    shown = tw("doctor")
    assert shown.code == 2
    assert "FAIL  organisation" in shown.out
    assert "elsewhere does not exist" in shown.out
    assert "ok    knowledge" in shown.out


def test_a_home_of_nobody_is_a_folder_that_does_not_exist(tw: CommandLine, acme: Path) -> None:
    shown = tw("draft", "lending.md", "--knowledge", "~nobody-of-that-name/acme")
    assert "~nobody-of-that-name/acme does not exist" in shown.problem


# --- where it shows ---------------------------------------------------------------------------


def test_doctor_says_which_folder_whose_and_what_it_changes(tw: CommandLine, acme: Path) -> None:
    assert organisation(tw) == (True, "none: THREATWRIGHT_KNOWLEDGE names no folder of one")
    assert organisation(tw, "--knowledge", "acme") == (
        True,
        "Acme Security, in acme: adds 1 pattern, 1 mitigation, 2 facts and 1 archetype, "
        "overrides the levels of the risk table, removes 1 pattern",
    )


def test_the_table_of_a_draft_marks_their_threats(tw: CommandLine, acme: Path) -> None:
    shown = tw("draft", "lending.md", "--knowledge", "acme").out
    assert "nobody independent approved it (Acme Security)" in shown
    assert "With the knowledge of Acme Security (acme, " in shown
    assert "Acme" not in tw("draft", "lending.md").out


def test_questions_say_whose_they_are(
    tw: CommandLine, acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_KNOWLEDGE", "acme")
    text = "Does the model risk board approve a model before it decides about credit?"
    form = " ".join(tw("questions", "lending.md").out.replace("#", " ").split())
    assert f"{text} (Acme Security)" in form
    found = {
        q["fact"]: q["publisher"] for q in json.loads(tw("questions", "lending.md", "--json").out)
    }
    assert found.pop("model_risk_board") == "Acme Security"
    assert set(found.values()) == {""}


def test_a_model_of_theirs_says_so_when_it_is_opened_without(tw: CommandLine, acme: Path) -> None:
    file = "lending.threatmodel.yaml"
    assert tw("draft", "lending.md", "--knowledge", "acme", "-o", file).err == ""
    shown = tw("draft", file)
    assert shown.code == 0
    assert shown.err.startswith("This model was drafted with the knowledge of Acme Security, which")
    assert tw("draft", file, "--knowledge", "acme").err == ""
    other = written(acme.parent / "umbra", {"patterns/a.yaml": pattern()}, "Umbra")
    shown = tw("draft", file, "--knowledge", str(other))
    assert "that of Acme Security; the knowledge of Umbra is at hand now" in shown.err


def test_answers_outlive_the_folder(
    tw: CommandLine, acme: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = "lending.threatmodel.yaml"
    (acme.parent / "form.yaml").write_text(
        "answers: [{question: system.model_risk_board, value: every-release}]\n"
    )
    monkeypatch.setenv("THREATWRIGHT_KNOWLEDGE", "acme")
    tw("draft", "lending.md", "-o", file)
    assert tw("answer", file, "--from", "form.yaml").code == 0
    monkeypatch.delenv("THREATWRIGHT_KNOWLEDGE")
    assert tw("draft", file, "-o", file).code == 0
    threats = json.loads(tw("draft", file, "--json", "--knowledge", "acme").out)["threats"]
    (theirs,) = [t for t in threats if t["pattern"] == "acme-unapproved-credit-model"]
    assert "is in place" in theirs["residual_reasons"][0]


def test_an_appetite_is_what_check_goes_by_and_it_says_so(
    tw: CommandLine, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tw("check", model).code == 0
    text = "appetite: {any: high, confidentiality: low}\n"
    monkeypatch.setenv(
        "THREATWRIGHT_KNOWLEDGE", str(written(tmp_path / "acme", {"risk.yaml": text}))
    )
    assert tw("draft", model, "-o", model).code == 0
    told = tw("check", model)
    assert told.code == 1
    assert "for confidentiality is" in told.out
    assert "at most low is within the appetite of Acme Security" in told.out
    assert (
        "held against the appetite of Acme Security (high, but low for confidentiality)" in told.out
    )
    assert tw("check", model, "--max-residual", "critical").code == 0
    report = tw("export", model, "--format", "markdown").out
    assert "Acme Security accepts residual risk up to high, but low for confidentiality" in report
