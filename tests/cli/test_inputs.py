from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import DESCRIPTION, CommandLine
from threatwright.cli.inputs import MAX_PROSE


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "x.md holds no text."),
        (b" \n\t\n", "x.md holds no text."),
        (b"\xef\xbb\xbf", "x.md holds no text."),
        (b"\x7fELF\0\0", "x.md is not a text: it holds NUL bytes."),
        (b"one\n" + bytes(range(128, 256)), "x.md is not in UTF-8: line 2 holds the byte 0x80."),
        (b"\x89PNG\r\n", "x.md is a picture, which cannot be read."),
        (b"x" * (MAX_PROSE + 1), "x.md is larger than 1 MB."),
    ],
    ids=["empty", "blank", "mark", "binary", "no encoding", "picture", "large"],
)
@pytest.mark.parametrize("command", ["draft", "questions"])
def test_a_description_that_cannot_be_used_says_why(
    tw: CommandLine, tmp_path: Path, command: str, content: bytes, problem: str
) -> None:
    (tmp_path / "x.md").write_bytes(content)
    told = tw(command, "x.md")
    assert (told.code, told.problem) == (2, problem)


def test_standard_input_is_held_to_the_same_rules(tw: CommandLine) -> None:
    told = tw("draft", "-", stdin=b" \n")
    assert (told.code, told.problem) == (2, "Standard input holds no text.")


def test_of_a_huge_file_only_the_beginning_is_read(tw: CommandLine, tmp_path: Path) -> None:
    with (tmp_path / "huge.md").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing: reading it whole could not end
    told = tw("draft", "huge.md")
    assert (told.code, told.problem) == (2, "huge.md is larger than 1 MB.")


@pytest.mark.parametrize("name", ["x.md", "x.threatmodel.yaml", "x.json"])
def test_a_missing_file_is_named(tw: CommandLine, name: str) -> None:
    told = tw("draft", name)
    assert (told.code, told.problem) == (2, f"{name} does not exist.")


@pytest.mark.parametrize("name", ["x.md", "x.yaml", "x.json"])
def test_a_folder_is_refused(tw: CommandLine, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    told = tw("draft", name)
    assert (told.code, told.problem) == (2, f"{name} is a folder.")


@pytest.mark.parametrize("name", ["x.md", "x.yaml", "x.json"])
def test_a_named_pipe_is_refused_instead_of_waited_for(
    tw: CommandLine, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / name)
    told = tw("draft", name)
    assert (told.code, told.problem) == (2, f"{name} is not a regular file.")


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("text")
    (tmp_path / "x.md").chmod(0)
    told = tw("draft", "x.md")
    assert (told.code, told.problem) == (2, "x.md may not be read.")


def test_a_name_that_steers_the_terminal_is_shown_without_effect(tw: CommandLine) -> None:
    told = tw("draft", "\x1b[31mred\u202e.md")
    assert told.problem == "red.md does not exist."


def test_a_file_whose_name_steers_the_terminal_is_read(tw: CommandLine, tmp_path: Path) -> None:
    name = "pay\x1b[31m\nments\u202e.md"
    (tmp_path / name).write_text(DESCRIPTION, encoding="utf-8")
    shown = tw("draft", name)
    assert shown.code == 0
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out
    assert tw("draft", name, "-o", "out.threatmodel.yaml").code == 0
    assert tw("export", "out.threatmodel.yaml", "-f", "markdown").code == 0


def test_a_byte_order_mark_and_foreign_line_ends_change_nothing(
    tw: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "x.md").write_text(DESCRIPTION, encoding="utf-8")
    plain = tw("draft", "x.md", "--json").out
    (tmp_path / "x.md").write_bytes(
        b"\xef\xbb\xbf" + DESCRIPTION.replace("\n", "\r\n").encode("utf-8")
    )
    assert tw("draft", "x.md", "--json").out == plain


@pytest.mark.parametrize("name", ["sample:", "sample:nothing", "sample:../../src", "sample:a/b"])
def test_an_unknown_example_is_told_with_the_known_ones(tw: CommandLine, name: str) -> None:
    told = tw("draft", name)
    assert told.code == 2
    assert told.problem.startswith("There is no example")
    assert "fraud-api" in told.err


def test_examples_are_listed_and_shown(tw: CommandLine) -> None:
    names = [line.split()[0] for line in tw("sample", "list").out.splitlines()]
    assert "sample:fraud-api" in names
    for name in names:
        shown = tw("sample", "show", name)
        assert shown.code == 0
        assert shown.out == tw("sample", "show", name.removeprefix("sample:")).out != ""
