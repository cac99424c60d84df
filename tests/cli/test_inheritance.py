from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

pytestmark = pytest.mark.long

PLATFORM = """# Machine learning platform

A feature store, Feast, holds the features of all teams, and a model registry called MLflow the
models. Engineers load purchase records from the data warehouse into Feast every night. Models in
MLflow are signed. An API gateway checks the OAuth token of every caller.
"""
TEAM = """# Churn

Our training job reads features from the platform's feature store and writes the churn model to
the platform's registry. A scoring service loads the model from MLflow and is called by customers
over the internet.
"""


@pytest.fixture
def platform(tw: CommandLine) -> str:
    Path("platform.md").write_text(PLATFORM, encoding="utf-8")
    assert tw("draft", "platform.md", "-o", "platform.threatmodel.yaml").code == 0
    return "platform.threatmodel.yaml"


@pytest.fixture
def team(tw: CommandLine, platform: str) -> str:
    Path("team.md").write_text(TEAM, encoding="utf-8")
    outcome = tw("draft", "team.md", "-o", "team.threatmodel.yaml", "--inherits", platform)
    assert outcome.code == 0, outcome.err
    return "team.threatmodel.yaml"


def model(tw: CommandLine, file: str) -> dict[str, dict[str, list[dict[str, str]]]]:
    outcome = tw("draft", file, "--json")
    assert outcome.code == 0, outcome.err
    found: dict[str, dict[str, list[dict[str, str]]]] = json.loads(outcome.out)
    return found


def test_a_description_leads_to_the_platform_and_models_only_what_is_the_teams(
    tw: CommandLine, team: str
) -> None:
    system = model(tw, team)["system"]
    own = {c["kind"] for c in system["components"] if "/" not in c["id"]}
    assert not own & {"feature-store", "model-registry"}
    ends = {(f["source"], f["target"]) for f in system["flows"]}
    assert {("training", "platform/feast"), ("training", "platform/mlflow")} <= ends


def test_the_summary_counts_what_is_inherited_by_itself(tw: CommandLine, platform: str) -> None:
    Path("team.md").write_text(TEAM, encoding="utf-8")
    outcome = tw("draft", "team.md", "--inherits", platform)
    assert "Inherited and decided there: platform.threatmodel.yaml (as platform, " in outcome.out
    table = outcome.out.partition("\n\n")[2].partition("\n\n")[0]
    assert "Churn" in table or "churn" in table
    assert "Feast (platform)" not in table


def test_the_file_names_the_platform_and_holds_none_of_it(team: str) -> None:
    text = Path(team).read_text(encoding="utf-8")
    assert "inherits:\n- file: platform.threatmodel.yaml\n  as: platform\n" in text
    assert "- id: platform/" not in text


def test_questions_do_not_ask_about_the_platform(tw: CommandLine, team: str) -> None:
    asked = json.loads(tw("questions", team, "--json").out)
    assert asked
    assert not [q["id"] for q in asked if q["id"].startswith("platform/")]


def test_an_answer_about_the_platform_is_sent_there(tw: CommandLine, team: str) -> None:
    Path("form.yaml").write_text(
        "answers:\n  - {question: platform/feast.encryption_at_rest, value: none}\n",
        encoding="utf-8",
    )
    before = Path(team).read_bytes()
    outcome = tw("answer", team, "--from", "form.yaml")
    assert outcome.code == 2
    assert "is inherited from platform.threatmodel.yaml" in outcome.err
    assert Path(team).read_bytes() == before


def test_a_change_of_the_platform_is_told_once_it_is_opened_and_until_it_is_saved(
    tw: CommandLine, team: str, platform: str
) -> None:
    Path("form.yaml").write_text(
        "answers:\n  - {question: feast.encryption_at_rest, value: none}\n", encoding="utf-8"
    )
    assert tw("answer", platform, "--from", "form.yaml").code == 0
    for command in (("questions", team), ("export", team, "-f", "markdown"), ("draft", team)):
        outcome = tw(*command)
        assert outcome.code == 0
        assert "platform.threatmodel.yaml has changed since" in outcome.err
        assert "platform/feast: encryption_at_rest was not said, is none" in outcome.err
    assert tw("draft", team, "-o", team).code == 0
    assert tw("draft", team).err == ""


def test_a_missing_platform_is_an_error_in_two_lines(
    tw: CommandLine, team: str, platform: str
) -> None:
    Path(platform).unlink()
    outcome = tw("draft", team)
    assert outcome.code == 2
    assert outcome.problem == (
        f"{team}, line 5: inherits “platform.threatmodel.yaml”, which does not exist."
    )


def test_json_is_a_model_file_too(tw: CommandLine, team: str) -> None:
    assert tw("draft", team, "-o", "team.json").code == 0
    again = json.loads(tw("draft", "team.json", "--json").out)
    once = json.loads(tw("draft", team, "--json").out)
    assert again["system"] == once["system"]
    assert again["threats"] == once["threats"]


def test_a_model_goes_on_with_what_it_inherits_and_more(tw: CommandLine, team: str) -> None:
    Path("mesh.md").write_text("# Mesh\n\nAn identity provider, Keycloak.\n", encoding="utf-8")
    assert tw("draft", "mesh.md", "-o", "mesh.threatmodel.yaml").code == 0
    assert tw("draft", team, "-o", team, "--inherits", "mesh.threatmodel.yaml").code == 0
    assert {e["as"] for e in model(tw, team)["inherits"]} == {"platform", "mesh"}  # type: ignore[index]


def test_a_platform_of_another_project_is_refused(tw: CommandLine, platform: str) -> None:
    Path("apart").mkdir()
    Path("team.md").write_text(TEAM, encoding="utf-8")
    outcome = tw("draft", "team.md", "-o", "apart/t.threatmodel.yaml", "--inherits", platform)
    assert outcome.code == 2
    assert "outside of the project folder apart" in outcome.problem
    assert not Path("apart/t.threatmodel.yaml").exists()


def test_probing_is_left_to_those_an_endpoint_belongs_to(tw: CommandLine) -> None:
    Path("platform.md").write_text("# Models\n\nA GPT-4o endpoint for all teams.\n")
    Path("team.md").write_text("# Team\n\nOur app sends prompts to the platform's LLM.\n")
    assert tw("draft", "platform.md", "-o", "platform.threatmodel.yaml").code == 0
    team = "team.threatmodel.yaml"
    done = tw("draft", "team.md", "-o", team, "--inherits", "platform.threatmodel.yaml")
    assert done.code == 0
    outcome = tw("probe", team, "--init-scope")
    assert outcome.code == 2
    assert "no endpoint of a language model that could be probed" in outcome.problem
