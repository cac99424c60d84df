"""`threatwright paths`: how threats come about, and what cuts their paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright.errors import InputError

SAMPLE = "sample:fraud-api"
EXTRACTION = "T-model-extraction@inference-endpoint"


def test_one_threat_is_told_step_by_step(tw: CommandLine) -> None:
    told = tw("paths", SAMPLE, EXTRACTION)
    assert (told.code, told.err) == (0, "")
    words = " ".join(told.out.split())
    for part in (
        "1. the attacker acts through Client systems, in The internet (untrusted)",
        "at Scoring API: AI Model Inference API Access (AML.T0040, AI Model Access)",
        "AML.T0024.002 Exfiltration via AI Inference API: Extract AI Model, Exfiltration",
        "Not cut, and nothing that is known here prevents it.",
        "MITRE ATLAS 2026.09",
    ):
        assert part in words


def test_all_paths_are_a_line_each_below_what_cuts_them(tw: CommandLine) -> None:
    out = tw("paths", SAMPLE).out
    assert out.index("## Payment data") < out.index("## All attack paths") < out.index("## Paths")
    assert "Client systems → API gateway → Scoring API" in " ".join(out.split())
    assert "greedily" in out


def test_an_asset_is_named_by_its_id_or_its_name(tw: CommandLine) -> None:
    by_id = tw("paths", SAMPLE, "--asset", "payment-data").out
    assert by_id == tw("paths", SAMPLE, "--asset", "Payment data").out
    assert by_id.startswith("# Attack paths to Payment data\n")
    assert "## All attack paths" not in by_id


def test_the_json_of_an_asset_holds_its_paths_and_cut_set(tw: CommandLine) -> None:
    found = json.loads(tw("paths", SAMPLE, "--asset", "payment-data", "--json").out)
    (cut_set,) = found["cut_sets"]
    ids = {path["id"] for path in found["paths"]}
    assert all("payment-data" in path["assets"] for path in found["paths"])
    by_set = {id_ for choice in cut_set["chosen"] for id_ in choice["cuts"]}
    assert {*cut_set["cut"], *by_set, *cut_set["uncut"]} == ids
    step = found["paths"][0]["steps"][0]
    assert set(step) == {"move", "element", "name", "via", "text", "techniques", "controls"}


def test_the_tree_goes_from_the_goal_to_the_entry(tw: CommandLine, tmp_path: Path) -> None:
    told = tw("paths", SAMPLE, "--asset", "payment-data", "-f", "mermaid", "-o", "tree.mmd")
    assert (told.code, told.out) == (0, "")
    text = (tmp_path / "tree.mmd").read_text("utf-8")
    assert text.startswith('flowchart TD\n  n0(["Get at Payment data"]):::goal\n')


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("T-none@there",), "The model has no standing threat “T-none@there”."),
        (("--asset", "gold"), "There is no asset “gold”."),
        ((EXTRACTION, "--asset", "payment-data"), "A threat and an asset are both named."),
        (("--format", "gantt"), "There is no format “gantt” for attack paths."),
    ],
)
def test_what_is_not_there_is_refused(
    tw: CommandLine, arguments: tuple[str, ...], problem: str
) -> None:
    told = tw("paths", SAMPLE, *arguments)
    assert told.code == InputError.exit_code
    assert told.problem == problem


def test_without_any_threat_it_says_that_there_is_no_path(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "plain.md").write_text("A shop keeps orders in Postgres.", "utf-8")
    told = tw("paths", "plain.md")
    assert told.code == 0
    assert "There is no attack path: no threat of this model stands." in told.out
