"""`threatwright roadmap`: what to do now, next and later, and the view of NIST AI RMF."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright.errors import InputError

SAMPLE = "sample:image-classifier"


def test_the_roadmap_tells_phases_matrix_and_how_to_check(tw: CommandLine) -> None:
    told = tw("roadmap", SAMPLE)
    assert (told.code, told.err) == (0, "")
    headings = [line for line in told.out.splitlines() if line.startswith("#")]
    assert headings == ["# Roadmap: image-classifier", "## Now", "## Next", "## Later"]
    assert "| After later (all in place) |" in told.out
    assert "- Check: " in told.out
    assert "no owner yet (ask devops)" in told.out


def test_only_tables_and_single_words_are_wider_than_80_columns(tw: CommandLine) -> None:
    for arguments in (("roadmap", SAMPLE), ("roadmap", SAMPLE, "--nist"), ("paths", SAMPLE)):
        long = [line for line in tw(*arguments).out.splitlines() if len(line) > 80]
        assert all(line.startswith(("|", "#")) for line in long), long


def test_the_json_holds_every_phase_and_what_is_left_after_it(tw: CommandLine) -> None:
    found = json.loads(tw("roadmap", SAMPLE, "--json").out)
    assert [phase["name"] for phase in found["phases"]] == ["now", "next", "later"]
    work = found["phases"][0]["work"][0]
    assert set(work) >= {
        "mitigation",
        "title",
        "status",
        "effort",
        "stage",
        "at",
        "threats",
        "takes_off",
        "after",
        "owners",
        "due",
        "role",
    }
    assert list(found["today"]["levels"]) == ["critical", "high", "medium", "low"]
    left = found["today"]["total"] - sum(phase["takes_off"] for phase in found["phases"])
    assert found["phases"][-1]["after"]["total"] == left


def test_the_diagram_is_written_to_a_file(tw: CommandLine, tmp_path: Path) -> None:
    told = tw("roadmap", SAMPLE, "--format", "mermaid", "-o", "roadmap.mmd")
    assert (told.code, told.out) == (0, "")
    text = (tmp_path / "roadmap.mmd").read_text("utf-8")
    assert text.startswith("flowchart LR\n")
    assert text.count("subgraph") == text.count("\n  end\n") == 3


def test_the_view_of_nist_goes_from_function_to_subcategory(tw: CommandLine) -> None:
    told = tw("roadmap", SAMPLE, "--nist")
    headings = [line for line in told.out.splitlines() if line.startswith("## ")]
    assert headings == ["## Govern", "## Map", "## Measure", "## Manage"]
    found = json.loads(tw("roadmap", SAMPLE, "--nist", "--json").out)
    assert [one["id"] for one in found["functions"]] == ["GOVERN", "MAP", "MEASURE", "MANAGE"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--format", "gantt"), "There is no format “gantt” for a roadmap."),
        (("--nist", "--format", "mermaid"), "The view of NIST AI RMF has no diagram."),
    ],
)
def test_what_it_cannot_write_is_refused(
    tw: CommandLine, arguments: tuple[str, ...], problem: str
) -> None:
    told = tw("roadmap", SAMPLE, *arguments)
    assert told.code == InputError.exit_code
    assert told.problem == problem


def test_who_was_named_for_a_threat_owns_the_work(tw: CommandLine, model: str) -> None:
    decide = ("--accept", "*", "--reason", "agreed", "--owner", "Bo", "--by", "Ana")
    assert tw("review", model, *decide).code == 0
    told = tw("roadmap", model)
    assert "owner Bo" in told.out
    assert "no owner" not in told.out


def test_without_any_ai_there_is_nothing_to_do(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "plain.md").write_text("A shop keeps orders in Postgres.", "utf-8")
    told = tw("roadmap", "plain.md")
    assert told.code == 0
    assert "Nothing is left to do: no mitigation of this model is open." in told.out
