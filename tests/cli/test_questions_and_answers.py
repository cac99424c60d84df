from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine


def test_a_form_is_printed_filled_and_taken_in(tw: CommandLine, model: str, tmp_path: Path) -> None:
    form = tw("questions", model).out
    asked = re.findall(r'question: "(.*)"', form)
    first = json.loads(tw("questions", model, "--json").out)[0]
    assert asked[0] == first["id"]
    filled = re.sub(r"    value:.*", f"    value: {first['choices'][0]['value']}", form, count=1)
    (tmp_path / "form.yaml").write_text(filled, encoding="utf-8")
    shown = tw("answer", model, "--from", "form.yaml", "--by", "Ana", "--role", "devops")
    assert shown.code == 0
    assert shown.out.startswith(f"Took 1 answer into {model}; {len(asked) - 1} left blank.")
    entry = json.loads(tw("export", model, "-f", "json").out)["journal"][-1]
    assert (entry["by"], entry["role"], entry["question"]) == ("Ana", "devops", asked[0])
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", entry["at"])
    assert asked[0] not in tw("questions", model).out


def test_a_form_may_come_from_standard_input(tw: CommandLine, model: str) -> None:
    form = "answers:\n  - {question: system.llm, dont_know: true}\n"
    assert tw("answer", model, "--from", "-", stdin=form).code == 0


def test_a_form_with_one_wrong_answer_changes_nothing(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    before = (tmp_path / model).read_bytes()
    form = "answers:\n  - {question: system.llm, value: no}\n  - {question: x.y, value: no}\n"
    told = tw("answer", model, "--from", "-", stdin=form)
    assert told.code == 2
    assert told.problem.startswith("standard input, line 3: ")
    assert (tmp_path / model).read_bytes() == before


@pytest.mark.parametrize("source", ["payments.md", "sample:fraud-api", "-"])
def test_answers_go_into_a_model_file_only(tw: CommandLine, description: str, source: str) -> None:
    told = tw("answer", source, "--from", "form.yaml")
    assert told.code == 2
    assert "is not a model file" in told.problem


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
