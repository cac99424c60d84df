"""The pipelines that docs/ci.md shows: their commands run as they are written."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.repository import begun, committed, git
from tests.cli.conftest import CommandLine
from threatwright import yamltext
from threatwright.engine.review.checks import RULES
from threatwright.exchange.checked import CheckedFile
from threatwright.model.difference import CauseKind, Difference
from threatwright.model.objections import Objection

pytestmark = pytest.mark.long

DOCS = Path(__file__).parent.parent.parent / "docs"
CI = (DOCS / "ci.md").read_text(encoding="utf-8")
DIFF = (DOCS / "diff.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", CI, re.M | re.S)
FOUND_SOMETHING = 1


def pipelines() -> list[dict[str, Any]]:
    # A workflow may stand for a value in braces, which YAML takes for a mapping of its own.
    texts = [re.sub(r"\$\{\{.*?\}\}", "x", text) for kind, text in BLOCKS if kind == "yaml"]
    return [yamltext.parse(text, "docs/ci.md") for text in texts]


def commands() -> list[str]:
    """Every command of ours in the pipelines and hooks, in their order."""
    workflow, hooks, gitlab = pipelines()
    steps = workflow["jobs"]["threat-model"]["steps"]
    lines = [step["run"] for step in steps if "run" in step]
    lines += [hook["entry"] + ' "$MODEL"' for hook in hooks["repos"][0]["hooks"]]
    lines += [f'{entry} "$MODEL"' for entry in re.findall(r"`entry: (threatwright .*?)`", CI)]
    lines += gitlab["threat-model"]["script"]
    return [line for line in lines if line.startswith("threatwright ")]


@pytest.fixture
def repository(tw: CommandLine, model: str, tmp_path: Path) -> str:
    """The model as its main branch and a pull request have it."""
    begun(tmp_path)
    committed(tmp_path)
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "main")
    text = Path(model).read_text(encoding="utf-8")
    told = "- n: 1\n  type: told\n  text: A public chatbot with a large language model answers.\n"
    Path(model).write_text(
        text.replace("\nsystem:\n", f"\njournal:\n{told}system:\n", 1), encoding="utf-8"
    )
    assert tw("draft", model, "-o", model).code == 0
    return model


def test_there_are_commands_to_run() -> None:
    assert len(commands()) == 7


@pytest.mark.parametrize("command", commands())
def test_the_commands_of_the_pipelines_run(
    tw: CommandLine, repository: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("MODEL", repository)
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    monkeypatch.setenv("CI_DEFAULT_BRANCH", "main")
    _, *arguments = map(os.path.expandvars, shlex.split(command))
    done = tw(*arguments)
    assert done.err == ""
    stops = "--max-residual" in arguments
    assert done.code == (FOUND_SOMETHING if stops else 0)
    for name in ("threats.sarif", "changes.md"):
        assert Path(name).exists() is (name in arguments)


def test_the_commands_of_the_text_have_the_options_that_there_are(tw: CommandLine) -> None:
    told = tw("check", "--help").out
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", CI):
        if option not in ("--format", "--body-file", "--edit-last", "--create-if-none"):
            assert option in told, option


def test_every_rule_is_in_the_table_and_none_that_is_not() -> None:
    table = re.findall(r"^\|[^|]*\| `([a-z-]+)` \|", CI, re.M)
    assert set(table) == {rule.id for rule in RULES}


def test_every_field_of_the_contracts_is_described() -> None:
    for field in (*CheckedFile.model_fields, *Objection.model_fields):
        assert f"`{field}`" in CI or f'"{field}"' in CI, field
    for field in Difference.model_fields:
        assert f"`{field}`" in DIFF, field
    for kind in CauseKind:
        assert f"`{kind}`" in DIFF, kind


def test_what_the_pages_link_to_is_there() -> None:
    for page in (CI, DIFF):
        for target in re.findall(r"\]\(([^)#:]+)\)", page):
            assert (DOCS / target).exists(), target
