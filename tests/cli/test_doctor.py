from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.conftest import CommandLine

if TYPE_CHECKING:
    import pytest


def findings(tw: CommandLine) -> dict[str, str]:
    return {found["what"]: found["state"] for found in json.loads(tw("doctor", "--json").out)}


def test_a_working_installation_is_well(tw: CommandLine) -> None:
    shown = tw("doctor")
    assert shown.code == 0
    assert "FAIL" not in shown.out


def test_versions_knowledge_and_editions_are_named(tw: CommandLine) -> None:
    found = findings(tw)
    assert {"python", "threatwright", "langgraph", "chromadb", "textual", "pyrit"} <= set(found)
    assert "patterns" in found["knowledge"]
    assert found["atlas 2026.09"].endswith("entries")


def test_the_file_of_ones_own_settings_is_named(
    tw: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_HOME", str(tmp_path))
    assert findings(tw)["settings"] == f"{tmp_path / 'config.toml'} (not there yet)"
    (tmp_path / "config.toml").write_text("")
    assert findings(tw)["settings"] == str(tmp_path / "config.toml")


def test_offline_is_shown(tw: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREATWRIGHT_OFFLINE", "1")
    assert findings(tw)["network"] == "off (offline)"


def test_a_wrong_setting_is_a_failure(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "threatwright.toml").write_text("nothing = 1\n")
    shown = tw("doctor")
    assert shown.code == 2
    assert "FAIL  settings" in shown.out


def test_search_by_meaning_is_shown_as_set_and_as_built(
    tw: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_HOME", str(tmp_path))
    assert findings(tw)["search by meaning"] == "off"
    monkeypatch.setenv("THREATWRIGHT_SEMANTIC", "minilm")
    assert "--build-semantic" in findings(tw)["search by meaning"]
    (tmp_path / "cache" / "index-threatwright-semantic-x").mkdir(parents=True)
    assert findings(tw)["search by meaning"] == "minilm"
    monkeypatch.setenv("THREATWRIGHT_SEMANTIC", "off")
    assert "search --semantic" in findings(tw)["search by meaning"]


def test_it_says_whether_predictive_endpoints_can_be_probed(tw: CommandLine) -> None:
    line = next(line for line in tw("doctor").out.splitlines() if "IBM ART" in line)
    assert line.startswith("ok")
    assert "--install-art" in line


def test_ibm_art_is_not_installed_where_no_network_may_be_used(tw: CommandLine) -> None:
    outcome = tw("doctor", "--install-art", "--offline")
    assert outcome.code == 2
    assert outcome.problem == "No network may be used (offline)."


def test_removing_what_is_not_there_says_so(tw: CommandLine) -> None:
    assert tw("doctor", "--remove-art").out == "IBM ART is not installed.\n"
    both = tw("doctor", "--remove-art", "--install-art")
    assert both.problem == "It is either installed or removed."
