from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

pytestmark = pytest.mark.long


def test_a_form_is_printed_filled_and_taken_in(tw: CommandLine, model: str, tmp_path: Path) -> None:
    form = tw("questions", model).out
    asked = re.findall(r'question: "(.*)"', form)
    first = json.loads(tw("questions", model, "--json").out)[0]
    assert first["id"] in asked
    filled = re.sub(
        rf'("{first["id"]}"\n    value:).*', rf"\1 {first['choices'][0]['value']}", form, count=1
    )
    (tmp_path / "form.yaml").write_text(filled, encoding="utf-8")
    shown = tw("answer", model, "--from", "form.yaml", "--by", "Ana", "--role", "devops")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Took 1 answer into {model}; {len(asked) - 1} left blank.")
    entry = json.loads(tw("export", model, "-f", "json").out)["journal"][-1]
    assert (entry["by"], entry["role"], entry["question"]) == ("Ana", "devops", first["id"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", entry["at"])
    assert first["id"] not in tw("questions", model).out


def test_a_form_may_come_from_standard_input(tw: CommandLine, model: str) -> None:
    form = "answers:\n  - {question: system.llm, dont_know: true}\n"
    assert tw("answer", model, "--from", "-", stdin=form).code == 0


def test_standard_input_holds_one_form(tw: CommandLine, model: str) -> None:
    told = tw("answer", model, "--from", "-", "--from", "-", stdin="answers: []\n")
    assert (told.code, told.problem) == (2, "Standard input is named twice.")


def test_a_form_with_one_wrong_answer_changes_nothing(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    before = (tmp_path / model).read_bytes()
    form = "answers:\n  - {question: system.llm, value: no}\n  - {question: x.y, value: no}\n"
    told = tw("answer", model, "--from", "-", stdin=form)
    assert told.code == 2
    assert told.problem.startswith("standard input, line 3: ")
    assert (tmp_path / model).read_bytes() == before


def test_all_that_is_wrong_with_a_form_is_told_in_two_lines_each(
    tw: CommandLine, model: str
) -> None:
    form = "answers:\n  - {question: system.llm, value: x}\n  - {question: x.y, value: no}\n"
    told = tw("answer", model, "--from", "-", stdin=form)
    assert (told.code, told.out) == (2, "")
    assert [line.split(":")[0] for line in told.err.splitlines()[::2]] == [
        "standard input, line 2",
        "standard input, line 3",
    ]


@pytest.mark.parametrize("source", ["payments.md", "sample:fraud-api", "-"])
def test_answers_go_into_a_model_file_only(tw: CommandLine, description: str, source: str) -> None:
    told = tw("answer", source, "--from", "form.yaml")
    assert told.code == 2
    assert "is not a model file" in told.problem


def test_a_dry_run_says_what_would_be_taken_and_writes_nothing(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    before = (tmp_path / model).read_bytes()
    form = "by: Ana\nanswers:\n  - {question: system.llm, value: no, text: we do not need one}\n"
    shown = tw("answer", model, "--from", "-", "--dry-run", stdin=form)
    assert shown.out.startswith("Would take 1 answer; 0 left blank; nothing was written.")
    assert "the system · Language model: No, “we do not need one”" in shown.out
    assert (tmp_path / model).read_bytes() == before
    assert not list(tmp_path.glob(".*.lock"))


def test_a_form_that_says_nothing_leaves_the_file_as_it_was(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    before = (tmp_path / model).stat().st_mtime_ns
    shown = tw("answer", model, "--from", "-", stdin="answers: []\n")
    assert shown.out.startswith(f"Nothing new was said; {model} is as it was.")
    assert (tmp_path / model).stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["form.md", "form.markdown", "form.xlsx", "form.yaml", "form.yml"])
def test_the_ending_tells_the_format_and_the_form_is_read_back(
    tw: CommandLine, model: str, name: str
) -> None:
    total = len(json.loads(tw("questions", model, "--role", "devops", "--json").out))
    shown = tw("questions", model, "--role", "devops", "-o", name)
    assert shown.out.startswith(f"Wrote {total} questions to {name}.")
    told = tw("answer", model, "--from", name, "--by", "Ana")
    assert (told.code, told.err) == (0, "")
    assert f"{name}, Ana (devops): 0 taken, {total} left blank" in told.out


@pytest.mark.parametrize("name", ["form.md", "form.xlsx", "form.yaml"])
def test_a_form_is_not_written_over_while_the_model_does_not_have_its_answers(
    tw: CommandLine, model: str, tmp_path: Path, name: str
) -> None:
    assert tw("questions", model, "-o", name).code == 0
    assert tw("questions", model, "-o", name).code == 0  # nobody has filled it
    first = re.findall(r'question: "(.*)"', tw("questions", model).out)[0]
    (tmp_path / name).write_text(
        f"### 1. x `{first}`\n\nAnswer: in words\n"
        if name == "form.md"
        else f"answers:\n  - {{question: {first}, text: in words}}\n",
        encoding="utf-8",
    )
    told = tw("questions", model, "-o", name)
    assert (told.code, told.problem) == (
        2,
        f"{name} holds 1 answer that the model does not have; it was not changed.",
    )
    assert tw("answer", model, "--from", name, "--by", "Ana").code == 0
    assert tw("questions", model, "-o", name).code == 0


def test_a_file_that_is_no_form_is_not_written_over_by_one(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n", encoding="utf-8")
    told = tw("questions", model, "-o", "notes.md")
    assert told.code == 2
    assert told.problem.startswith("notes.md exists, and is no form of this model")
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == "# Notes\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["-f", "xlsx"], "A form in xlsx is no text to print."),
        (["-f", "docx"], "There is no format “docx” for forms."),
        (["-o", "form.pdf"], "The ending “.pdf” tells no format."),
    ],
)
def test_a_format_that_cannot_be_is_told(
    tw: CommandLine, model: str, arguments: list[str], problem: str
) -> None:
    told = tw("questions", model, *arguments)
    assert (told.code, told.problem) == (2, problem)


def test_a_model_in_json_takes_answers_too(tw: CommandLine, description: str) -> None:
    assert tw("draft", description, "-o", "payments.json").code == 0
    form = "answers:\n  - {question: system.llm, value: no}\n"
    assert tw("answer", "payments.json", "--from", "-", "--by", "Ana", stdin=form).code == 0
    assert json.loads(tw("export", "payments.json", "-f", "json").out)["journal"][-1]["by"] == "Ana"


def test_questions_are_for_one_role_if_it_is_named(tw: CommandLine) -> None:
    found = json.loads(tw("questions", "sample:fraud-api", "--role", "devops", "--json").out)
    assert found
    assert {question["role"] for question in found} == {"devops"}


def test_questions_as_json_say_what_they_ask_and_why(tw: CommandLine, description: str) -> None:
    for question in json.loads(tw("questions", description, "--json").out):
        assert {"id", "text", "why", "element", "fact", "choices", "proposed", "decides"} <= set(
            question
        )
        assert all(set(choice) == {"value", "label"} for choice in question["choices"])


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "form.md", "form.md is not a form"),
        (b"Dear all, it is fine.\n", "form.txt", "form.txt is not a form"),
        (b"\xff\xfea\x00", "form.md", "form.md is not in UTF-8: it is UTF-16."),
        (b"PK\x03\x04", "form.xlsx", "form.xlsx is damaged"),
        (b"answers: !!python/object/apply:os.system [x]\n", "form.yaml", "form.yaml, line 1"),
        (b"x" * 5_000_001, "form.md", "form.md is larger than 5 MB."),
    ],
)
def test_a_file_that_is_no_form_is_refused_in_two_lines(
    tw: CommandLine, model: str, tmp_path: Path, content: bytes, name: str, problem: str
) -> None:
    (tmp_path / name).write_bytes(content)
    before = (tmp_path / model).read_bytes()
    told = tw("answer", model, "--from", name, "--by", "Ana")
    assert told.code == 2
    assert told.problem.startswith(problem)
    assert (tmp_path / model).read_bytes() == before


def test_what_people_write_steers_no_terminal(tw: CommandLine, model: str) -> None:
    form = (
        'by: "Ana\\e]0;x\\a"\nanswers:\n'
        '  - {question: system.llm, text: "\\e[2J[bold]no[/bold] \\u202eon"}\n'
    )
    for arguments in (["answer", model, "--from", "-"], ["minutes", model]):
        shown = tw(*arguments, stdin=form)
        assert shown.code == 0
        assert "\x1b" not in shown.out + shown.err
        assert "\u202e" not in shown.out
        assert "[bold]no" in shown.out.replace("\\", "")
