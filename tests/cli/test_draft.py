from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright.cli import console

REF = re.compile(
    r"(AML\.T\d{4}(\.\d{3})?|(ML|LLM|ASI)\d\d:\d{4}|CWE-\d+|T\d{4}(\.\d{3})?|[A-Z]+ .*)"
)


def test_a_draft_prints_a_table_then_what_is_not_known(tw: CommandLine, description: str) -> None:
    shown = tw("draft", description)
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0].startswith("Threat model: ")
    assert re.fullmatch(r"Risk +Threat +Element +References", lines[2])
    assert re.match(r"(critical|high) \(\d+\) +\w", lines[3])
    assert re.search(r"^\d+ threats: \d+ critical, \d+ high, \d+ medium, \d+ low$", shown.out, re.M)
    assert re.search(r"^\d+ not assessed .*, \d+ not applicable$", shown.out, re.M)
    assert re.search(r"^\d+ open questions?, \d+ gaps? in the model$", shown.out, re.M)


def test_piped_each_threat_is_a_line(tw: CommandLine, description: str) -> None:
    threats = json.loads(tw("draft", description, "--json").out)["threats"]
    rows = re.findall(r"^(?:critical|high|medium|low) \(\d+\)", tw("draft", description).out, re.M)
    assert len(rows) == len(threats)


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_on_a_terminal_the_table_fits(
    tw: CommandLine, description: str, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(console, "width", lambda: columns)
    table = tw("draft", description).out.split("\n\n")[1]
    assert max(map(len, table.splitlines())) <= max(columns, 60)


def test_a_draft_writes_nothing_without_being_told(
    tw: CommandLine, description: str, tmp_path: Path
) -> None:
    tw("draft", description)
    assert [path.name for path in tmp_path.iterdir()] == [description]


def test_the_json_orders_threats_by_risk_confidence_and_id(
    tw: CommandLine, description: str
) -> None:
    threats = json.loads(tw("draft", description, "--json").out)["threats"]
    assert threats
    assert threats == sorted(threats, key=lambda t: (-t["risk"], -t["confidence"], t["id"]))


def test_two_drafts_are_the_same_bytes(tw: CommandLine, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert tw("draft", "sample:fraud-api", "-o", f"{name}.threatmodel.yaml").code == 0
    one, two = (tmp_path / f"{name}.threatmodel.yaml" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert tw("draft", "sample:fraud-api", "--json") == tw("draft", "sample:fraud-api", "--json")


def test_a_draft_holds_no_time_and_no_path_of_the_machine(
    tw: CommandLine, description: str, tmp_path: Path
) -> None:
    text = tw("draft", str(tmp_path / description), "--json").out
    assert str(tmp_path) not in text
    assert '"at": "20' not in text


def test_standard_input_is_drafted(tw: CommandLine, description: str, tmp_path: Path) -> None:
    piped = json.loads(tw("draft", "-", "--json", stdin=(tmp_path / description).read_text()).out)
    named = json.loads(tw("draft", description, "--json").out)
    assert [t["id"] for t in piped["threats"]] == [t["id"] for t in named["threats"]]


def test_a_model_file_is_drafted_anew_with_the_same_result(
    tw: CommandLine, description: str, model: str
) -> None:
    assert tw("draft", model, "--json").out == tw("draft", description, "--json").out


def test_json_and_yaml_hold_the_same_model(tw: CommandLine, model: str, tmp_path: Path) -> None:
    assert tw("draft", model, "-o", "x.json").code == 0
    assert tw("draft", "x.json", "-o", "y.threatmodel.yaml").code == 0
    assert (tmp_path / "y.threatmodel.yaml").read_bytes() == (tmp_path / model).read_bytes()


def test_answers_are_taken_in_first(tw: CommandLine, description: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("answers:\n  - {question: system.llm, value: no}\n")
    drafted = json.loads(tw("draft", description, "--answers", "a.yaml", "--json").out)
    assert drafted["system"]["facts"]["llm"]["value"] == "no"
    assert [entry["at"] for entry in drafted["journal"]] == [""]


def test_an_answer_to_no_question_is_told_with_its_line(
    tw: CommandLine, description: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text("answers:\n  - {question: nobody.llm, value: no}\n")
    told = tw("draft", description, "--answers", "a.yaml")
    assert told.code == 2
    assert told.problem.startswith("a.yaml, line 2: ")


def test_every_example_is_drafted_with_its_answers(tw: CommandLine) -> None:
    for line in tw("sample", "list").out.splitlines():
        drafted = json.loads(tw("draft", line.split()[0], "--offline", "--json").out)
        assert drafted["journal"]
        assert drafted["threats"]


def test_a_draft_does_not_write_over_what_people_said(
    tw: CommandLine, description: str, model: str, tmp_path: Path
) -> None:
    (tmp_path / "form.yaml").write_text("answers:\n  - {question: system.llm, value: no}\n")
    assert tw("answer", model, "--from", "form.yaml").code == 0
    before = (tmp_path / model).read_bytes()
    told = tw("draft", description, "-o", model)
    assert told.code == 2
    assert told.problem.startswith(f"{model} holds 1 answer or decision")
    assert (tmp_path / model).read_bytes() == before
    assert tw("draft", model, "-o", model).code == 0


def test_a_draft_without_answers_may_be_written_again(
    tw: CommandLine, description: str, model: str, tmp_path: Path
) -> None:
    before = (tmp_path / model).read_bytes()
    assert tw("draft", description, "-o", model).code == 0
    assert (tmp_path / model).read_bytes() == before


def test_a_file_that_is_no_model_is_not_written_over(
    tw: CommandLine, description: str, tmp_path: Path
) -> None:
    (tmp_path / "x.yaml").write_text("mine: 1\n")
    assert tw("draft", description, "-o", "x.yaml").code == 2
    assert (tmp_path / "x.yaml").read_text() == "mine: 1\n"


@pytest.mark.parametrize(
    ("out", "problem"),
    [
        ("report.md", "report.md is not the name of a model file."),
        ("-", "- is not the name of a model file."),
        ("nowhere/x.yaml", "The folder nowhere does not exist."),
        ("folder.yaml", "folder.yaml is a folder."),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_the_work(
    tw: CommandLine, tmp_path: Path, out: str, problem: str
) -> None:
    (tmp_path / "folder.yaml").mkdir()
    told = tw("draft", "nothing.md", "-o", out)
    assert (told.code, told.problem) == (2, problem)


def test_a_text_about_no_system_drafts_nothing_and_says_so(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("Roses are red, violets are blue.")
    shown = tw("draft", "poem.txt")
    assert shown.code == 0
    assert "so no threat is drafted" in shown.out
    assert json.loads(tw("draft", "poem.txt", "--json").out)["threats"] == []


def test_an_unwritable_home_costs_nothing_but_time(
    tw: CommandLine, description: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    expected = tw("draft", description, "--json")
    monkeypatch.setenv("THREATWRIGHT_HOME", str(tmp_path / "file" / "home"))
    assert tw("draft", description, "--json") == expected


def test_a_damaged_model_is_told_with_its_line(tw: CommandLine, model: str, tmp_path: Path) -> None:
    path = tmp_path / model
    shutil.copy(path, tmp_path / "bad.yaml")
    text = path.read_text(encoding="utf-8").replace("kind: prose", "kind: poetry", 1)
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    told = tw("draft", "bad.yaml")
    assert told.code == 2
    assert re.match(r"bad\.yaml, line \d+: sources\.0\.kind", told.problem)
