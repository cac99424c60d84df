from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright.demo.demos import FRAUD, Wanted, running
from threatwright.exchange.scope_file import read

pytestmark = pytest.mark.long


@pytest.fixture
def fraud(tw: CommandLine) -> str:
    """The example, with the demo's samples beside it."""
    assert tw("draft", "sample:fraud-api", "-o", "fraud.threatmodel.yaml").code == 0
    samples = tw("sample", "serve", "fraud-api", "--samples").out
    Path("fraud-samples.csv").write_text(samples, encoding="utf-8")
    return "fraud.threatmodel.yaml"


def scope(tw: CommandLine, model: str, *more: str) -> str:
    text = tw("sample", "serve", "fraud-api", "--scope", model, *more).out
    Path("fraud.scope.yaml").write_text(text, encoding="utf-8")
    return "fraud.scope.yaml"


def test_the_scope_of_the_demo_is_one_of_an_endpoint_that_predicts(
    tw: CommandLine, fraud: str
) -> None:
    text = Path(scope(tw, fraud, "--port", "9001")).read_text(encoding="utf-8")
    (target,) = read(text, "scope").predictive
    assert (target.element, target.request.gives) == ("inference-endpoint", "scores")
    fixed = [feature.name for feature in target.request.features if not feature.mutable]
    assert fixed == ["account_age_days", "tries_last_hour"]
    labels = scope(tw, fraud, "--hardened")
    assert read(Path(labels).read_text(encoding="utf-8"), "scope").predictive[0].request.gives == (
        "label"
    )


def test_a_plan_names_the_threats_and_sends_nothing(tw: CommandLine, fraud: str) -> None:
    outcome = tw("probe", fraud, "--scope", scope(tw, fraud), "--plan")
    assert outcome.code == 0
    assert "membership: T-membership-inference@inference-endpoint" in outcome.out
    assert "at most 20000 rows" in outcome.out


def test_without_ibm_art_nothing_is_written_and_it_says_what_to_do(
    tw: CommandLine, fraud: str
) -> None:
    before = Path(fraud).read_bytes()
    outcome = tw("probe", fraud, "--scope", scope(tw, fraud))
    assert outcome.code == 2
    assert "threatwright doctor --install-art" in outcome.err
    assert Path(fraud).read_bytes() == before


def test_canaries_make_no_sense_for_rows(tw: CommandLine, fraud: str) -> None:
    Path("kit.json").touch()
    outcome = tw("probe", fraud, "--scope", scope(tw, fraud), "--kit", "kit.json", "--plan")
    assert outcome.problem == "Rows hold no canaries."


def test_a_plan_can_be_kept_as_json_and_names_what_is_left_out(tw: CommandLine, fraud: str) -> None:
    file = scope(tw, fraud)
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(text.replace("forbidden_families: []", ""), encoding="utf-8")
    with Path(file).open("a", encoding="utf-8") as more:
        more.write("\nforbidden_families: [extraction]\n")
    assert tw("probe", fraud, "--scope", file, "--plan", "-o", "plan.json").code == 0
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    assert [family["family"] for family in plan["families"]] == ["membership", "evasion"]
    assert plan["left_out"][0]["because"] == "the scope forbids extraction"


def test_a_plan_keeps_to_what_is_wanted(tw: CommandLine, fraud: str) -> None:
    file = scope(tw, fraud)
    outcome = tw("probe", fraud, "--scope", file, "--plan", "--only", "evasion")
    assert "evasion: T-" in outcome.out
    assert "membership: T-" not in outcome.out
    assert "T-membership-inference@inference-endpoint" in outcome.out.partition("Not tried:")[2]
    refused = tw("probe", fraud, "--scope", file, "--plan", "--only", "prompt-leak")
    assert refused.problem == "Nothing in the plan is named prompt-leak."


@pytest.mark.parametrize("option", ["--concurrency", "--enough"])
def test_what_makes_no_sense_for_rows_is_refused(tw: CommandLine, fraud: str, option: str) -> None:
    outcome = tw("probe", fraud, "--scope", scope(tw, fraud), option, "2")
    assert (outcome.code, option in outcome.problem) == (2, True)


@pytest.fixture
def art(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, with IBM ART in it."""
    named = os.environ.get("THREATWRIGHT_ART_HOME")
    if named is None:
        pytest.skip("THREATWRIGHT_ART_HOME names no home in which IBM ART is installed")
    home = tmp_path / "art-home"
    home.mkdir()
    (home / "art").symlink_to(Path(named) / "art")
    monkeypatch.setenv("THREATWRIGHT_HOME", str(home))


@pytest.mark.slow
@pytest.mark.usefixtures("art")
def test_what_is_measured_goes_into_the_model_file_and_is_kept_as_evidence(
    tw: CommandLine, fraud: str
) -> None:
    with running(Wanted(FRAUD, FRAUD.usual), 0) as origin:
        file = scope(tw, fraud, "--port", origin.rpartition(":")[2])
        call = ("probe", fraud, "--scope", file, "--only", "membership", "-o", "last.json")
        outcome = tw(*call, "--fail-on-confirmed", "--junit", "probes.xml", "--sarif", "p.sarif")
        assert outcome.code == 1
        again = tw(*call, "--baseline", "last.json", "--fail-on", "new-confirmed,worse")
    assert again.code == 0
    report = json.loads(Path("last.json").read_text(encoding="utf-8"))
    assert [one["course"] for one in report["compared"]] == ["unchanged"]
    (finding,) = report["probed"]["findings"]
    assert finding["verdict"] == "confirmed"
    assert "<failure" in Path("probes.xml").read_text(encoding="utf-8")
    assert "probe-confirmed" in Path("p.sarif").read_text(encoding="utf-8")
    run = report["probed"]["run"]
    assert "ends as the model file says" in tw("probe", fraud, "--verify", run).out
    assert "Measure anew" in tw("probe", fraud, "--resume", run).err
    evidence = Path(os.environ["THREATWRIGHT_HOME"], "runs", run, "evidence.jsonl")
    evidence.write_text(evidence.read_text("utf-8").replace('"rows":', '"rows":1', 1), "utf-8")
    assert tw("probe", fraud, "--verify", run).code == 1
    assert tw("probe", "--purge", run).code == 0
    assert not evidence.exists()
