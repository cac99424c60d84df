from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright.demo.demos import FRAUD, Wanted, running
from threatwright.exchange.scope_file import read


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


@pytest.mark.slow
def test_what_is_measured_goes_into_the_model_file(
    tw: CommandLine, fraud: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    home = os.environ.get("THREATWRIGHT_ART_HOME")
    if home is None:
        pytest.skip("THREATWRIGHT_ART_HOME names no home in which IBM ART is installed")
    with running(Wanted(FRAUD, FRAUD.usual), 0) as origin:
        file = scope(tw, fraud, "--port", origin.rpartition(":")[2])
        monkeypatch.setenv("THREATWRIGHT_HOME", home)
        outcome = tw("probe", fraud, "--scope", file, "--json", "--fail-on-confirmed")
    assert outcome.code == 1
    verdicts = {f["threat"]: f["verdict"] for f in json.loads(outcome.out)["findings"]}
    assert verdicts["T-membership-inference@inference-endpoint"] == "confirmed"
    assert "type: probed" in Path(fraud).read_text(encoding="utf-8")
