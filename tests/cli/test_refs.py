from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

WRONG = "AML.T0051 (LLM Jailbreak)\n"
OLD = "- AML.T0020 Poison Training Data\n"


def write(path: str, content: str | bytes) -> Path:
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return place


def test_every_mention_is_printed_with_its_place_and_the_exit_code_tells(tw: CommandLine) -> None:
    write("a.md", "AML.T0054 LLM Jailbreak\n" + WRONG)
    told = tw("refs", "verify", "a.md")
    assert told.code == 1
    assert told.out.splitlines() == [
        "a.md:1:1: AML.T0054 “LLM Jailbreak”: current",
        "a.md:2:1: AML.T0051 “LLM Jailbreak”: wrong-name; expected LLM Prompt Injection "
        "(that is the name of AML.T0054)",
        "2 references in 1 file: 1 current, 1 wrong-name.",
    ]


def test_quiet_leaves_out_what_is_current(tw: CommandLine) -> None:
    write("a.md", "AML.T0054\n")
    told = tw("refs", "verify", "a.md", "--quiet")
    assert (told.code, told.out) == (0, "1 reference in 1 file: 1 current.\n")


def test_a_text_without_references_is_right_and_says_that_there_were_none(tw: CommandLine) -> None:
    write("a.md", "Nothing here.\n")
    assert tw("refs", "verify", "a.md")[:2] == (0, "No reference found in 1 file.\n")


def test_json_holds_every_mention(tw: CommandLine) -> None:
    write("a.md", "AML.T0054\n" + WRONG)
    told = tw("refs", "verify", "a.md", "--json")
    assert told.code == 1
    assert json.loads(told.out) == [
        {
            "file": "a.md",
            "line": 1,
            "column": 1,
            "id": "AML.T0054",
            "name": None,
            "verdict": "current",
            "expected": None,
            "note": "",
        },
        {
            "file": "a.md",
            "line": 2,
            "column": 1,
            "id": "AML.T0051",
            "name": "LLM Jailbreak",
            "verdict": "wrong-name",
            "expected": "LLM Prompt Injection",
            "note": "that is the name of AML.T0054",
        },
    ]


def test_sarif_has_paths_relative_to_the_working_folder(tw: CommandLine, tmp_path: Path) -> None:
    write("docs/a.md", WRONG)
    log = json.loads(tw("refs", "verify", str(tmp_path / "docs"), "--sarif").out)
    (result,) = log["runs"][0]["results"]
    assert log["version"] == "2.1.0"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "docs/a.md"


def test_a_text_can_be_piped_in(tw: CommandLine) -> None:
    told = tw("refs", "verify", "-", "--json", stdin=WRONG)
    assert [(row["file"], row["verdict"]) for row in json.loads(told.out)] == [("-", "wrong-name")]


def test_separated_values_are_told_apart_when_piped_in(tw: CommandLine) -> None:
    told = tw("refs", "verify", "-", stdin="id,name\nAML.T0051,LLM Jailbreak\n")
    assert "wrong-name" in told.out


def test_of_a_folder_hidden_binary_and_installed_files_are_left_out(tw: CommandLine) -> None:
    write("d/a.md", WRONG)
    write("d/.git/b.md", WRONG)
    write("d/.hidden.md", WRONG)
    write("d/node_modules/c.md", WRONG)
    write("d/model.bin", b"AML.T0999\0")
    write("d/a.md.orig", WRONG)
    rows = json.loads(tw("refs", "verify", "d", "--json").out)
    assert [row["file"] for row in rows] == ["d/a.md"]


def test_a_file_that_is_named_twice_is_checked_once(tw: CommandLine) -> None:
    write("d/a.md", WRONG)
    assert len(json.loads(tw("refs", "verify", "d", "d/a.md", "--json").out)) == 1


def test_what_would_steer_a_terminal_is_not_printed(tw: CommandLine) -> None:
    write("a.json", '{"id": "AML.T0051", "name": "Evil \x1b[31mName"}')
    assert "\x1b" not in tw("refs", "verify", "a.json").out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nothing.md"], "nothing.md does not exist."),
        (["empty"], "empty holds no text file."),
        (["model.bin"], "model.bin is not a text."),
        (["a.md", "--json", "--sarif"], "--json and --sarif exclude each other."),
        (["-", "--fix"], "Standard input cannot be corrected."),
    ],
)
def test_what_cannot_be_checked_is_said(
    tw: CommandLine, arguments: list[str], problem: str
) -> None:
    write("a.md", WRONG)
    write("model.bin", b"\0")
    Path("empty").mkdir()
    told = tw("refs", "verify", *arguments)
    assert (told.code, told.problem) == (2, problem)


def test_a_file_larger_than_the_limit_is_refused(
    tw: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threatwright.knowledge.references.files.MAX_BYTES", 1000)
    write("d/big.txt", "x" * 1001)
    write("d/a.md", WRONG)
    assert tw("refs", "verify", "d/big.txt").code == 2
    told = tw("refs", "verify", "d", "--json")
    assert (told.code, len(json.loads(told.out))) == (1, 1)
    assert "It was left out." in told.err


# --- --fix ------------------------------------------------------------------------------------


def test_fix_corrects_shows_the_change_and_keeps_the_original(tw: CommandLine) -> None:
    place = write("a.md", OLD)
    told = tw("refs", "verify", "a.md", "--fix")
    assert told.code == 0
    assert place.read_text() == "- AML.T0020 Training Data Poisoning\n"
    assert Path("a.md.orig").read_text() == OLD
    assert "-- AML.T0020 Poison Training Data" in told.out.splitlines()
    assert "+- AML.T0020 Training Data Poisoning" in told.out.splitlines()


def test_fix_ends_with_1_if_something_is_left_to_a_person(tw: CommandLine) -> None:
    place = write("a.md", OLD + WRONG)
    told = tw("refs", "verify", "a.md", "--fix", "--json")
    assert told.code == 1
    assert [row["verdict"] for row in json.loads(told.out)] == ["current", "wrong-name"]
    assert place.read_text().endswith(WRONG)
    assert "Training Data Poisoning" in told.err


def test_fix_leaves_a_file_alone_in_which_nothing_is_certain(tw: CommandLine) -> None:
    write("a.md", WRONG)
    assert tw("refs", "verify", "a.md", "--fix").code == 1
    assert not Path("a.md.orig").exists()


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf%s\r\n", b"\xe4 %s\r\n", b"%s"])
def test_fix_changes_no_other_byte(tw: CommandLine, content: bytes) -> None:
    place = write("a.txt", content % b"AML.T0020 Poison Training Data")
    tw("refs", "verify", "a.txt", "--fix")
    assert place.read_bytes() == content % b"AML.T0020 Training Data Poisoning"


def test_fix_never_overwrites_an_original_that_was_kept(tw: CommandLine) -> None:
    write("a.md", OLD)
    write("a.md.orig", "precious")
    tw("refs", "verify", "a.md", "--fix")
    assert Path("a.md.orig").read_text() == "precious"
    assert Path("a.md.1.orig").read_text() == OLD


def test_fix_keeps_the_rights_of_the_file(tw: CommandLine) -> None:
    place = write("run.sh", "# " + OLD)
    place.chmod(0o750)
    tw("refs", "verify", "run.sh", "--fix")
    assert "Training Data Poisoning" in place.read_text()
    assert stat.S_IMODE(place.stat().st_mode) == 0o750
