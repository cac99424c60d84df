from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import CommandLine


def test_the_minutes_of_a_model_that_nobody_spoke_of_say_so(tw: CommandLine, model: str) -> None:
    shown = tw("minutes", model)
    assert shown.code == 0
    assert "**Nothing has been said about this model yet**" in shown.out
    assert "## Still open" in shown.out


def test_minutes_are_written_in_the_format_that_the_file_tells(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    form = "answers:\n  - {question: system.llm, value: no}\n"
    assert tw("answer", model, "--from", "-", "--by", "Ana", stdin=form).code == 0
    assert tw("minutes", model, "-o", "minutes.md").out == ""
    assert "### Ana, " in (tmp_path / "minutes.md").read_text(encoding="utf-8")
    assert tw("minutes", model, "-o", "minutes.json").code == 0
    told = json.loads((tmp_path / "minutes.json").read_text(encoding="utf-8"))
    assert [sitting["by"] for sitting in told["sittings"]] == ["Ana"]


def test_the_minutes_of_an_example_tell_the_answers_that_it_brings_along(tw: CommandLine) -> None:
    shown = tw("minutes", "sample:fraud-api")
    assert "somebody not named" in shown.out


def test_a_format_that_minutes_do_not_have_is_told(tw: CommandLine, model: str) -> None:
    told = tw("minutes", model, "-f", "docx")
    assert (told.code, told.problem) == (2, "There is no format “docx” for minutes.")
