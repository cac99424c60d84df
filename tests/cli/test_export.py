from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright.exchange.formats import FORMATS, Format

pytestmark = pytest.mark.long


def test_the_formats_are_listed_with_what_they_lose(tw: CommandLine) -> None:
    shown = tw("export", "--list").out
    for entry in FORMATS:
        assert entry.name in shown
        assert entry.loses in shown


TEXTS = tuple(entry for entry in FORMATS if entry.name != "xlsx")


@pytest.mark.parametrize("entry", TEXTS, ids=[entry.name for entry in TEXTS])
def test_what_is_printed_and_what_is_written_are_the_same(
    tw: CommandLine,
    model: str,
    tmp_path: Path,
    entry: Format,
) -> None:
    printed = tw("export", model, "--format", entry.name)
    assert printed.code == 0
    out = f"out{entry.extension}"
    assert tw("export", model, "-o", out).code == 0, "the format follows from the extension"
    assert (tmp_path / out).read_text(encoding="utf-8") == printed.out


def test_a_workbook_is_printed_for_a_program_and_never_on_a_terminal(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    assert tw("export", model, "-o", "out.xlsx").code == 0
    command = (sys.executable, "-m", "threatwright", "export", model, "-f", "xlsx")
    piped = subprocess.run(command, capture_output=True, check=True)
    assert piped.stdout == (tmp_path / "out.xlsx").read_bytes()
    ours, theirs = pty.openpty()
    refused = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)
    os.close(ours)
    assert refused.returncode == 2
    assert "Name a file: -o OUT.xlsx." in refused.stderr.decode()


def test_exported_json_is_a_model_file(tw: CommandLine, model: str) -> None:
    assert tw("export", model, "-o", "x.json").code == 0
    for name in ("json", "markdown"):
        assert tw("export", "x.json", "-f", name).out == tw("export", model, "-f", name).out


def test_an_example_is_exported_without_a_file(tw: CommandLine) -> None:
    shown = tw("export", "sample:fraud-api", "-f", "markdown").out
    assert shown.startswith("# Threat model: ")
    assert "## Threats" in shown
    assert "```mermaid" in shown


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "No FILE is named."),
        (["x.md"], "The format is not named."),
        (["x.md", "-o", "x.doc"], "The format is not named."),
        (["x.md", "-f", "doc"], "There is no format “doc”."),
        (["x.md", "-f", "json"], "x.md does not exist."),
    ],
)
def test_an_export_that_cannot_be_says_why(
    tw: CommandLine, arguments: list[str], problem: str
) -> None:
    told = tw("export", *arguments)
    assert (told.code, told.problem) == (2, problem)


def test_an_export_takes_the_place_of_an_older_one_and_keeps_its_mode(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    (tmp_path / "report.md").write_text("old")
    (tmp_path / "report.md").chmod(0o600)
    assert tw("export", model, "-o", "report.md").code == 0
    assert (tmp_path / "report.md").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"payments.md", model, "report.md"}


def test_an_export_into_a_missing_folder_is_refused(tw: CommandLine, model: str) -> None:
    told = tw("export", model, "-f", "json", "-o", "nowhere/x.json")
    assert (told.code, told.problem) == (2, "The folder nowhere does not exist.")


def test_hostile_names_do_not_reach_the_terminal(
    tw: CommandLine, model: str, tmp_path: Path
) -> None:
    tw("export", model, "-o", "x.json")
    content = json.loads((tmp_path / "x.json").read_text())
    for component in content["system"]["components"]:
        component["name"] = "\x1b[2J\x9b31m\u202eevil"
    (tmp_path / "x.json").write_text(json.dumps(content))
    for arguments in (
        ("draft", "x.json"),
        ("draft", "x.json", "--json"),
        ("questions", "x.json"),
        ("questions", "x.json", "--json"),
        *(("export", "x.json", "-f", entry.name) for entry in TEXTS),
    ):
        shown = tw(*arguments)
        assert shown.code == 0
        assert not set("\x1b\x9b\u202e") & set(shown.out)


def test_a_redacted_export_says_so_and_names_nobody(tw: CommandLine, model: str) -> None:
    form = (
        "by: Ana Ruiz\nanswers:\n  - {question: system.llm, value: 'no', text: never heard of it}"
    )
    assert tw("answer", model, "--from", "-", stdin=form).code == 0
    assert "Ana Ruiz" in tw("export", model, "-f", "json").out
    redacted = tw("export", model, "-f", "json", "--redact").out
    assert "Ana Ruiz" not in redacted
    assert "never heard" not in redacted
    assert "gradient boosted" not in json.loads(redacted)["sources"][0]["text"]
    assert "*Redacted*" in tw("export", model, "-f", "markdown", "--redact").out


def test_a_handling_label_takes_the_place_of_the_models_own(tw: CommandLine, model: str) -> None:
    shown = tw("export", model, "-f", "markdown", "--handling", "For Acme only", "--redact").out
    assert "*For Acme only, redacted*" in shown


def test_a_report_takes_a_template_of_ones_own(tw: CommandLine, model: str, tmp_path: Path) -> None:
    (tmp_path / "ours.html").write_text("<h1>{{ title }}, {{ handling }}</h1>")
    shown = tw("export", model, "-f", "html", "--template", "ours.html", "--handling", "secret")
    assert shown.out == "<h1>payments, secret</h1>\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("-f", "json", "--template", "ours.html"), "The format json takes no template."),
        (("-f", "html", "--template", "gone.html"), "gone.html does not exist."),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(
    tw: CommandLine, model: str, arguments: tuple[str, ...], problem: str
) -> None:
    told = tw("export", model, *arguments)
    assert (told.code, told.problem) == (2, problem)
