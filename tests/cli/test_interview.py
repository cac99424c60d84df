from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine


def test_a_plain_interview_asks_takes_answers_and_writes_the_file(
    tw: CommandLine, description: str, tmp_path: Path
) -> None:
    shown = tw("interview", description, "--plain", "-o", "x.threatmodel.yaml", stdin="\n1\nstop\n")
    assert shown.code == 0, shown.err
    assert (
        shown.out.index("╭─ ") < shown.out.index("Is the system drawn") < shown.out.index("Why: ")
    )
    assert shown.out.endswith("The model is in x.threatmodel.yaml.\n")
    exported = json.loads(tw("export", "x.threatmodel.yaml", "-f", "json").out)
    assert [entry["type"] for entry in exported["journal"]] == ["confirmed", "answered"]


def test_an_interview_in_json_lines_prints_nothing_else(tw: CommandLine, description: str) -> None:
    answers = '{"answer": "1"}\nnonsense\n{"stop": true}\n'
    shown = tw("interview", description, "--jsonl", "-o", "x.threatmodel.yaml", stdin=answers)
    assert shown.code == 0, shown.err
    events = [json.loads(line) for line in shown.out.splitlines()]
    names = [event["event"] for event in events]
    assert names.count("question") >= 2
    assert names[-2:] == ["drafted", "finished"]
    assert "refused" in names
    question = next(event for event in events if event["event"] == "question")
    assert {"id", "text", "why", "element", "fact", "choices", "proposed"} <= set(question)


def test_the_depth_is_a_flag_a_variable_or_a_setting_of_the_project(
    tw: CommandLine, description: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def depth(*flag: str) -> str:
        out = tw(
            "interview", description, "--jsonl", "-o", "x.threatmodel.yaml", *flag, stdin=""
        ).out
        question = next(json.loads(line) for line in out.splitlines() if '"question"' in line)
        return str(question["progress"]["depth"])

    assert depth() == "standard"
    (tmp_path / "threatwright.toml").write_text('depth = "quick"')
    assert depth() == "quick"
    monkeypatch.setenv("THREATWRIGHT_DEPTH", "thorough")
    assert depth() == "thorough"
    assert depth("--depth", "quick") == "quick"


def test_an_interview_goes_on_where_it_was_left(tw: CommandLine, model: str) -> None:
    first = tw("interview", model, "--jsonl", stdin='{"answer": "1"}\n').out
    second = tw("interview", model, "--jsonl", stdin="").out
    asked = [json.loads(line)["id"] for line in first.splitlines() if '"question"' in line]
    again = [json.loads(line)["id"] for line in second.splitlines() if '"question"' in line]
    assert again[0] == asked[1]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["payments.md"], "The user interface needs a terminal."),
        (["--plain"], "There is no description to begin from."),
        (["--plain", "-o", "new.threatmodel.yaml"], "There is no description to begin from."),
        (["nothing.md", "--jsonl"], "nothing.md does not exist."),
        (["nothing.yaml", "--jsonl"], "nothing.yaml does not exist."),
        (["payments.md", "--plain", "--jsonl"], "--jsonl and --plain exclude each other."),
        (["-", "--plain"], "Standard input is where the answers come from."),
        (["x.json", "--plain"], "x.json: an interview is kept in YAML."),
        (["payments.md", "--plain", "-o", "x.md"], "x.md is not the name of a model file."),
    ],
)
def test_an_interview_that_cannot_be_says_why(
    tw: CommandLine, description: str, arguments: list[str], problem: str
) -> None:
    told = tw("interview", *arguments)
    assert (told.code, told.problem) == (2, problem)


def test_a_model_file_is_not_gone_on_with_elsewhere(tw: CommandLine, model: str) -> None:
    told = tw("interview", model, "--plain", "-o", "other.threatmodel.yaml")
    assert (told.code, told.problem) == (
        2,
        "An interview goes on in the model file that it is given.",
    )
